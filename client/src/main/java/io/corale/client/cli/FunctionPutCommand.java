package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.FunctionRef;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code corale function put}. */
@Command(
    name = "put",
    description = {
      "Puts a version of a function into the owner's catalog, where it does not change.",
      "Its content is that of an entry of use.functions; compositions of the owner call it as",
      "NAME:VERSION@default, and keep what they found there when they were published.",
      "",
      "An example:",
      "  corale function put resize:1.0.0 resize.yaml"
    })
final class FunctionPutCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NAME:VERSION", description = "Such as resize:1.0.0.")
  private String function = "";

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "YAML or JSON; '-' reads standard input.")
  private String file = "";

  @Mixin private final ConnectionOptions connection;

  FunctionPutCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    FunctionRef ref = reference(function);
    String source = Sources.read(file, connection.surroundings().in());
    try (Client client = connection.ownersClient()) {
      boolean knownAlready = Replies.value(client.putFunction(ref, source));
      connection
          .out()
          .println(ref + (knownAlready ? " was in the catalog already" : " is in the catalog"));
      return Exit.OK;
    }
  }

  static FunctionRef reference(String text) {
    try {
      return FunctionRef.parse(text);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }
}
