package io.corale.deploy.chaos;

import io.corale.client.Client;
import io.corale.client.Invocation;
import io.corale.client.Reply;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.SteadyLoad;
import io.corale.wire.Door;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets the superpeer stand still with all its threads, and wake up as if nothing had happened. */
@Command(
    name = "pause-superpeer",
    description = {
      "Lets the superpeer of a busy cell stand still (SIGSTOP) and judges what it promised.",
      "On waking up it must send nothing that it may not send, and be a follower or be gone."
    },
    mixinStandardHelpOptions = true)
public final class PauseSuperpeer extends FaultScript {
  /** 62 calls a second of 0.1 s each: most of the 8 slots are taken at any moment. */
  private static final Duration PACE = Duration.ofMillis(80);

  private static final Duration WARM = Duration.ofSeconds(3);

  /** After it is awake, until it must have found its place or be gone. */
  private static final Duration SETTLED = Duration.ofSeconds(20);

  private static final long POLL_MILLIS = 200;

  // Of more than the two seconds in which a call starts, or the first of those that left too late
  // would be late by no more than a judge's hesitation.
  @Option(
      names = "--seconds",
      split = ",",
      defaultValue = "3,15,70",
      description = "how long it stands still, each in turn (default ${DEFAULT-VALUE})")
  private List<Integer> seconds = List.of();

  @Override
  int play(FaultStage stage) throws IOException, InterruptedException, ExecutionException {
    List<String> violations = new ArrayList<>();
    boolean isBusy = true;
    try (SteadyLoad load = stage.load(PACE)) {
      for (int pause : seconds) {
        isBusy &= FaultStage.isBusy(stage.awaitBusy(0));
        violations.addAll(pauseOnce(stage, load, Duration.ofSeconds(pause)));
      }
      List<Invocation> all = load.startNoMore();
      violations.addAll(stage.awaitEnds(all));
      violations.addAll(stage.judge(all).violations());
    }
    return verdict(violations, isBusy);
  }

  private List<String> pauseOnce(FaultStage stage, SteadyLoad load, Duration pause)
      throws IOException, InterruptedException, ExecutionException {
    CoraleProcess superpeer = stage.superpeer();
    superpeer.pause();
    long fromNanos = System.nanoTime();
    Instant from = Instant.now();
    try {
      Thread.sleep(pause.toMillis());
    } finally {
      superpeer.goOn();
    }
    long untilNanos = System.nanoTime();
    Instant until = Instant.now();
    List<String> violations = awaitSettled(stage.cluster(), superpeer);
    long settledMillis = FaultStage.millisSince(untilNanos);
    Thread.sleep(WARM.toMillis());
    say(
        String.format(
            "%s stood still for %d s (%s to %s): longest silence %d ms; it %s, settled after %d ms",
            superpeer.name(),
            pause.toSeconds(),
            from,
            until,
            load.longestSilence(fromNanos, untilNanos).toMillis(),
            superpeer.isAlive() ? "lives on" : "halted",
            settledMillis));
    if (!superpeer.isAlive()) {
      stage.cluster().restart(stage.cluster().indexOf(superpeer.name()));
    }
    return violations;
  }

  /** Until it names the same superpeer in the same term as the others do, or has ended. */
  private static List<String> awaitSettled(LocalCluster cluster, CoraleProcess paused)
      throws InterruptedException, ExecutionException {
    long fromNanos = System.nanoTime();
    String seen = "";
    while (FaultStage.millisSince(fromNanos) < SETTLED.toMillis()) {
      if (!paused.isAlive()) {
        return List.of();
      }
      List<String> views = new ArrayList<>();
      for (int node = 0; node < cluster.doors().size(); node++) {
        views.add(view(cluster, node));
      }
      seen = views.toString();
      if (views.stream().distinct().count() == 1 && !views.get(0).isEmpty()) {
        return List.of();
      }
      Thread.sleep(POLL_MILLIS);
    }
    return List.of("zombie: " + paused.name() + " is awake for " + SETTLED + ", all see " + seen);
  }

  /** Whom this node takes for the superpeer, and in which term; empty where it does not answer. */
  private static String view(LocalCluster cluster, int node)
      throws InterruptedException, ExecutionException {
    try (Client one =
        Client.builder()
            .nodes(cluster.doors().get(node))
            .owner(FaultStage.OWNER)
            .token(cluster.token())
            .patience(Duration.ofSeconds(2))
            .build()) {
      if (one.cells().get() instanceof Reply.Given<Door.CellList> given
          && given.value().getCellsCount() > 0) {
        Door.CellReport cell = given.value().getCells(0);
        return cell.getSuperpeer().isEmpty()
            ? ""
            : cell.getSuperpeer() + " in term " + cell.getTerm();
      }
      return "";
    }
  }
}
