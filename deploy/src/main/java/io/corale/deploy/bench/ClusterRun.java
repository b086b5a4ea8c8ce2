package io.corale.deploy.bench;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.client.StartOptions;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Payload;
import io.corale.wire.Door;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Chains of calls that take no time, through a real cluster, as many in flight as asked: what is
 * left is the cost of scheduling them durably.
 */
final class ClusterRun {
  private static final int NODES = 3;

  /** Receipts live as long as a caller may retry; those of a benchmark need not fill the cell. */
  private static final Duration RETRY = Duration.ofSeconds(30);

  private final Client client;
  private final Load load;
  private final AtomicLong failed = new AtomicLong();
  private volatile boolean isMeasuring;
  private volatile boolean isOver;
  private final Samples samples = new Samples();

  private ClusterRun(Client client, Load load) {
    this.client = client;
    this.load = load;
  }

  /** What is run, and for how long. */
  record Load(int steps, int inFlight, Duration warmUp, Duration measured) {}

  /**
   * Its figures.
   *
   * @param invocations that ended while it was measured
   * @param entries of the log meanwhile
   * @param processorTime of all nodes meanwhile
   * @param failed that did not complete
   */
  record Result(
      Load load,
      long invocations,
      long entries,
      Duration elapsed,
      Duration processorTime,
      Percentiles latency,
      long failed) {
    double stepsPerSecond() {
      return invocations * (double) load.steps * 1e9 / elapsed.toNanos();
    }

    /** A chain of k steps is k + 1 commands. */
    long commandsPerEntry() {
      return Math.max(1, invocations * (load.steps + 1L) / Math.max(1, entries));
    }

    double commandsPerSecond() {
      return invocations * (load.steps + 1.0) * 1e9 / elapsed.toNanos();
    }

    String text() {
      double seconds = elapsed.toNanos() / 1e9;
      return String.format(
          Locale.ROOT,
          "cluster (%d nodes): chains of %d steps, %d in flight:%n"
              + "  %.0f invocations/s, %.0f steps/s, %.0f commands/s, %.0f steps per CPU-second,"
              + " %d commands an entry, %d failed%n  an invocation: %s",
          NODES,
          load.steps,
          load.inFlight,
          invocations / seconds,
          stepsPerSecond(),
          commandsPerSecond(),
          invocations * (double) load.steps / Math.max(1e-9, processorTime.toNanos() / 1e9),
          commandsPerEntry(),
          failed,
          latency.text());
    }
  }

  /** Keeps its data below {@code directory}. */
  static Result run(Path directory, Load load)
      throws IOException, InterruptedException, ExecutionException {
    try (LocalCluster cluster = LocalCluster.start(new LocalCluster.Plan(directory, NODES, ""));
        Client client = cluster.client("bench").maxInFlight(2 * load.inFlight).build()) {
      Owners.enter(client, Owners.account("sim", "sim", 100_000, "latency", "PT0S"));
      Owners.publish(client, chain(load.steps));
      return new ClusterRun(client, load).measure(cluster);
    }
  }

  private static String chain(int steps) {
    StringBuilder yaml =
        new StringBuilder(
            """
            document: {dsl: '1.0.3', namespace: bench, name: chain, version: 1.0.0}
            use:
              functions:
                step: {call: faas, with: {implementations: [{id: sim, account: sim, timeout: PT5S}]}}
            do:
            """);
    for (int i = 1; i <= steps; i++) {
      yaml.append("  - step" + i + ": {call: step, with: {step: " + i + "}}\n");
    }
    return yaml.toString();
  }

  private Result measure(LocalCluster cluster) throws InterruptedException, ExecutionException {
    List<CoraleProcess> nodes = IntStream.range(0, NODES).mapToObj(cluster::node).toList();
    for (int i = 0; i < load.inFlight; i++) {
      next();
    }
    Thread.sleep(load.warmUp.toMillis());
    long entriesBefore = applied();
    Duration before = ProcessorTime.of(nodes);
    long began = System.nanoTime();
    isMeasuring = true;
    Thread.sleep(load.measured.toMillis());
    isMeasuring = false;
    Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
    Duration processorTime = ProcessorTime.of(nodes).minus(before);
    long entries = applied() - entriesBefore;
    isOver = true;
    return new Result(
        load,
        samples.count(),
        entries,
        elapsed,
        processorTime,
        samples.percentiles(),
        failed.get());
  }

  private void next() {
    long began = System.nanoTime();
    Invocation invocation =
        client.start("chain", Payload.NULL, StartOptions.DEFAULTS.withRetryFor(RETRY));
    invocation
        .result()
        .whenComplete(
            (outcome, failure) -> {
              if (!(outcome instanceof ClientOutcome.Completed)) {
                failed.incrementAndGet();
              } else if (isMeasuring) {
                samples.add(System.nanoTime() - began);
              }
              if (!isOver) {
                next();
              }
            });
  }

  private long applied() throws InterruptedException, ExecutionException {
    return Owners.given(client.cells().get()).getCellsList().stream()
        .mapToLong(Door.CellReport::getApplied)
        .max()
        .orElse(0);
  }
}
