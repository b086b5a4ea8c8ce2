package io.corale.deploy.chaos;

import io.corale.client.Client;
import io.corale.client.Invocation;
import io.corale.client.Reply;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.deploy.cluster.SteadyLoad;
import io.corale.model.Payload;
import io.corale.wire.Door;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Restarts one node after the other, as an upgrade does, while callers come and calls run. */
@Command(
    name = "rolling-restart",
    description = {
      "Restarts the nodes of a busy cluster one after the other and judges what was promised.",
      "No caller may have to give up, and an owner who is entered at a node as soon as that is",
      "ready has a replica on each, three at most; prints how long callers waited."
    },
    mixinStandardHelpOptions = true)
public final class RollingRestart extends FaultScript {
  private static final Duration PACE = Duration.ofMillis(80);
  private static final Duration TO_LEAVE = Duration.ofSeconds(10);

  /** A restarted node has caught up by then; the next one may go. */
  private static final Duration CALM = Duration.ofSeconds(3);

  private static final String NOTHING_TO_DO =
      """
      document: {dsl: '1.0.3', namespace: chaos, name: nothing, version: 1.0.0}
      do:
        - nothing: {set: {done: true}}
      """;

  private static final Duration BORN = Duration.ofSeconds(10);

  /** Longer than any client of a cluster that works has to wait. */
  private static final Duration ANSWERED = Duration.ofSeconds(60);

  /** Of a cell, where there are as many nodes. */
  private static final int REPLICAS = 3;

  private static final long POLL_MILLIS = 50;

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
  int play(FaultStage stage)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
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
        violations.addAll(born(cluster, i));
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

  /** A node that says it is ready knows all others, of whatever build, and so do births at it. */
  private static List<String> born(LocalCluster cluster, int step)
      throws InterruptedException, ExecutionException, TimeoutException {
    int nodes = cluster.doors().size();
    int wanted = Math.min(REPLICAS, nodes);
    String door = cluster.doors().get(step % nodes);
    String owner = "born-" + step;
    int replicas = replicas(cluster, door, owner);
    if (replicas > 1 && replicas < wanted) {
      // On a busy machine one may be suspected for a moment; who knows nobody has no such excuse.
      Thread.sleep(CALM.toMillis());
      owner = "born-later-" + step;
      replicas = replicas(cluster, door, owner);
    }
    return replicas == wanted
        ? List.of()
        : List.of("birth: " + owner + " has " + replicas + " replicas among " + nodes + " nodes");
  }

  private static int replicas(LocalCluster cluster, String door, String owner)
      throws InterruptedException, ExecutionException, TimeoutException {
    try (Client there = cluster.client(owner).nodes(List.of(door)).build()) {
      given(there.createOwner());
      given(there.publish(NOTHING_TO_DO));
      given(there.start("nothing", Payload.ofJson("{}")).accepted());
      return members(there);
    }
  }

  private static int members(Client client)
      throws InterruptedException, ExecutionException, TimeoutException {
    long fromNanos = System.nanoTime();
    Door.CellList cells = given(client.cells());
    while (cells.getCellsCount() == 0 && FaultStage.millisSince(fromNanos) < BORN.toMillis()) {
      Thread.sleep(POLL_MILLIS);
      cells = given(client.cells());
    }
    return cells.getCellsCount() == 0 ? 0 : cells.getCells(0).getMembersCount();
  }

  private static <T> T given(CompletableFuture<Reply<T>> asked)
      throws InterruptedException, ExecutionException, TimeoutException {
    return Owners.given(asked.get(ANSWERED.toMillis(), TimeUnit.MILLISECONDS));
  }
}
