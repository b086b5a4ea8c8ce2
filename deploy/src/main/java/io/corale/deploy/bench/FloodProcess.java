package io.corale.deploy.bench;

import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A {@link Flood} in a process of its own, which works where others leave processors idle. */
final class FloodProcess implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final CoraleProcess process;
  private final Path orders;
  private int round;

  private FloodProcess(CoraleProcess process, Path orders) {
    this.process = process;
    this.orders = orders;
  }

  /** Waits to be told. */
  static FloodProcess start(
      Path directory, LocalCluster cluster, String door, String owner, NeighboursPlan plan)
      throws IOException, InterruptedException {
    Path orders = Files.createDirectories(directory.resolve("flood")).toAbsolutePath();
    Path token = Files.writeString(orders.resolve("token"), cluster.token());
    CoraleProcess process =
        CoraleProcess.start(
            "flood",
            orders,
            List.of("-Xmx512m", "-XX:+UseSerialGC"),
            List.of(
                "bench",
                "flood",
                "--door=" + door,
                "--owner=" + owner,
                "--token-file=" + token,
                "--connections=" + plan.connections(),
                "--threads=" + plan.threads(),
                "--each=" + plan.each(),
                "--orders=" + orders));
    process.giveWay();
    process.await("READY", ANSWER);
    return new FloodProcess(process, orders);
  }

  void begin() throws IOException {
    round++;
    Files.createFile(orders.resolve(round + ".begin"));
  }

  /** It is over; what was answered to it. */
  Flood.Answers end() throws IOException, InterruptedException {
    Files.createFile(orders.resolve(round + ".end"));
    String mark = "ROUND " + round + " ";
    String[] numbers = process.await(mark, ANSWER).substring(mark.length()).split(" ", -1);
    return new Flood.Answers(
        Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
  }

  @Override
  public void close() {
    Stopped.all(List.of(process), ANSWER);
  }
}
