package io.corale.node;

import io.corale.model.NodeId;
import io.corale.node.cell.RaftSettings;
import io.corale.node.provider.ProviderSettings;
import io.corale.node.provider.ProviderSettings.Program;
import io.corale.scheduler.ratis.SnapshotThresholds;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Everything that a node is told, with defaults that run on one machine. Read from {@code
 * conf/node.yaml}, overridden by environment variables ({@code CORALE_DOOR_ADDRESS}) and by system
 * properties ({@code -Dcorale.door.address}); unknown keys are refused.
 *
 * @param cluster nodes and clients of another cluster are turned away
 * @param data where this node keeps everything
 * @param door {@code host:port} where it takes requests
 * @param observe {@code host:port} of the metrics and health probes; empty: there is none
 * @param raftHost the DNS name under which other nodes reach its Raft server, also bound
 * @param replaceAfter a node that has been silent for so long is replaced in the cells of which it
 *     is a member, if there is another one
 * @param askLimitsEvery how often the providers of accounts are asked what these may use
 * @param diskLow with fewer bytes free on the disk with the data it hands over what it leads; 0: no
 *     bound
 * @param seeds doors of other nodes to begin with
 * @param zookeeper connect string of the registry
 * @param clusterKey proves nodes to each other; empty: this node stays alone
 * @param overlayKeys the file with the keys that seal datagrams between nodes; empty: one that is
 *     made of the cluster key seals them
 * @param plainOverlay whether those datagrams are plain text
 * @param secretKeys the file with the keys that seal secrets; empty: owners can have none here
 * @param operatorTokens SHA-256 of tokens that may do everything
 * @param insecure whether addresses other than loopback may be bound without TLS
 */
