package io.corale.client.cli;

import io.corale.client.Client;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code corale function show}. */
@Command(name = "show", description = "Prints a function of the owner's catalog as it was put.")
final class FunctionShowCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME:VERSION", description = "Such as resize:1.0.0.")
  private String function = "";

  @Mixin private final ConnectionOptions connection;

  FunctionShowCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient()) {
      String source = Replies.value(client.function(FunctionPutCommand.reference(function)));
      connection.out().print(source.endsWith("\n") ? source : source + "\n");
      connection.out().flush();
      return Exit.OK;
    }
  }
}
