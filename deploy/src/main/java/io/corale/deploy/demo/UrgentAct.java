package io.corale.deploy.demo;

import io.corale.client.Invocation;
import io.corale.deploy.recorder.Event;
import io.corale.model.ServiceClass;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Act 2: an urgent invocation overtakes a long queue. */
final class UrgentAct {
  private static final int QUEUED = 150;

  private UrgentAct() {}

  /** Plays it; returns whether the promise held. */
  static boolean play(Stage stage) throws IOException, InterruptedException, ExecutionException {
    stage.say("");
    stage.say("ACT 2  An urgent invocation arrives behind " + QUEUED + " that wait.");
    List<Invocation> queue = stage.startAll("label", "batch", QUEUED, ServiceClass.BATCH);
    Stage.awaitAccepted(queue);
    stage.say("    " + QUEUED + " of class batch are on record, " + Stage.done(queue) + " done");
    long sentMillis = System.currentTimeMillis();
    Invocation urgent = stage.start("label", "urgent", QUEUED + 1, ServiceClass.URGENT);
    stage.await(List.of(urgent), 1);
    Stage.outputs(List.of(urgent));
    stage.say("    the urgent one is done, " + Stage.done(queue) + " of the queue are");
    stage.await(queue, QUEUED);
    Stage.outputs(queue);
    List<Event> events = stage.history().events();
    long wait = lastStart(events, "urgent/") - sentMillis;
    long fifo = lastStart(events, "batch-") - sentMillis;
    stage.say(
        String.format(
            "    from sending it to its start at the provider: %d ms;"
                + " first come, first served would have made it %d ms",
            wait, fifo));
    return wait < fifo;
  }

  /** When the last call of these invocations began: in first-come order the next would follow. */
  private static long lastStart(List<Event> events, String prefix) {
    return events.stream()
        .filter(event -> event.what() == Event.Kind.START && event.key().startsWith(prefix))
        .mapToLong(Event::wallMillis)
        .max()
        .orElseThrow();
  }
}
