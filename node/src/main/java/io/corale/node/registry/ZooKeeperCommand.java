package io.corale.node.registry;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code corale zookeeper}: one persistent ZooKeeper server as a process of its own. */
@Command(
    name = "zookeeper",
    description = "Runs one persistent ZooKeeper server, which holds the cluster's registry.",
    mixinStandardHelpOptions = true)
public final class ZooKeeperCommand implements Callable<Integer> {
  private static final int CANNOT_START = 1;
  private static final int DISK_FAILED = 1;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Where its transaction log and snapshots are kept.")
  private @Nullable Path data;

  @Option(
      names = "--address",
      defaultValue = "localhost:2181",
      paramLabel = "HOST:PORT",
      description = "The one address it serves (default: ${DEFAULT-VALUE}).")
  private String address = "";

  @Option(
      names = "--insecure",
      description = "Serve an address that other machines reach, without TLS.")
  private boolean insecure;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    CommandSpec here = Objects.requireNonNull(spec, "picocli sets it");
    try {
      return serve(here, socket(here));
    } catch (IOException e) {
      here.commandLine().getErr().println("corale zookeeper: cannot serve: " + e.getMessage());
      return CANNOT_START;
    }
  }

  private Integer serve(CommandSpec here, InetSocketAddress socket)
      throws IOException, InterruptedException {
    PrintWriter out = here.commandLine().getOut();
    Path directory = Objects.requireNonNull(data, "picocli requires it");
    try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory, socket)) {
      Thread closer = new Thread(() -> closeQuietly(server), "corale-zookeeper-close");
      Runtime.getRuntime().addShutdownHook(closer);
      out.println("zookeeper serves " + server.connectString() + ", data in " + directory);
      out.flush();
      return server.awaitEnd() ? 0 : DISK_FAILED;
    }
  }

  private InetSocketAddress socket(CommandSpec here) throws IOException {
    int colon = address.lastIndexOf(':');
    if (colon < 1) {
      throw new ParameterException(
          here.commandLine(), "--address: expected HOST:PORT, was '" + address + "'");
    }
    int port;
    try {
      port = Integer.parseInt(address.substring(colon + 1));
    } catch (NumberFormatException e) {
      port = -1;
    }
    if (port < 0 || port > 65_535) {
      throw new ParameterException(
          here.commandLine(), "--address: expected a port from 0 to 65535 in '" + address + "'");
    }
    InetAddress host = InetAddress.getByName(address.substring(0, colon));
    if (!host.isLoopbackAddress() && !insecure) {
      throw new ParameterException(
          here.commandLine(), "--address: '" + address + "' is not loopback: it needs --insecure");
    }
    return new InetSocketAddress(host, port);
  }

  private static void closeQuietly(EmbeddedZooKeeper server) {
    try {
      server.close();
    } catch (IOException e) {
      // The process ends; all that was acknowledged is on disk already.
      System.err.println("zookeeper did not close cleanly: " + e.getMessage());
    }
  }
}
