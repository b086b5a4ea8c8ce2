package io.corale.deploy.bench;

import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.FreePorts;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Three Zeebe brokers with their gateways, and a process of Zeebe's client that loads them. */
final class ZeebeContender implements Contender {
  private static final Duration START = Duration.ofMinutes(4);
  private static final Duration STOP = Duration.ofSeconds(10);

  /** Twice the heap of one of our nodes: a whole cluster shares one small machine. */
  private static final List<String> BROKER_JVM =
      List.of("-Xmx512m", "-XX:+UseParallelGC", "-XX:ParallelGCThreads=2");

  /** As the process has that begins the chains of the others. */
  private static final List<String> LOAD_JVM = List.of("-Xmx256m", "-XX:+UseSerialGC");

  private static final String READY = "/actuator/health/readiness";
  private static final String ROCKSDB_MEMORY = "128MB";

  /** Of one broker: for callers, for gateways, between brokers, for administrators, unused. */
  private record Ports(int gateway, int command, int internal, int management, int web) {}

  private final PeerPrograms programs;
  private final Path directory;
  private final int partitions;
  private final int steps;
  private final List<Ports> ports = new ArrayList<>();
  private final List<CoraleProcess> servers = new ArrayList<>();
  private final List<CoraleProcess> drivers = new ArrayList<>();
  private int loads;

  private ZeebeContender(PeerPrograms programs, Path directory, int partitions, int steps) {
    this.programs = programs;
    this.directory = directory;
    this.partitions = partitions;
    this.steps = steps;
  }

  static Contender start(PeerPrograms programs, Path directory, int partitions, int steps)
      throws IOException, InterruptedException {
    ZeebeContender contender = new ZeebeContender(programs, directory, partitions, steps);
    try {
      contender.launch();
      return contender;
    } catch (IOException | InterruptedException | RuntimeException e) {
      contender.close();
      throw e;
    }
  }

  private void launch() throws IOException, InterruptedException {
    List<Integer> free = FreePorts.find(5 * SERVERS);
    for (int i = 0; i < SERVERS; i++) {
      List<Integer> own = free.subList(5 * i, 5 * i + 5);
      ports.add(new Ports(own.get(0), own.get(1), own.get(2), own.get(3), own.get(4)));
    }
    for (int i = 0; i < SERVERS; i++) {
      servers.add(CoraleProcess.launch("z" + i, own(i), broker(i), environment(i)));
    }
    Loopback http = new Loopback();
    for (int i = 0; i < SERVERS; i++) {
      http.awaitReady(servers.get(i), ports.get(i).management, READY, START);
    }
    drivers.add(driver());
    drivers.get(0).await("READY", START);
  }

  private List<String> broker(int index) throws IOException {
    Path home = programs.zeebe();
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(BROKER_JVM);
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-Dbasedir=" + home);
    // Where it writes a log of its own: below what is gone after the run.
    command.add("-Dapp.home=" + own(index));
    command.add("-cp");
    command.add(home.resolve("config") + File.pathSeparator + home.resolve("lib") + "/*");
    command.add("io.camunda.application.StandaloneBroker");
    return command;
  }

  private String java() {
    return programs.jdk().resolve("bin/java").toString();
  }

  private Path own(int index) {
    return directory.resolve("z" + index).toAbsolutePath();
  }

