package io.corale.client.cli;

import io.corale.client.Client;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code corale pause composition}. */
@Command(
    name = "composition",
    description = {
      "Has nothing start of all versions of a composition, nor of what its invocations await.",
      "New invocations are taken, and wait; what runs at a provider runs on."
    })
final class PauseCompositionCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The composition, without a version.")
  private String name = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Is shown with what it holds.")
  private String reason = "";

  @Mixin private final ConnectionOptions connection;

  PauseCompositionCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient()) {
      Replies.value(client.pauseComposition(name, reason));
      connection.out().println(name + " starts nothing until it is resumed");
      return Exit.OK;
    }
  }
}
