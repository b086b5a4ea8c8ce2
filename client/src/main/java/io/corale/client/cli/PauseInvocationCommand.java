package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.InvocationId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code corale pause invocation}. */
@Command(
    name = "invocation",
    description = {
      "Has nothing start of an invocation, nor of those that it awaits.",
      "What runs at a provider runs on, and time limits go on."
    })
final class PauseInvocationCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The invocation.")
  private String id = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Is shown with what it holds.")
  private String reason = "";

  @Mixin private final ConnectionOptions connection;

  PauseInvocationCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    InvocationId invocation = Ids.parse(id);
    try (Client client = connection.ownersClient()) {
      Replies.value(client.pause(invocation, reason));
      connection.out().println(invocation + " starts nothing until it is resumed");
      return Exit.OK;
    }
  }
}
