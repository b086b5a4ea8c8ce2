package io.corale.deploy.chaos;

import io.corale.client.Invocation;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.SteadyLoad;
import io.corale.wire.Door;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Lets the disk of a node refuse every sync for some seconds: of a follower, then the superpeer.
 */
@Command(
    name = "io-error",
    description = {
      "Lets the disk of a follower, then of the superpeer, refuse every sync (EIO, by strace).",
      "Each time the others must go on, and the node must take part again in the same process."
    },
    mixinStandardHelpOptions = true)
public final class IoError extends FaultScript {
  private static final Duration PACE = Duration.ofMillis(80);

  @Option(
      names = "--seconds",
      defaultValue = "5",
      description = "how long each disk is ill (default ${DEFAULT-VALUE})")
  private int seconds;

  @Override
  int play(FaultStage stage) throws IOException, InterruptedException, ExecutionException {
    List<String> violations = new ArrayList<>();
    boolean isBusy = true;
    Door.Member last;
    try (SteadyLoad load = stage.load(PACE)) {
      isBusy &= FaultStage.isBusy(stage.awaitBusy(0));
      Door.Member follower = member(stage, false);
      boolean isPossible = hurt(stage, load, follower, violations);
      isBusy &= FaultStage.isBusy(stage.awaitBusy(0));
      last = member(stage, true);
      if (!isPossible || !hurt(stage, load, last, violations)) {
        say("INCONCLUSIVE: there is no strace here, or it may not trace");
        return INCONCLUSIVE;
      }
      List<Invocation> all = load.startNoMore();
      violations.addAll(stage.awaitEnds(all));
      violations.addAll(stage.judge(all).violations());
    }
    violations.addAll(new EqualDigests(stage, this::say).await(last));
    return verdict(violations, isBusy);
  }

  private static Door.Member member(FaultStage stage, boolean isSuperpeer)
      throws InterruptedException, ExecutionException {
    Door.CellReport cell = stage.cellAtSuperpeer();
    return cell.getMembersList().stream()
        .filter(member -> member.getNode().equals(cell.getSuperpeer()) == isSuperpeer)
        .findFirst()
        .orElseThrow();
  }

  /** Whether it could be hurt. */
  private boolean hurt(
      FaultStage stage, SteadyLoad load, Door.Member member, List<String> violations)
      throws InterruptedException, ExecutionException {
    int index = stage.cluster().indexOf(member.getNode());
    CoraleProcess node = stage.cluster().node(index);
    Comeback comeback = new Comeback(stage, index);
    Path trace = stage.cluster().directory().resolve(node.name() + ".strace");
    Optional<RefusedSyncs> refused = RefusedSyncs.of(node.pid(), trace);
    if (refused.isEmpty()) {
      return false;
    }
    try {
      Thread.sleep(Duration.ofSeconds(seconds).toMillis());
    } finally {
      refused.get().close();
    }
    say(node.name() + " could sync nothing for " + seconds + " s");
    violations.addAll(comeback.await(load, this::say));
    return true;
  }
}
