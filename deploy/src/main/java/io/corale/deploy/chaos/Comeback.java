package io.corale.deploy.chaos;

import io.corale.deploy.cluster.SteadyLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * Whether a node whose disk was ill takes part again in the same process, and the others went on
 * meanwhile.
 */
final class Comeback {
  /** An election, and whoever asked the superpeer in vain asks again. */
  private static final Duration MOST_SILENCE = Duration.ofSeconds(5);

  /** The longest pause before an opening, and what it takes. */
  private static final Duration BACK = Duration.ofSeconds(60);

  private static final long POLL_MILLIS = 200;

  private final FaultStage stage;
  private final int node;
  private final String name;
  private final long reopenedBefore;
  private final long fromNanos = System.nanoTime();

  /** To be made before the disk falls ill. */
  Comeback(FaultStage stage, int node) throws InterruptedException, ExecutionException {
    this.stage = stage;
    this.node = node;
    this.name = stage.cluster().node(node).name();
    this.reopenedBefore = stage.reopened(node);
  }

  /** The disk is well from now on; says what was wrong in all that time. */
  List<String> await(SteadyLoad load, Consumer<String> said)
      throws InterruptedException, ExecutionException {
    long wellNanos = System.nanoTime();
    List<String> violations = new ArrayList<>(awaitBack());
    Duration silence = load.longestSilence(fromNanos, System.nanoTime());
    said.accept(
        String.format(
            "%s is back after %d ms, opened again %d times; longest silence %d ms",
            name,
            FaultStage.millisSince(wellNanos),
            stage.cluster().node(node).isAlive() ? stage.reopened(node) - reopenedBefore : 0,
            silence.toMillis()));
    if (silence.compareTo(MOST_SILENCE) > 0) {
      violations.add("silence: " + silence + " while the disk of " + name + " was ill");
    }
    return violations;
  }

  private List<String> awaitBack() throws InterruptedException, ExecutionException {
    long target = stage.cellAtSuperpeer().getApplied();
    long wellNanos = System.nanoTime();
    while (FaultStage.millisSince(wellNanos) < BACK.toMillis()) {
      if (!stage.cluster().node(node).isAlive()) {
        return List.of("watchdog: " + name + " has ended, though its disk is well again");
      }
      if (stage.reopened(node) > reopenedBefore
          && stage.cellAt(node).filter(cell -> cell.getApplied() >= target).isPresent()) {
        return List.of();
      }
      Thread.sleep(POLL_MILLIS);
    }
    return List.of("watchdog: " + name + " is not back " + BACK + " after its disk is well");
  }
}
