package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.wire.Door;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code corale metrics}. */
@Command(
    name = "metrics",
    description = {
      "Prints what one node measures, in Prometheus' text format.",
      "Asked at the node's door, so that no second port is needed. Needs an operator's token."
    })
final class MetricsCommand implements Callable<Integer> {
  @Mixin private final ConnectionOptions connection;

  @Option(
      names = "--node",
      paramLabel = "HOST:PORT",
      description = "The door of the node in question (default: any of --nodes).")
  private @Nullable String node;

  MetricsCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.clustersClient(Optional.ofNullable(node))) {
      Door.MetricsText metrics = Replies.value(client.metrics());
      connection.out().print(metrics.getText());
      connection.out().flush();
      return Exit.OK;
    }
  }
}
