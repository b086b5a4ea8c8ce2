package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.InvocationId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code corale resume invocation}. */
@Command(
    name = "invocation",
    description = {
      "Lets a paused invocation go on.",
      "What else holds it, its composition or the owner, holds it still."
    })
final class ResumeInvocationCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The invocation.")
  private String id = "";

  @Mixin private final ConnectionOptions connection;

  ResumeInvocationCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    InvocationId invocation = Ids.parse(id);
    try (Client client = connection.ownersClient()) {
      Replies.value(client.resume(invocation));
      connection.out().println(invocation + " goes on, unless something else holds it");
      return Exit.OK;
    }
  }
}
