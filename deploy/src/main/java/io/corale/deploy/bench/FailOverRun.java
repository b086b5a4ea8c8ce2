package io.corale.deploy.bench;

import io.corale.client.Client;
import io.corale.client.Invocation;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.deploy.cluster.SteadyLoad;
import io.corale.model.Payload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

/**
 * How long callers of one cell wait when its superpeer is killed: three nodes, and callers that
 * come one after the other, whatever happens.
 */
final class FailOverRun implements AutoCloseable {
  private static final String COMPOSITION =
      """
      document: {dsl: '1.0.3', namespace: bench, name: nothing, version: 1.0.0}
      do:
        - nothing: {set: {done: true}}
      """;

  /** Short beside what is measured. */
  private static final Duration PACE = Duration.ofMillis(10);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int IN_FLIGHT = 16_384;
  private static final long POLL_MILLIS = 5;

  private final LocalCluster cluster;
  private final Client client;

  private FailOverRun(LocalCluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client("bench").maxInFlight(IN_FLIGHT).build();
  }

  static FailOverRun start(Path directory)
      throws IOException, InterruptedException, ExecutionException {
    FailOverRun run = new FailOverRun(LocalCluster.start(new LocalCluster.Plan(directory, 3, "")));
    try {
      Owners.enter(run.client);
      Owners.publish(run.client, COMPOSITION);
      Invocation first = run.client.start("nothing", Payload.NULL);
      Owners.given(first.accepted().get());
      return run;
    } catch (InterruptedException | ExecutionException | RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /** Kills the superpeer; until an invocation that was started afterwards is acknowledged. */
  Duration failOver() throws IOException, InterruptedException, ExecutionException {
    String name = Owners.given(client.cells().get()).getCells(0).getSuperpeer();
    CoraleProcess superpeer = cluster.node(cluster.indexOf(name));
    Duration took;
    try (SteadyLoad load = new SteadyLoad(client, "nothing", PACE)) {
      Thread.sleep(PACE.toMillis() * 10);
      long killedNanos = System.nanoTime();
      superpeer.kill();
      while (load.firstAcknowledged(killedNanos).isEmpty()) {
        if (System.nanoTime() - killedNanos > PATIENCE.toNanos()) {
          throw new IOException("nothing was acknowledged within " + PATIENCE);
        }
        Thread.sleep(POLL_MILLIS);
      }
      took = Duration.ofNanos(load.firstAcknowledged(killedNanos).getAsLong() - killedNanos);
    }
    cluster.restart(cluster.indexOf(name));
    return took;
  }

  @Override
  public void close() {
    client.close();
    cluster.close();
  }
}
