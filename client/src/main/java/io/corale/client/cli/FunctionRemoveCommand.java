package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.FunctionRef;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code corale function remove}. */
@Command(
    name = "remove",
    description = {
      "Takes a version of a function out of the owner's catalog.",
      "Compositions that were published with it keep it; none can be published with it any more."
    })
final class FunctionRemoveCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME:VERSION", description = "Such as resize:1.0.0.")
  private String function = "";

  @Mixin private final ConnectionOptions connection;

  FunctionRemoveCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    FunctionRef ref = FunctionPutCommand.reference(function);
    try (Client client = connection.ownersClient()) {
      boolean stood = Replies.value(client.removeFunction(ref));
      connection.out().println(ref + (stood ? " is removed" : " was not in the catalog"));
      return Exit.OK;
    }
  }
}
