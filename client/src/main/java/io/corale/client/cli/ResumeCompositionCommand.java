package io.corale.client.cli;

import io.corale.client.Client;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code corale resume composition}. */
@Command(
    name = "composition",
    description = {"Lets a paused composition go on.", "What was paused of it by itself stays so."})
final class ResumeCompositionCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The composition, without a version.")
  private String name = "";

  @Mixin private final ConnectionOptions connection;

  ResumeCompositionCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient()) {
      Replies.value(client.resumeComposition(name));
      connection.out().println(name + " goes on, unless something else holds it");
      return Exit.OK;
    }
  }
}
