package io.corale.node;

import io.corale.node.disk.UnusableDirectoryException;
import io.corale.node.door.Credentials;
import io.corale.node.registry.EmbeddedZooKeeper;
import io.corale.node.seal.KeyFile;
import io.corale.wire.netty.Addresses;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code corale node}: one node as a process of its own. */
@Command(
    name = "node",
    description = "Runs one node until it is told to stop (SIGTERM).",
    mixinStandardHelpOptions = true)
public final class NodeCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(NodeCommand.class);

  private static final int BAD_CONFIG = 2;
  private static final int CANNOT_START = 1;
  private static final int GAVE_UP = 70;

  /** As of every process that SIGTERM has ended. */
  private static final int TERMINATED = 143;

  /** Of the ten that a clean stop has; the rest is for a busy machine. */
  private static final long LEAVE_SECONDS = 8;

  private static final Path DEFAULT_FILE = Path.of("conf", "node.yaml");

  private static final int OBSERVE_BESIDE_DOOR = 80;
  private static final int MAX_PORT = 65_535;

  /** How often a node looks whether it still serves. */
  private static final long WATCH_SECONDS = 1;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration (default: conf/node.yaml where it exists, else defaults).")
  private @Nullable Path file;

  @Option(
      names = "--print-config",
      description = "Prints the configuration in force, environment and -D included, and ends.")
  private boolean print;

  @Option(
      names = "--dev",
      description =
          "Everything in this process: the registry too, and a token for you in operator.token of"
              + " the data directory.")
  private boolean dev;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the node keeps its data; as the key 'data'.")
  private @Nullable Path data;

  @Option(
      names = "--insecure",
      description = "Accept clear text on addresses that other machines reach.")
  private boolean insecure;

  @Spec private @Nullable CommandSpec spec;

  private final Consumer<Path> logTo;

  /**
   * @param logTo has all that this process logs written to this file
   */
  public NodeCommand(Consumer<Path> logTo) {
    this.logTo = logTo;
  }

  @Override
  public Integer call() throws InterruptedException {
    CommandSpec here = Objects.requireNonNull(spec, "picocli sets it");
    PrintWriter out = here.commandLine().getOut();
    PrintWriter err = here.commandLine().getErr();
    try {
      NodeConfig config = read();
      if (print) {
        out.print(config.print());
        out.flush();
        return 0;
      }
      return run(config, out);
    } catch (BadConfigException e) {
      err.println("corale node: " + e.getMessage());
      return BAD_CONFIG;
    } catch (UnusableDirectoryException e) {
      err.println("corale node: " + e.getMessage());
      return CANNOT_START;
    } catch (IOException | IllegalArgumentException e) {
      err.println("corale node: cannot start: " + e.getMessage());
      return CANNOT_START;
    }
  }

  private NodeConfig read() throws IOException, BadConfigException {
    Map<String, String> properties = new TreeMap<>();
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("corale.")) {
        properties.put(name, System.getProperty(name));
      }
    }
    if (data != null) {
      properties.put("corale.data", data.toString());
    }
    if (insecure) {
      properties.put("corale.insecure", "true");
    }
    Optional<Path> chosen = chosenFile();
    if (dev) {
      return withKeys(chosen, properties);
    }
    return readFrom(chosen, properties);
  }

  private Optional<Path> chosenFile() {
    if (file != null) {
      return Optional.of(file);
    }
    return Files.exists(DEFAULT_FILE) ? Optional.of(DEFAULT_FILE) : Optional.empty();
  }

  private static NodeConfig readFrom(Optional<Path> file, Map<String, String> properties)
      throws IOException, BadConfigException {
    String text = file.isPresent() ? text(file.get()) : "";
    String name = file.map(Path::toString).orElse("defaults");
    return NodeConfig.read(name, text, new LinkedHashMap<>(System.getenv()), properties);
  }

  private static String text(Path file) throws BadConfigException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new BadConfigException(List.of(file + " cannot be read: there is no such file"));
    } catch (IOException e) {
      throw new BadConfigException(List.of(file + " cannot be read as UTF-8 text: " + e));
    }
  }

  /**
   * A node for trying out makes its own operator's token and a key for secrets, once, readable by
   * its user only.
   */
  private NodeConfig withKeys(Optional<Path> file, Map<String, String> properties)
      throws IOException, BadConfigException {
    Path directory = Path.of(readFrom(file, properties).data());
    Path tokenFile = directory.resolve("operator.token");
    if (!Files.exists(tokenFile)) {
      Files.createDirectories(directory);
      Files.createFile(
          tokenFile,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(tokenFile, Credentials.newToken() + "\n");
    }
    properties.put("corale.operatorTokens", Credentials.hash(Files.readString(tokenFile).strip()));
    if (readFrom(file, properties).secretKeys().isEmpty()) {
      Path keys = directory.resolve("secrets.key");
      KeyFile.make(keys);
      properties.put("corale.secrets.keyFile", keys.toString());
    }
    NodeConfig config = readFrom(file, properties);
    return config.observe().isEmpty() ? observed(config, file, properties) : config;
  }

  /** A node for trying out can be looked at, at a port beside its door's. */
  private static NodeConfig observed(
      NodeConfig config, Optional<Path> file, Map<String, String> properties)
      throws IOException, BadConfigException {
    InetSocketAddress door = Addresses.parse(config.door());
    int port = door.getPort() + OBSERVE_BESIDE_DOOR;
    if (port > MAX_PORT) {
      return config;
    }
    properties.put("corale.observe.address", door.getHostString() + ":" + port);
    return readFrom(file, properties);
  }

  private Integer run(NodeConfig config, PrintWriter out) throws IOException, InterruptedException {
    Path directory = Files.createDirectories(Path.of(config.data()));
    logTo.accept(directory.resolve("node.log"));
    Optional<EmbeddedZooKeeper> registry =
        dev
            ? Optional.of(
                EmbeddedZooKeeper.start(
                    Path.of(config.data(), "zookeeper"), resolved(config.zookeeper())))
            : Optional.empty();
    Node node = Node.start(config);
    CountDownLatch leaving = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(node, registry, leaving), "leave"));
    if (!config.observe().isEmpty()) {
      out.println("OBSERVE http://" + config.observe() + "/metrics");
    }
    out.println("READY node " + node.incarnation() + " door " + config.door());
    out.flush();
    watch(node, leaving);
    return 0; // The process ends when the hook has.
  }

  /**
   * Returns when the node is leaving, which stops it as well. Ratis gives up after a long pause,
   * and a replica may not even close; only a new process starts clean: then this one ends at once.
   */
  private static void watch(Node node, CountDownLatch leaving) throws InterruptedException {
    while (!leaving.await(WATCH_SECONDS, TimeUnit.SECONDS)) {
      Optional<String> why = node.givenUp();
      // In this order: it is leaving before it gives up because it leaves.
      if (why.isPresent() && leaving.getCount() > 0) {
        log.error(
            "node {} ends with exit code {}: {}; start it again",
            node.incarnation(),
            GAVE_UP,
            why.get());
        Runtime.getRuntime().halt(GAVE_UP);
      }
    }
  }

  private static InetSocketAddress resolved(String address) {
    InetSocketAddress named = Addresses.parse(address);
    return new InetSocketAddress(named.getHostString(), named.getPort());
  }

  private static void leave(
      Node node, Optional<EmbeddedZooKeeper> registry, CountDownLatch leaving) {
    leaving.countDown();
    // Peers that hang can hold Ratis for longer. What is not closed by then is as after a crash,
    // which loses nothing that was acknowledged; its cells are handed over, or elect.
    CompletableFuture.delayedExecutor(LEAVE_SECONDS, TimeUnit.SECONDS)
        .execute(() -> Runtime.getRuntime().halt(TERMINATED));
    try {
      node.close();
      if (registry.isPresent()) {
        registry.get().close();
      }
    } catch (IOException e) {
      System.err.println("corale node: the registry did not close cleanly: " + e.getMessage());
    }
  }
}
