package io.corale.deploy.bench;

import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Three Restate servers that play all roles, and one Node.js process with the chain's handler. */
final class RestateContender implements Contender {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(10);

  /** As much as the heap of one of our nodes. */
  private static final String ROCKSDB_MEMORY = "256.0 MiB";

  /** A record is acknowledged by two servers, as by a majority of three. */
  private static final int REPLICATION = 2;

  /** Of one server: between servers, for administrators, for callers. */
  private record Ports(int fabric, int admin, int ingress) {}

  private final PeerPrograms programs;
  private final int partitions;
  private final int steps;
  private final List<Ports> ports = new ArrayList<>();
  private final List<CoraleProcess> servers = new ArrayList<>();
  private final List<CoraleProcess> drivers = new ArrayList<>();
  private final Loopback http = new Loopback();
  private final AtomicInteger turn = new AtomicInteger();
  private String version = "";

  private RestateContender(PeerPrograms programs, int partitions, int steps) {
    this.programs = programs;
    this.partitions = partitions;
    this.steps = steps;
  }

  static Contender start(PeerPrograms programs, Path directory, int partitions, int steps)
      throws IOException, InterruptedException {
    RestateContender contender = new RestateContender(programs, partitions, steps);
    try {
      contender.launch(directory);
      contender.deploy(directory);
      return contender;
    } catch (IOException | InterruptedException | RuntimeException e) {
      contender.close();
      throw e;
    }
  }

  private void launch(Path directory) throws IOException, InterruptedException {
    String server = programs.restateServer().toString();
    List<Integer> free = FreePorts.find(3 * SERVERS);
    for (int i = 0; i < SERVERS; i++) {
      ports.add(new Ports(free.get(3 * i), free.get(3 * i + 1), free.get(3 * i + 2)));
    }
    CoraleProcess asked =
        CoraleProcess.launch("version", directory, List.of(server, "--version"), new TreeMap<>());
    try {
      version = asked.await("restate-server ", START).substring("restate-server ".length());
    } finally {
      asked.stop(STOP);
    }
    for (int i = 0; i < SERVERS; i++) {
      Path file = directory.resolve("r" + i + ".toml");
      Files.writeString(file, configuration(directory, i));
      servers.add(
          CoraleProcess.launch(
              "r" + i,
              directory,
              List.of(server, "--no-logo", "--config-file", file.toString()),
              new TreeMap<>()));
    }
    for (int i = 0; i < SERVERS; i++) {
      http.awaitReady(servers.get(i), ports.get(i).admin, "/health", START);
    }
  }

  private String configuration(Path directory, int index) {
    String peers =
        ports.stream()
            .map(each -> "\"http://127.0.0.1:" + each.fabric + "\"")
            .collect(Collectors.joining(", "));
    Ports own = ports.get(index);
    return String.format(
        Locale.ROOT,
        """
        cluster-name = "bench"
        node-name = "r%1$d"
        base-dir = "%2$s"
        auto-provision = %3$s
        listen-mode = "tcp"
        bind-address = "127.0.0.1:%4$d"
        advertised-address = "http://127.0.0.1:%4$d"
        default-num-partitions = %5$d
        default-replication = %6$d
        rocksdb-total-memory-size = "%7$s"
        disable-telemetry = true
        log-filter = "warn"
        log-disable-ansi-codes = true
        [metadata-client]
        addresses = [%8$s]
        [admin]
        bind-address = "127.0.0.1:%9$d"
        disable-web-ui = true
        [ingress]
        bind-address = "127.0.0.1:%10$d"
        [log-server]
        rocksdb-disable-wal-fsync = false
        """,
        index,
        directory.resolve("data"),
        index == 0,
        own.fabric,
        partitions,
        REPLICATION,
        ROCKSDB_MEMORY,
        peers,
        own.admin,
        own.ingress);
  }

  private void deploy(Path directory) throws IOException, InterruptedException {
    int port = FreePorts.find(1).get(0);
    TreeMap<String, String> quiet = new TreeMap<>();
    quiet.put("RESTATE_LOGGING", "ERROR");
    quiet.put("NODE_ENV", "production");
    CoraleProcess handler =
        CoraleProcess.launch(
            "steps",
            directory,
            List.of(
                "node", programs.restate().resolve("steps.mjs").toString(), String.valueOf(port)),
            quiet);
    drivers.add(handler);
    handler.await("READY", START);
    String uri = "{\"uri\":\"http://127.0.0.1:" + port + "\"}";
    http.awaitDone(servers.get(0), ports.get(0).admin, "/deployments", uri, START);
    for (int i = 0; i < SERVERS; i++) {
      http.awaitDone(
          servers.get(i), ports.get(i).ingress, "/chain/run", String.valueOf(steps), START);
    }
  }

  @Override
  public String name() {
    return "Restate " + version;
  }

  @Override
  public String settings() {
    return String.format(
        Locale.ROOT,
        "all roles on each server, default-num-partitions %d, default-replication %d (a record is"
            + " on two of three disks before it is acknowledged), log-server"
            + " rocksdb-disable-wal-fsync false, rocksdb-total-memory-size %s, no telemetry, else"
            + " the defaults; one step = ctx.run of the Node.js SDK: its result journalled and"
            + " acknowledged before the next begins, within one handler; journals are dropped when"
            + " the chain ends (journalRetention 0); callers ask the three servers in turn, and"
            + " never again",
        partitions,
        REPLICATION,
        ROCKSDB_MEMORY);
  }

  @Override
  public List<CoraleProcess> servers() {
    return servers;
  }

  @Override
  public List<CoraleProcess> drivers() {
    return drivers;
  }

  @Override
  public Load load(Pace pace) {
    String expected = "{\"step\":" + steps + "}";
    return new LoadFromHere(
        () ->
            http.post(
                ports.get(Math.floorMod(turn.getAndIncrement(), SERVERS)).ingress,
                "/chain/run",
                String.valueOf(steps),
                expected),
        pace);
  }

  @Override
  public void close() {
    Stopped.all(servers, STOP);
    Stopped.all(drivers, STOP);
  }
}