public record NodeConfig(
    String cluster,
    NodeId node,
    String data,
    String door,
    String observe,
    String raftHost,
    int raftPort,
    Duration electionMin,
    Duration electionMax,
    SnapshotThresholds snapshots,
    int checkEvery,
    Duration replaceAfter,
    Duration askLimitsEvery,
    long diskLow,
    List<String> seeds,
    String zookeeper,
    String clusterKey,
    String overlayKeys,
    boolean plainOverlay,
    String secretKeys,
    List<String> operatorTokens,
    boolean insecure,
    ProviderSettings providers) {
  private static final int MAX_PORT = 65_535;

  /** What else a node says of itself takes up to 300 of 1,000 bytes. */
  private static final int MAX_NAMES = 700;

  private static final Duration SHORTEST_ELECTION = Duration.ofMillis(150);
  private static final Duration LONGEST_ELECTION = Duration.ofMinutes(1);
  private static final Duration YOUNGEST_SNAPSHOT = Duration.ofSeconds(10);

  /** Comparing is as much work as a snapshot, without its disk; and a difference must not wait. */
  private static final int CHECK_EVERY = 4_096;

  /** A few snapshots and segments of the log. */
  private static final long DISK_LOW = 64 << 20;

  /** Quotas change by the hand of people; who is refused asks sooner. */
  private static final Duration ASK_EVERY = Duration.ofMinutes(5);

  /** Longer than an update of a node, or of its machine, takes. */
  private static final Duration REPLACE_AFTER = Duration.ofMinutes(5);

  private static final Duration SOONEST_REPLACING = Duration.ofSeconds(10);
  private static final Duration LATEST_REPLACING = Duration.ofDays(7);

  private static final Duration OFTENEST_ASKING = Duration.ofSeconds(1);
  private static final Duration RAREST_ASKING = Duration.ofDays(1);

  private static final Duration OLDEST_SNAPSHOT = Duration.ofDays(7);

  /**
   * Reads a configuration.
   *
   * @param name of the file, for messages; {@code text} is what it holds
   * @throws BadConfigException that says everything that is wrong
   */
  static NodeConfig read(
      String name, String text, Map<String, String> environment, Map<String, String> properties)
      throws BadConfigException {
    List<String> faults = new ArrayList<>();
    Map<String, Setting> settings = new LinkedHashMap<>(ConfigFile.read(name, text, faults));
    override(settings, environment, properties);
    NodeConfig config = read(new Settings(settings, faults), faults);
    if (!faults.isEmpty()) {
      throw new BadConfigException(faults);
    }
    return config;
  }

  /**
   * The environment says {@code CORALE_RAFT_ELECTION_MIN} where the file says {@code
   * raft.electionMin}. Variables that are no keys of a node are the client's and left alone.
   */
  private static void override(
      Map<String, Setting> settings,
      Map<String, String> environment,
      Map<String, String> properties) {
    for (String key : KEYS) {
      String variable = variable(key);
      if (environment.containsKey(variable)) {
        settings.put(key, Setting.scalar(environment.getOrDefault(variable, ""), variable));
      }
    }
    properties.forEach(
        (property, value) -> {
          if (property.startsWith("corale.")) {
            settings.put(
                property.substring("corale.".length()), Setting.scalar(value, "-D" + property));
          }
        });
  }

  private static String variable(String key) {
    return "CORALE_"
        + key.replaceAll("([a-z])([A-Z])", "$1_$2").replace('.', '_').toUpperCase(Locale.ROOT);
  }

  private static final List<String> KEYS =
      List.of(
          "check.entries",
          "cluster",
          "clusterKey",
          "corale.doors",
          "data",
          "disk.low",
          "door.address",
          "exec.programs",
          "http.privateTargets",
          "http.trustedCertificates",
          "insecure",
          "limits.askEvery",
          "local.functions",
          "node.id",
          "observe.address",
          "operatorTokens",
          "overlay.keyFile",
          "overlay.plainText",
          "raft.electionMax",
          "raft.electionMin",
          "raft.host",
          "raft.port",
          "repair.after",
          "secrets.keyFile",
          "seeds",
          "snapshot.age",
          "snapshot.bytes",
          "snapshot.entries",
          "zookeeper");

  private static NodeConfig read(Settings in, List<String> faults) {
    NodeConfig config =
        new NodeConfig(
            in.read("cluster", "corale", NodeConfig::clusterName),
            in.read("node.id", new NodeId("node-1"), NodeId::new),
            in.text("data", "corale-data"),
            in.read("door.address", "localhost:7400", NodeConfig::address),
            in.read("observe.address", "", NodeConfig::addressOrNone),
            in.text("raft.host", "localhost"),
            (int) in.number("raft.port", 7500, 1, MAX_PORT),
            in.duration(
                "raft.electionMin", RaftSettings.ELECTION_MIN, SHORTEST_ELECTION, LONGEST_ELECTION),
            in.duration(
                "raft.electionMax", RaftSettings.ELECTION_MAX, SHORTEST_ELECTION, LONGEST_ELECTION),
            new SnapshotThresholds(
                in.number(
                    "snapshot.entries", SnapshotThresholds.DEFAULT.entries(), 100, 10_000_000),
                in.number("snapshot.bytes", SnapshotThresholds.DEFAULT.bytes(), 65_536, 1L << 34),
                in.duration(
                    "snapshot.age",
                    SnapshotThresholds.DEFAULT.age(),
                    YOUNGEST_SNAPSHOT,
                    OLDEST_SNAPSHOT)),
            (int) in.number("check.entries", CHECK_EVERY, 16, 10_000_000),
            in.duration("repair.after", REPLACE_AFTER, SOONEST_REPLACING, LATEST_REPLACING),
            in.duration("limits.askEvery", ASK_EVERY, OFTENEST_ASKING, RAREST_ASKING),
            in.number("disk.low", DISK_LOW, 0, 1L << 40),
            addresses(in, faults),
            in.read("zookeeper", "localhost:2181", NodeConfig::connectString),
            in.text("clusterKey", ""),
            in.text("overlay.keyFile", ""),
            in.flag("overlay.plainText"),
            in.text("secrets.keyFile", ""),
            tokens(in, faults),
            in.flag("insecure"),
            providers(in, faults));
    if (config.electionMax.compareTo(config.electionMin) <= 0) {
      faults.add(
          in.placeOf("raft.electionMax") + ": 'raft.electionMax' must be above 'raft.electionMin'");
    }
    config.refuseOpenAddresses(in, faults);
    config.refuseOverlay(in, faults);
    in.refuseUnknown();
    return config;
  }

  private void refuseOpenAddresses(Settings in, List<String> faults) {
    if (insecure) {
      return;
    }
    requireLoopback(in, "door.address", host(door), faults);
    if (!observe.isEmpty()) {
      requireLoopback(in, "observe.address", host(observe), faults);
    }
    requireLoopback(in, "raft.host", raftHost, faults);
  }

  private void refuseOverlay(Settings in, List<String> faults) {
    String key = "overlay.keyFile";
    if (!overlayKeys.isEmpty() && plainOverlay) {
      faults.add(
          in.placeOf(key)
              + ": '"
              + key
              + "' seals nothing with 'overlay.plainText': leave one out");
    }
    if (!overlayKeys.isEmpty() && clusterKey.isEmpty()) {
      faults.add(
          in.placeOf(key)
              + ": '"
              + key
              + "' is of no use without 'clusterKey': this node stays alone");
    }
    if (door.length() + 2 * raftHost.length() > MAX_NAMES) {
      faults.add(
          in.placeOf("door.address")
              + ": 'door.address' and twice 'raft.host' are more than "
              + MAX_NAMES
              + " characters together: other nodes are told them in one datagram");
    }
  }

  private static String host(String address) {
    return address.substring(0, address.lastIndexOf(':'));
  }

  private static void requireLoopback(Settings in, String key, String host, List<String> faults) {
    InetSocketAddress address = new InetSocketAddress(host, 1);
    if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
      faults.add(
          in.placeOf(key)
              + ": '"
              + key
              + "' "
              + host
              + " is not loopback and there is no TLS yet: use localhost, or accept clear text with"
              + " 'insecure: true' (--insecure)");
    }
  }

  private static List<String> addresses(Settings in, List<String> faults) {
    List<String> seeds = in.list("seeds");
    for (String seed : seeds) {
      try {
        address(seed);
      } catch (IllegalArgumentException e) {
        faults.add(in.placeOf("seeds") + ": 'seeds': " + e.getMessage() + ", was '" + seed + "'");
      }
    }
    return seeds;
  }

  /** It names the directory of the cluster in the registry. */
  private static String clusterName(String text) {
    if (!text.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
      throw new IllegalArgumentException(
          "expected 1 to 63 lower-case letters, digits or inner hyphens");
    }
    return text;
  }

  private static String connectString(String text) {
    for (String one : text.split(",", -1)) {
      address(one);
    }
    return text;
  }

  private static String address(String text) {
    int colon = text.lastIndexOf(':');
    boolean isPort = colon > 0 && text.substring(colon + 1).matches("[0-9]{1,5}");
    int port = isPort ? Integer.parseInt(text.substring(colon + 1)) : 0;
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("expected host:port, a port from 1 to " + MAX_PORT);
    }
    return text;
  }

  private static String addressOrNone(String text) {
    return text.isEmpty() ? text : address(text);
  }

  private static List<String> tokens(Settings in, List<String> faults) {
    List<String> hashes = in.list("operatorTokens");
    for (String hash : hashes) {
      if (!hash.matches("[0-9a-f]{64}")) {
        faults.add(
            in.placeOf("operatorTokens")
                + ": 'operatorTokens' are SHA-256 hashes of tokens, 64 hexadecimal digits; see"
                + " `corale token new`");
      }
    }
    return hashes;
  }

  private static ProviderSettings providers(Settings in, List<String> faults) {
    SortedMap<String, Program> programs = new TreeMap<>();
    String prefix = "exec.programs.";
    for (String name : in.namesBelow(prefix)) {
      List<String> command = in.list(prefix + name + ".command");
      Duration timeout =
          in.duration(
              prefix + name + ".timeout",
              Duration.ofSeconds(10),
              Duration.ofMillis(10),
              Duration.ofHours(1));
      if (command.isEmpty()) {
        faults.add(
            in.placeOf(prefix + name + ".timeout")
                + ": program '"
                + name
                + "' needs 'command', a list of words");
      } else {
        programs.put(name, new Program(command, timeout));
      }
    }
    return new ProviderSettings(
        in.list("http.privateTargets"),
        in.text("http.trustedCertificates", ""),
        programs,
        in.list("local.functions"),
        in.list("corale.doors"));
  }

  /** As YAML that {@link #read} reads back; the cluster's key is masked. */
  String print() {
    StringBuilder text = new StringBuilder();
    line(text, "cluster", cluster);
    line(text, "clusterKey", clusterKey.isEmpty() ? "" : "***");
    line(text, "data", data);
    line(text, "insecure", insecure);
    line(text, "operatorTokens", operatorTokens);
    line(text, "seeds", seeds);
    line(text, "zookeeper", zookeeper);
    text.append("node:\n");
    line(text, "  id", node);
    text.append("door:\n");
    line(text, "  address", door);
    text.append("observe:\n");
    line(text, "  address", observe);
    text.append("raft:\n");
    line(text, "  host", raftHost);
    line(text, "  port", raftPort);
    line(text, "  electionMin", electionMin);
    line(text, "  electionMax", electionMax);
    text.append("snapshot:\n");
    line(text, "  entries", snapshots.entries());
    line(text, "  bytes", snapshots.bytes());
    line(text, "  age", snapshots.age());
    text.append("check:\n");
    line(text, "  entries", checkEvery);
    text.append("repair:\n");
    line(text, "  after", replaceAfter);
    text.append("limits:\n");
    line(text, "  askEvery", askLimitsEvery);
    text.append("disk:\n");
    line(text, "  low", diskLow);
    text.append("corale:\n");
    line(text, "  doors", providers.doors());
    text.append("overlay:\n");
    line(text, "  keyFile", overlayKeys);
    line(text, "  plainText", plainOverlay);
    text.append("secrets:\n");
    line(text, "  keyFile", secretKeys);
    text.append("http:\n");
    line(text, "  privateTargets", providers.privateTargets());
    line(text, "  trustedCertificates", providers.trustedCertificates());
    text.append("local:\n");
    line(text, "  functions", providers.localFunctions());
    if (!providers.programs().isEmpty()) {
      text.append("exec:\n  programs:\n");
      providers
          .programs()
          .forEach(
              (name, program) -> {
                text.append("    ").append(name).append(":\n");
                line(text, "      command", program.command());
                line(text, "      timeout", program.timeout());
              });
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String key, Object value) {
    text.append(key).append(": ");
    if (value instanceof List<?> list) {
      text.append('[');
      text.append(list.stream().map(NodeConfig::quoted).collect(Collectors.joining(", ")));
      text.append(']');
    } else {
      text.append(value instanceof String ? quoted(value) : value.toString());
    }
    text.append('\n');
  }

  /** YAML's single quotes, within which only they themselves have a meaning. */
  private static String quoted(Object value) {
    return "'" + value.toString().replace("'", "''") + "'";
  }
}
