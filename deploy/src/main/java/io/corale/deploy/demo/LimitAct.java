package io.corale.deploy.demo;

import io.corale.client.Invocation;
import io.corale.deploy.recorder.RecorderHistory;
import io.corale.deploy.recorder.Stats;
import io.corale.model.ServiceClass;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;

/** Act 1: a burst straight at a provider loses most of its calls; through Corale it loses none. */
final class LimitAct {
  private static final int CALLS = 60;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private LimitAct() {}

  /** Plays it; returns whether the promise held. */
  static boolean play(Stage stage) throws IOException, InterruptedException, ExecutionException {
    stage.say("");
    stage.say(
        "ACT 1  The same burst of "
            + CALLS
            + " calls at a provider that runs "
            + Story.CHEAP_LIMIT
            + " at once.");
    Burst straight = Burst.at(stage.url(Story.path("direct", Story.SHORT)), CALLS, PATIENCE);
    stage.say(
        String.format(
            "    straight at it:  %2d served, %2d x 429%s",
            straight.served(),
            straight.refused(),
            straight.other() == 0 ? "" : ", " + straight.other() + " failed"));
    long began = System.nanoTime();
    List<Invocation> all = stage.startAll("label", "label", CALLS, ServiceClass.STANDARD);
    stage.await(all, CALLS);
    int served = Stage.outputs(all).size();
    RecorderHistory history = stage.history();
    Stats label = Objects.requireNonNull(history.stats().get("label"), "it was called");
    int highest = history.highest("label");
    stage.say(
        String.format(
            "    through Corale:  %2d served, %2d x 429, in %.1f s; at most %d ran at once,"
                + " the limit is %d",
            served,
            label.refused(),
            (System.nanoTime() - began) / 1e9,
            highest,
            Story.CHEAP_LIMIT));
    return served == CALLS && label.refused() == 0 && highest <= Story.CHEAP_LIMIT;
  }
}
