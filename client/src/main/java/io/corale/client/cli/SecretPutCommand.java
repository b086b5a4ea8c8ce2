package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.Payload;
import io.corale.model.SealedSecret;
import io.corale.model.SecretName;
import io.corale.wire.Door;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code corale secret put}. */
@Command(
    name = "put",
    description = {
      "Enters a secret of an owner, or changes it. It is kept sealed, and nobody can read it back.",
      "Its value is asked for, or read from standard input or a file; never an argument, which",
      "others would see. A line break at its end is not part of it.",
      "",
      "Compositions use it in authentications, headers and queries of 'call: http':",
      "  corale secret put apiKey --file key.txt"
    })
final class SecretPutCommand implements Callable<Integer> {
  @Parameters(paramLabel = "SECRET", description = "Its name; expressions say $$secrets.SECRET.")
  private String name = "";

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Where the value stands (default: asked for, or standard input).")
  private @Nullable String file;

  @Option(
      names = "--json",
      description = "The value is JSON, such as an object; without it, it is a text.")
  private boolean isJson;

  @Mixin private final ConnectionOptions connection;

  SecretPutCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    SecretName chosen = Secrets.name(name);
    Payload value = value(chosen);
    try (Client client = connection.ownersClient()) {
      Door.SecretReport entered =
          Replies.value(client.putSecret(chosen, value)).getSecretsList().get(0);
      connection.out().println("secret " + chosen + ": version " + entered.getVersion());
      return Exit.OK;
    }
  }

  private Payload value(SecretName chosen) {
    String text = Secrets.withoutLineBreak(read(chosen));
    if (text.isEmpty()) {
      throw CliFailure.usage("the value of secret " + chosen + " is empty");
    }
    // What is wrong with it is not said: the parser would quote it.
    if (isJson && Json.fault(text).isPresent()) {
      throw CliFailure.usage("the value of secret " + chosen + " is not one JSON value");
    }
    Payload value = Payload.ofJson(isJson ? text : Json.text(text));
    if (value.sizeBytes() > SealedSecret.MAX_VALUE_BYTES) {
      throw CliFailure.usage(
          "the value of secret "
              + chosen
              + " has "
              + value.sizeBytes()
              + " bytes as JSON, at most "
              + SealedSecret.MAX_VALUE_BYTES);
    }
    return value;
  }

  private String read(SecretName chosen) {
    Surroundings surroundings = connection.surroundings();
    if (file == null && surroundings.isTerminal()) {
      return surroundings
          .ask()
          .apply("value of secret " + chosen + ": ")
          .map(String::new)
          .orElseThrow(() -> CliFailure.usage("no value was typed"));
    }
    return Sources.read(file == null ? "-" : file, surroundings.in());
  }
}
