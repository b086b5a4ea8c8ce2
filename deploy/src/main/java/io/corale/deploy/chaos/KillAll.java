package io.corale.deploy.chaos;

import io.corale.client.Invocation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Kills all nodes at once, as a power cut does, and starts them again in any order. */
@Command(
    name = "kill-all",
    description = {
      "Kills all nodes with kill -9 at once and judges what they promised.",
      "They start again in an order drawn by the seed; all that was acknowledged must end."
    },
    mixinStandardHelpOptions = true)
public final class KillAll extends FaultScript {
  /** Up to a second and a half between two starts: sooner and later than an election. */
  private static final int MOST_PAUSE_MILLIS = 1_500;

  @Option(
      names = "--rounds",
      defaultValue = "1",
      description = "how often all are killed (default ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "draws orders and pauses (default ${DEFAULT-VALUE})")
  private long seed;

  @Override
  int play(FaultStage stage) throws IOException, InterruptedException, ExecutionException {
    List<Invocation> all = new ArrayList<>(stage.begin());
    Random chance = new Random(seed);
    boolean isBusy = true;
    for (int round = 1; round <= rounds; round++) {
      // Each round finds the work further on than the one before.
      int calls = stage.options().invocations() * stage.options().steps();
      int running = stage.awaitBusy(Math.min(calls / 10 * round, calls / (rounds + 1) * round));
      isBusy &= FaultStage.isBusy(running);
      stage.cluster().killAll();
      long unfinished = all.stream().filter(i -> !i.result().isDone()).count();
      long killedNanos = System.nanoTime();
      List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
      Collections.shuffle(order, chance);
      Duration pause = Duration.ofMillis(chance.nextInt(MOST_PAUSE_MILLIS));
      say(
          String.format(
              "killed all: %d unfinished invocations, %d running calls; starting %s, %d ms apart",
              unfinished,
              running,
              order.stream().map(i -> "n" + (i + 1)).collect(Collectors.joining(", ")),
              pause.toMillis()));
      stage.cluster().restartAll(order, pause);
      say("all ready " + FaultStage.millisSince(killedNanos) + " ms after the kill");
      all.add(stage.oneMore(killedNanos));
    }
    List<String> violations = new ArrayList<>(stage.awaitEnds(all));
    violations.addAll(stage.judge(all).violations());
    return verdict(violations, isBusy);
  }
}
