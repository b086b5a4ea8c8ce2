package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.client.ClientBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where the cluster is, who asks it, and where the answer goes. */
final class ConnectionOptions {
  private static final String DEFAULT_NODES = "localhost:7400";

  /** Whoever looks each second does not wait longer for a node that hangs. */
  private static final Duration BRIEF = Duration.ofSeconds(2);

  /** A person reads what went wrong before giving the same command again, or asks for its trace. */
  static final Duration REMEMBERED = Duration.ofMinutes(10);

  @Option(
      names = "--nodes",
      paramLabel = "HOST:PORT[,...]",
      description =
          "Nodes to ask, any of them will do (default: CORALE_NODES, else " + DEFAULT_NODES + ").")
  private @Nullable String nodes;

  @Option(
      names = "--owner",
      paramLabel = "OWNER",
      description = "Whose compositions and accounts (default: CORALE_OWNER).")
  private @Nullable String owner;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Proves who asks; others see it in the process list, so prefer --token-file"
              + " (default: CORALE_TOKEN).")
  private @Nullable String token;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file that holds the token (default: CORALE_TOKEN_FILE).")
  private @Nullable Path tokenFile;

  @Option(
      names = "--patience",
      paramLabel = "DURATION",
      defaultValue = "PT15S",
      description = "How long to try where nobody serves the request (default: ${DEFAULT-VALUE}).")
  private Duration patience = Duration.ofSeconds(15);

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help and ends.")
  private boolean help;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  private final Surroundings surroundings;

  ConnectionOptions(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  /** For what was asked for. */
  PrintWriter out() {
    return commandLine().getOut();
  }

  /** For how it goes. */
  PrintWriter err() {
    return commandLine().getErr();
  }

  boolean wantsHelp() {
    return help;
  }

  private CommandLine commandLine() {
    return Objects.requireNonNull(command, "picocli sets it").commandLine();
  }

  /** A client for an owner, who must be known. */
  Client ownersClient() {
    return ownersClient(Optional.empty());
  }

  /** A client for this owner, or else for the one of the options. */
  Client ownersClient(Optional<String> named) {
    String chosen =
        named
            .or(this::owner)
            .orElseThrow(
                () -> CliFailure.usage("no owner: give --owner OWNER, or set CORALE_OWNER"));
    return connect(builder -> builder.owner(chosen));
  }

  /** A client for the cluster, and for the owner if one is named. */
  Client clustersClient() {
    return clustersClient(Optional.empty());
  }

  /** A client of this node alone, or else of those of the options. */
  Client clustersClient(Optional<String> door) {
    return connect(
        builder -> {
          door.ifPresent(builder::nodes);
          return owner().map(builder::owner).orElse(builder);
        });
  }

  /** A client of this node that gives up soon. */
  Client briefClient(String door) {
    return connect(builder -> builder.nodes(door).patience(BRIEF));
  }

  private interface Refinement {
    ClientBuilder of(ClientBuilder builder);
  }

  private Client connect(Refinement refinement) {
    String given =
        nodes != null ? nodes : surroundings.variable("CORALE_NODES").orElse(DEFAULT_NODES);
    try {
      ClientBuilder builder =
          Client.builder()
              .name("corale")
              .nodes(List.of(given.split(",")))
              .patience(patience)
              .retryFor(patience)
              .rememberFor(REMEMBERED);
      secret().ifPresent(builder::token);
      return surroundings.connect().apply(refinement.of(builder));
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private Optional<String> owner() {
    return Optional.ofNullable(owner).or(() -> surroundings.variable("CORALE_OWNER"));
  }

  private Optional<String> secret() {
    if (token != null) {
      return Optional.of(token);
    }
    if (tokenFile != null) {
      return Optional.of(read(tokenFile));
    }
    return surroundings
        .variable("CORALE_TOKEN")
        .or(() -> surroundings.variable("CORALE_TOKEN_FILE").map(file -> read(Path.of(file))));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw CliFailure.usage("token file " + file + " cannot be read: " + Sources.reason(e));
    }
  }
}
