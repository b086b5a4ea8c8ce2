package io.corale.client.cli;

import io.corale.client.Client;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code corale resume owner}. */
@Command(
    name = "owner",
    description = {"Lets a paused owner go on.", "What was paused of it by itself stays so."})
final class ResumeOwnerCommand implements Callable<Integer> {
  @Mixin private final ConnectionOptions connection;

  ResumeOwnerCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient()) {
      Replies.value(client.resumeOwner());
      connection.out().println("the owner goes on");
      return Exit.OK;
    }
  }
}
