package io.corale.deploy.bench;

import io.corale.client.Client;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Payload;
import io.corale.wire.Door;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/**
 * Chains of calls that take no time, through a real cluster, as many in flight as asked: what is
 * left is the cost of scheduling them durably. Then, in the same cluster, chains of one step, one
 * after the other.
 */
final class ClusterRun {
  private static final int NODES = 3;

  /** Between the two: what the first has left behind is done. */
  private static final Duration REST = Duration.ofSeconds(3);

  private final Path directory;
  private final Client client;
  private final LocalCluster cluster;
  private final Load load;

  private ClusterRun(Path directory, Client client, LocalCluster cluster, Load load) {
    this.directory = directory;
    this.client = client;
    this.cluster = cluster;
    this.load = load;
  }

  /**
   * What is run, and for how long.
   *
   * @param payloadBytes that each call takes and gives back; with 0 it takes its number only
   */
  record Load(int steps, int payloadBytes, int inFlight, Duration warmUp, Duration measured) {
    /** Arguments are an object around it, with the number of the step. */
    static final int MOST_PAYLOAD_BYTES = Payload.MAX_INLINE_BYTES - 64;

    /** Beyond what a cell lets wait, callers would measure nothing but their patience. */
    static final int MOST_IN_FLIGHT = 16_384;

    Load {
      if (steps < 1 || inFlight < 1 || inFlight > MOST_IN_FLIGHT) {
        throw new IllegalArgumentException(
            "steps must be 1 or more, invocations in flight from 1 to " + MOST_IN_FLIGHT);
      }
      if (payloadBytes < 0 || payloadBytes > MOST_PAYLOAD_BYTES) {
        throw new IllegalArgumentException(
            "a payload must have from 0 to " + MOST_PAYLOAD_BYTES + " bytes");
      }
      if (warmUp.isNegative() || measured.isNegative() || measured.isZero()) {
        throw new IllegalArgumentException("the measured time must be above zero");
      }
    }
  }

  /** Keeps its data below {@code directory}. */
  static ClusterFigures run(Path directory, Load load)
      throws IOException, InterruptedException, ExecutionException, NoFigures {
    try (LocalCluster cluster = LocalCluster.start(new LocalCluster.Plan(directory, NODES, ""));
        Client client = cluster.client("bench").maxInFlight(2 * load.inFlight).build()) {
      Owners.enter(client, Owners.account("sim", "sim", 100_000, "latency", "PT0S"));
      Owners.publish(client, Chain.composition("chain", load.steps, load.payloadBytes > 0));
      Owners.publish(client, Chain.composition("one", 1, load.payloadBytes > 0));
      return new ClusterRun(directory, client, cluster, load).measure();
    }
  }

  private ClosedLoop loop(String composition) {
    Payload input =
        load.payloadBytes == 0
            ? Payload.NULL
            : Payload.ofJson("{\"data\":\"" + "x".repeat(load.payloadBytes) + "\"}");
    return new ClosedLoop(Chain.invocation(client, composition, input));
  }

  private ClusterFigures measure()
      throws IOException, InterruptedException, ExecutionException, NoFigures {
    List<CoraleProcess> nodes = IntStream.range(0, NODES).mapToObj(cluster::node).toList();
    ClosedLoop many = loop("chain");
    many.begin(load.inFlight);
    Thread.sleep(load.warmUp.toMillis());
    long first = applied();
    Duration before = ProcessorTime.of(nodes);
    RuntimeTime runtimeBefore = RuntimeTime.of(nodes);
    Duration elapsed = many.measure(load.measured);
    RuntimeTime runtime = RuntimeTime.of(nodes).minus(runtimeBefore);
    Duration processorTime = ProcessorTime.of(nodes).minus(before);
    long entries = applied() - first;
    many.end(Chain.PATIENCE);
    Thread.sleep(REST.toMillis());
    long entryBytes =
        LogSegments.bytesOfAnEntry(directory.resolve(nodes.get(0).name()), first)
            .orElseThrow(() -> new NoFigures("no segment of the log was filled: measure longer"));
    ClosedLoop one = loop("one");
    one.begin(1);
    Thread.sleep(REST.toMillis());
    one.measure(load.measured);
    one.end(Chain.PATIENCE);
    return ClusterFigures.of(load, many, one, entries, entryBytes, elapsed, processorTime, runtime);
  }

  private long applied() throws InterruptedException, ExecutionException {
    return Owners.given(client.cells().get()).getCellsList().stream()
        .mapToLong(Door.CellReport::getApplied)
        .max()
        .orElseThrow(() -> new IllegalStateException("there is no cell"));
  }
}
