package io.corale.deploy.cluster;

import io.corale.client.Client;
import io.corale.client.ClientBuilder;
import io.corale.node.door.Credentials;
import io.corale.node.seal.KeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A ZooKeeper and some nodes, each a process of its own on loopback ports that were free.
 * Everything it started is stopped when it is closed, by pid.
 */
public final class LocalCluster implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  /** They are started all at once, and share the machine while they do. */
  private static final Duration START_OF_EACH = Duration.ofSeconds(5);

  private static final Duration STOP = Duration.ofSeconds(15);

  /** How a node's process is started: small heaps, a whole cluster shares one small machine. */
  public static final List<String> NODE_JVM =
      List.of("-Xmx256m", "-XX:+UseParallelGC", "-XX:ParallelGCThreads=2");

  /** Within minutes the second compiler costs more of a small machine than it gives back. */
  private static final List<String> BRIEF_JVM =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private static final List<String> ZOOKEEPER_JVM =
      List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final Path directory;
  private final Function<String, Map<String, String>> environment;
  private final List<String> jvm;
  private final Function<String, Optional<Path>> builds;
  private final String token = Credentials.newToken();
  private final String clusterKey = Credentials.newToken();
  private final String zookeeperAddress;
  private final List<Member> members = new ArrayList<>();
  private CoraleProcess zookeeper;

  /** One node of the cluster; the process changes with each restart. */
  private static final class Member {
    final String name;
    final String door;
    final Path config;
    Optional<CoraleProcess> process = Optional.empty();

    Member(String name, String door, Path config) {
      this.name = name;
      this.door = door;
      this.config = config;
    }
  }

  /**
   * How to build it.
   *
   * @param directory for data, configuration and output of all processes
   * @param extraConfig appended to every node's configuration, in YAML
   * @param environment what the process of a node of this name has in its environment beside what
   *     this one has
   * @param jvm options of the processes of nodes, such as heap size
   * @param builds the distribution of which a node of this name is started; empty: of this build
   */
  public record Plan(
      Path directory,
      int nodes,
      String extraConfig,
      Function<String, Map<String, String>> environment,
      List<String> jvm,
      Function<String, Optional<Path>> builds) {
    /** More would only take turns on the cores of one machine, and need its memory. */
    public static final int MAX_NODES = 32;

    /** Nodes with the environment of this process. */
    public Plan(Path directory, int nodes, String extraConfig) {
      this(directory, nodes, extraConfig, node -> Map.of());
    }

    /** Nodes with small heaps, for some minutes. */
    public Plan(
        Path directory,
        int nodes,
        String extraConfig,
        Function<String, Map<String, String>> environment) {
      this(directory, nodes, extraConfig, environment, BRIEF_JVM);
    }

    /** Nodes of this build. */
    public Plan(
        Path directory,
        int nodes,
        String extraConfig,
        Function<String, Map<String, String>> environment,
        List<String> jvm) {
      this(directory, nodes, extraConfig, environment, jvm, node -> Optional.empty());
    }

    public Plan {
      directory = directory.toAbsolutePath();
      if (nodes < 1 || nodes > MAX_NODES) {
        throw new IllegalArgumentException(
            "nodes must be from 1 to " + MAX_NODES + ", was " + nodes);
      }
    }

    /** The same with nodes as they are run in earnest, for what measures them. */
    public Plan measured() {
      return new Plan(directory, nodes, extraConfig, environment, NODE_JVM, builds);
    }

    /** The same with nodes of other builds, as long as this says so of their names. */
    public Plan of(Function<String, Optional<Path>> distributions) {
      return new Plan(directory, nodes, extraConfig, environment, jvm, distributions);
    }
  }

  private LocalCluster(Plan plan) throws IOException, InterruptedException {
    this.directory = plan.directory;
    this.environment = plan.environment;
    this.jvm = List.copyOf(plan.jvm);
    this.builds = plan.builds;
    Files.createDirectories(directory);
    KeyFile.make(secretKeys());
    List<Integer> ports = FreePorts.find(1 + 2 * plan.nodes);
    this.zookeeperAddress = "localhost:" + ports.get(0);
    this.zookeeper = launchZooKeeper(directory, zookeeperAddress);
    String seed = "localhost:" + ports.get(1);
    for (int i = 0; i < plan.nodes; i++) {
      String name = "n" + (i + 1);
      String door = "localhost:" + ports.get(1 + 2 * i);
      Path config = directory.resolve(name + ".yaml");
      Files.writeString(
          config, config(name, door, ports.get(2 + 2 * i), seed) + plan.extraConfig + "\n");
      members.add(new Member(name, door, config));
    }
  }

  private static CoraleProcess launchZooKeeper(Path directory, String address) throws IOException {
    return CoraleProcess.start(
        "zookeeper",
        directory,
        ZOOKEEPER_JVM,
        List.of("zookeeper", "--data", "zookeeper", "--address", address));
  }

  private Path secretKeys() {
    return directory.resolve("secrets.key");
  }

  private String config(String name, String door, int raftPort, String seed) {
    return String.join(
        "\n",
        "cluster: local",
        "clusterKey: " + clusterKey,
        "data: " + directory.resolve(name),
        "node: {id: " + name + "}",
        "door: {address: '" + door + "'}",
        "raft: {host: localhost, port: " + raftPort + "}",
        "seeds: ['" + seed + "']",
        "zookeeper: " + zookeeperAddress,
        "secrets: {keyFile: '" + secretKeys() + "'}",
        "operatorTokens: [" + Credentials.hash(token) + "]",
        "");
  }

  /** Starts everything; returns when every node says that it is ready. */
  public static LocalCluster start(Plan plan) throws IOException, InterruptedException {
    LocalCluster cluster = new LocalCluster(plan);
    try {
      cluster.zookeeper.await("zookeeper serves", START);
      for (int i = 0; i < cluster.members.size(); i++) {
        cluster.launch(i);
      }
      for (int i = 0; i < cluster.members.size(); i++) {
        cluster.awaitReady(i);
      }
      return cluster;
    } catch (IOException | InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void launch(int index) throws IOException {
    Member member = members.get(index);
    member.process =
        Optional.of(
            CoraleProcess.start(
                member.name,
                directory,
                jvm,
                List.of("node", "--config", member.config.toString()),
                environment.apply(member.name),
                builds.apply(member.name)));
  }

  private void awaitReady(int index) throws IOException, InterruptedException {
    node(index).await("READY", START.plus(START_OF_EACH.multipliedBy(members.size())));
  }

  /** Starts a node again that was killed or stopped; returns when it says that it is ready. */
  public void restart(int index) throws IOException, InterruptedException {
    launch(index);
    awaitReady(index);
  }

  /** As {@link #restart} of all nodes, in this order and with this pause between two. */
  public void restartAll(List<Integer> order, Duration pause)
      throws IOException, InterruptedException {
    for (int index : order) {
      launch(index);
      Thread.sleep(pause.toMillis());
    }
    for (int index : order) {
      awaitReady(index);
    }
  }

  /** Kills all nodes, as if their machines lost power at once. */
  public void killAll() throws InterruptedException {
    List<CoraleProcess> nodes =
        members.stream().flatMap(member -> member.process.stream()).toList();
    nodes.forEach(CoraleProcess::killNow);
    for (CoraleProcess node : nodes) {
      node.kill();
    }
  }

  /** The ZooKeeper; the process changes with each restart. */
  public CoraleProcess zookeeper() {
    return zookeeper;
  }

  /** Starts ZooKeeper again, on the data that it had. */
  public void restartZooKeeper() throws IOException, InterruptedException {
    zookeeper = launchZooKeeper(directory, zookeeperAddress);
    zookeeper.await("zookeeper serves", START);
  }

  /** The running, or last, process of a node. */
  public CoraleProcess node(int index) {
    return members.get(index).process.orElseThrow();
  }

  /** The index of the node with this id. */
  public int indexOf(String node) {
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).name.equals(node)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no node '" + node + "' in this cluster");
  }

  /** Every process of it that runs, nodes first. */
  public List<CoraleProcess> running() {
    List<CoraleProcess> running = new ArrayList<>();
    members.forEach(member -> member.process.ifPresent(running::add));
    running.add(zookeeper);
    running.removeIf(process -> !process.isAlive());
    return running;
  }

  /** The doors of all nodes. */
  public List<String> doors() {
    return members.stream().map(member -> member.door).toList();
  }

  /** The log file of each node, by its name; a restarted node goes on in the same one. */
  public SortedMap<String, Path> logs() {
    SortedMap<String, Path> logs = new TreeMap<>();
    members.forEach(
        member -> logs.put(member.name, directory.resolve(member.name).resolve("node.log")));
    return logs;
  }

  /** A token that may do everything. */
  public String token() {
    return token;
  }

  /** Where data, configuration and output are. */
  public Path directory() {
    return directory;
  }

  /** A client of all nodes, as operator, for an owner. */
  public ClientBuilder client(String owner) {
    return Client.builder().nodes(doors()).owner(owner).token(token);
  }

  /** Stops everything that runs, nodes first; kills what is left when it is interrupted. */
  @Override
  public void close() {
    List<CoraleProcess> running = running();
    try {
      for (CoraleProcess process : running) {
        process.stop(STOP);
      }
    } catch (InterruptedException e) {
      running.forEach(CoraleProcess::killNow);
      Thread.currentThread().interrupt();
    }
  }
}
