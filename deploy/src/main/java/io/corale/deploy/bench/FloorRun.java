package io.corale.deploy.bench;

import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.FreePorts;
import io.corale.deploy.cluster.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The floor once: three bare Ratis servers, started, loaded by the one that leads, stopped. */
final class FloorRun {
  private static final int SERVERS = 3;
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 20;

  private FloorRun() {}

  /**
   * Its figures.
   *
   * @param processorTime of all three servers, while the leader measured
   */
  record Result(FloorLoad load, FloorFigures figures, Duration processorTime) {
    static Result of(FloorLoad load, FloorFigures figures, Duration processorTime)
        throws NoFigures {
      if (figures.entries() < 1 || figures.latency().p50Micros() < 1) {
        throw new NoFigures(figures.entries() + " entries of bare Ratis are no figures");
      }
      return new Result(load, figures, processorTime);
    }

    double commandsPerSecond() {
      return figures.entriesPerSecond() * load.commandsPerEntry();
    }

    double commandsPerProcessorSecond() {
      return figures.entries()
          * (double) load.commandsPerEntry()
          / Math.max(1e-9, processorTime.toNanos() / 1e9);
    }

    String text() {
      return String.format(
          Locale.ROOT,
          "floor (bare Ratis, %d processes): %d commands of %d bytes an entry, window %d:%n"
              + "  %.0f entries/s, %.0f commands/s, %.0f commands per CPU-second%n"
              + "  an entry: %s",
          SERVERS,
          load.commandsPerEntry(),
          load.commandBytes(),
          load.window(),
          figures.entriesPerSecond(),
          commandsPerSecond(),
          commandsPerProcessorSecond(),
          figures.latency().text());
    }
  }

  /** Keeps its data below {@code directory}, which must be empty or absent. */
  static Result run(Path directory, FloorLoad load)
      throws IOException, InterruptedException, NoFigures {
    List<CoraleProcess> servers = new ArrayList<>();
    try {
      start(directory, load, servers);
      CoraleProcess leader = leader(servers);
      leader.await("MEASURES", load.warmUp().plus(START));
      Duration before = ProcessorTime.of(servers);
      String line = leader.await("RESULT", load.measured().plus(START));
      Duration after = ProcessorTime.of(servers);
      return Result.of(load, FloorFigures.ofLine(line), after.minus(before));
    } finally {
      for (CoraleProcess server : servers) {
        server.stop(STOP);
      }
    }
  }

  private static void start(Path directory, FloorLoad load, List<CoraleProcess> servers)
      throws IOException, InterruptedException {
    String ports =
        FreePorts.find(SERVERS).stream().map(String::valueOf).collect(Collectors.joining(","));
    for (int index = 0; index < SERVERS; index++) {
      List<String> arguments = new ArrayList<>(List.of("bench", "floor-server"));
      arguments.add("--ports=" + ports);
      arguments.add("--index=" + index);
      arguments.add("--data=" + directory.toAbsolutePath().resolve("s" + index));
      arguments.addAll(FloorLoadOptions.arguments(load));
      servers.add(CoraleProcess.start("s" + index, directory, LocalCluster.NODE_JVM, arguments));
    }
    for (CoraleProcess server : servers) {
      server.await("READY", START);
    }
  }

  private static CoraleProcess leader(List<CoraleProcess> servers)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < until) {
      for (CoraleProcess server : servers) {
        Optional<String> said = server.said("LEADS");
        if (said.isPresent()) {
          return server;
        }
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new IOException("none of the servers led all within " + START);
  }
}
