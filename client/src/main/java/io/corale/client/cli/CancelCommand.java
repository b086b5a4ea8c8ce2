package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.InvocationId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code corale cancel}. */
@Command(
    name = "cancel",
    description = {
      "Stops an invocation; one that has ended stays as it ended.",
      "Functions that run at a provider run on, but nothing follows them."
    })
final class CancelCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The invocation.")
  private String id = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Stands in its record.")
  private String reason = "";

  @Mixin private final ConnectionOptions connection;

  CancelCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    InvocationId invocation = Ids.parse(id);
    try (Client client = connection.ownersClient()) {
      Replies.value(client.cancel(invocation, reason));
      connection.out().println(invocation + " is cancelled, unless it had ended before");
      return Exit.OK;
    }
  }
}
