package io.corale.deploy.bench;

import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.FreePorts;
import io.corale.deploy.cluster.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How long three bare Ratis servers are without a leader when theirs is killed. */
final class FailOverFloor implements AutoCloseable {
  /** What a server says, with the wall time in milliseconds; all run on one machine. */
  static final String ACKNOWLEDGED = "ACKNOWLEDGED ";

  private static final int SERVERS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 20;

  private final Path directory;
  private final String ports;
  private final List<CoraleProcess> servers = new ArrayList<>();

  private FailOverFloor(Path directory, String ports) {
    this.directory = directory;
    this.ports = ports;
  }

  static FailOverFloor start(Path directory) throws IOException, InterruptedException {
    String ports =
        FreePorts.find(SERVERS).stream().map(String::valueOf).collect(Collectors.joining(","));
    FailOverFloor floor = new FailOverFloor(directory.toAbsolutePath(), ports);
    try {
      for (int index = 0; index < SERVERS; index++) {
        floor.servers.add(floor.launch(index));
      }
      for (CoraleProcess server : floor.servers) {
        server.await("READY", PATIENCE);
      }
      return floor;
    } catch (IOException | InterruptedException | RuntimeException e) {
      floor.close();
      throw e;
    }
  }

  private CoraleProcess launch(int index) throws IOException {
    return CoraleProcess.start(
        "s" + index,
        directory,
        LocalCluster.NODE_JVM,
        List.of(
            "bench",
            "floor-server",
            "--acknowledge-only",
            "--ports=" + ports,
            "--index=" + index,
            "--data=" + directory.resolve("s" + index)));
  }

  /** Kills the leader; until another has committed its first entry. */
  Duration failOver() throws IOException, InterruptedException {
    int leader = awaitAcknowledged(0).index();
    long killedMillis = System.currentTimeMillis();
    servers.get(leader).kill();
    long answeredMillis = awaitAcknowledged(killedMillis).wallMillis();
    servers.set(leader, launch(leader));
    servers.get(leader).await("READY", PATIENCE);
    return Duration.ofMillis(answeredMillis - killedMillis);
  }

  private record Acknowledged(int index, long wallMillis) {}

  /** The latest that any server said, once it lies after this time. */
  private Acknowledged awaitAcknowledged(long afterMillis)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < until) {
      Optional<Acknowledged> latest = latest();
      if (latest.isPresent() && latest.get().wallMillis() > afterMillis) {
        return latest.get();
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new IOException("no server led within " + PATIENCE);
  }

  private Optional<Acknowledged> latest() throws IOException {
    Optional<Acknowledged> latest = Optional.empty();
    for (int index = 0; index < servers.size(); index++) {
      for (String line : servers.get(index).saidAll(ACKNOWLEDGED)) {
        long wallMillis = Long.parseLong(line.substring(ACKNOWLEDGED.length()));
        if (latest.isEmpty() || latest.get().wallMillis() < wallMillis) {
          latest = Optional.of(new Acknowledged(index, wallMillis));
        }
      }
    }
    return latest;
  }

  @Override
  public void close() {
    try {
      for (CoraleProcess server : servers) {
        server.stop(STOP);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