  private SortedMap<String, String> environment(int index) {
    Ports own = ports.get(index);
    String contacts =
        ports.stream().map(each -> "127.0.0.1:" + each.internal).collect(Collectors.joining(","));
    TreeMap<String, String> environment = new TreeMap<>();
    environment.put("ZEEBE_BROKER_CLUSTER_NODEID", String.valueOf(index));
    environment.put("ZEEBE_BROKER_CLUSTER_CLUSTERSIZE", String.valueOf(SERVERS));
    environment.put("ZEEBE_BROKER_CLUSTER_REPLICATIONFACTOR", String.valueOf(SERVERS));
    environment.put("ZEEBE_BROKER_CLUSTER_PARTITIONSCOUNT", String.valueOf(partitions));
    environment.put("ZEEBE_BROKER_CLUSTER_INITIALCONTACTPOINTS", contacts);
    environment.put("ZEEBE_BROKER_CLUSTER_RAFT_FLUSH_ENABLED", "true");
    environment.put("ZEEBE_BROKER_CLUSTER_RAFT_FLUSH_DELAYTIME", "0s");
    environment.put("ZEEBE_BROKER_BACKPRESSURE_ENABLED", "false");
    environment.put("ZEEBE_BROKER_EXPERIMENTAL_ROCKSDB_MEMORYLIMIT", ROCKSDB_MEMORY);
    // Absolute: else it is taken as below the installation, where all brokers would share it.
    environment.put("ZEEBE_BROKER_DATA_DIRECTORY", own(index).resolve("data").toString());
    environment.put("ZEEBE_BROKER_NETWORK_HOST", "127.0.0.1");
    environment.put("ZEEBE_BROKER_NETWORK_COMMANDAPI_PORT", String.valueOf(own.command));
    environment.put("ZEEBE_BROKER_NETWORK_INTERNALAPI_PORT", String.valueOf(own.internal));
    environment.put("ZEEBE_BROKER_GATEWAY_NETWORK_HOST", "127.0.0.1");
    environment.put("ZEEBE_BROKER_GATEWAY_NETWORK_PORT", String.valueOf(own.gateway));
    environment.put("MANAGEMENT_SERVER_ADDRESS", "127.0.0.1");
    environment.put("MANAGEMENT_SERVER_PORT", String.valueOf(own.management));
    environment.put("SERVER_ADDRESS", "127.0.0.1");
    environment.put("SERVER_PORT", String.valueOf(own.web));
    environment.put("ZEEBE_LOG_LEVEL", "warn");
    return environment;
  }

  @Override
  public String name() throws IOException {
    return "Zeebe " + programs.zeebeVersion();
  }

  @Override
  public String settings() throws IOException {
    return "partitionsCount "
        + partitions
        + ", replicationFactor 3, raft.flush.enabled true with delayTime 0s (every leader's commit"
        + " and follower's append), backpressure off (it refuses so many in flight), rocksdb"
        + " memoryLimit "
        + ROCKSDB_MEMORY
        + ", no exporter, "
        + String.join(" ", BROKER_JVM)
        + ", Java "
        + programs.jdkVersion()
        + " for brokers and client, else the defaults; one step = one service task of a BPMN"
        + " process: job activated, streamed to a worker of the Java client, completed by a command"
        + " in the log, which activates the next; callers wait for the process' result at the"
        + " gateway of the leader of the first partition, and never ask again";
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
  public Load load(Pace pace) throws IOException {
    return LoadByProcess.begun(drivers.get(0), directory, loads++, pace);
  }

  /** One for all loads, so that it is as warm for the later ones as this process is. */
  private CoraleProcess driver() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(LOAD_JVM);
    command.add("-cp");
    command.add(programs.zeebeClient() + File.pathSeparator + loop());
    command.add(programs.zeebeLoad().toString());
    command.add(
        ports.stream().map(each -> String.valueOf(each.gateway)).collect(Collectors.joining(",")));
    command.add(
        ports.stream().map(each -> String.valueOf(each.command)).collect(Collectors.joining(",")));
    command.add(String.valueOf(steps));
    return CoraleProcess.launch("load", directory, command, new TreeMap<>());
  }

  /** Where {@link ClosedLoop} lies, which the load uses beside libraries that are not ours. */
  private static Path loop() throws IOException {
    try {
      return Path.of(ClosedLoop.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    Stopped.all(drivers, STOP);
    Stopped.all(servers, STOP);
  }
}
