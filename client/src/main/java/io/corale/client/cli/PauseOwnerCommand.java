package io.corale.client.cli;

import io.corale.client.Client;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code corale pause owner}. */
@Command(
    name = "owner",
    description = {
      "Has nothing start of this owner.",
      "New invocations are taken, and wait; what runs at a provider runs on."
    })
final class PauseOwnerCommand implements Callable<Integer> {
  @Option(names = "--reason", paramLabel = "TEXT", description = "Is shown with what it holds.")
  private String reason = "";

  @Mixin private final ConnectionOptions connection;

  PauseOwnerCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient()) {
      Replies.value(client.pauseOwner(reason));
      connection.out().println("nothing starts until the owner is resumed");
      return Exit.OK;
    }
  }
}
