package io.corale.deploy.chaos;

import io.corale.client.Invocation;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.SteadyLoad;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Restarts one node after the other, as an upgrade does, while callers come and calls run. */
@Command(
    name = "rolling-restart",
    description = {
      "Restarts the nodes of a busy cluster one after the other and judges what was promised.",
      "No caller may have to give up; prints how long callers waited."
    },
    mixinStandardHelpOptions = true)
public final class RollingRestart extends FaultScript {
  private static final Duration PACE = Duration.ofMillis(80);
  private static final Duration TO_LEAVE = Duration.ofSeconds(10);

  /** A restarted node has caught up by then; the next one may go. */
  private static final Duration CALM = Duration.ofSeconds(3);

  @Option(
      names = "--rounds",
      defaultValue = "1",
      description = "how often each is restarted (default ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = {
        "the distribution of a former build of which the nodes are started at first,",
        "so that what is played is an upgrade"
      })
  private @Nullable Path from;

  private final Set<String> upgraded = new ConcurrentSkipListSet<>();

  @Override
  Optional<Path> build(String node) {
    return upgraded.contains(node) ? Optional.empty() : Optional.ofNullable(from);
  }

  @Override
  int play(FaultStage stage) throws IOException, InterruptedException, ExecutionException {
    List<String> violations = new ArrayList<>();
    boolean isBusy = true;
    List<Invocation> all;
    LocalCluster cluster = stage.cluster();
    try (SteadyLoad load = stage.load(PACE)) {
      for (int i = 0; i < rounds * cluster.doors().size(); i++) {
        CoraleProcess node = cluster.node(i % cluster.doors().size());
        isBusy &= FaultStage.isBusy(stage.awaitBusy(0));
        boolean led = stage.superpeer().name().equals(node.name());
        long fromNanos = System.nanoTime();
        if (!node.stop(TO_LEAVE)) {
          violations.add("leaving: " + node.name() + " had not left after " + TO_LEAVE);
        }
        long leftMillis = FaultStage.millisSince(fromNanos);
        upgraded.add(node.name());
        cluster.restart(i % cluster.doors().size());
        Thread.sleep(CALM.toMillis());
        say(
            String.format(
                "%s (%s) left after %d ms; longest silence %d ms",
                node.name(),
                led ? "superpeer" : "follower",
                leftMillis,
                load.longestSilence(fromNanos, System.nanoTime()).toMillis()));
      }
      all = load.startNoMore();
    }
    violations.addAll(stage.awaitEnds(all));
    violations.addAll(stage.judge(all).violations());
    return verdict(violations, isBusy);
  }
}
