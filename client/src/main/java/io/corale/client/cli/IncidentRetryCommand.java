package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code corale incident retry}. */
@Command(
    name = "retry",
    description = {
      "Has a call that failed for good tried again, with all its attempts; its invocation goes on"
          + " from there.",
      "Without --input it is the same call, under the same idempotency key; but a composition of"
          + " another owner that did not end in its time begins anew.",
      "With --input it is another call, with a key of its own, and the token needs the right to"
          + " publish."
    })
final class IncidentRetryCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "ID", description = "The invocation.")
  private String id = "";

  @Parameters(index = "1", paramLabel = "NUMBER", description = "The incident.")
  private long number;

  @Option(
      names = {"-i", "--input"},
      paramLabel = "JSON|@FILE|-",
      description =
          "What it is to be called with: JSON of at most 8 MiB, a file after '@', or '-' for"
              + " standard input (default: what it was called with).")
  private @Nullable String input;

  @Mixin private final ConnectionOptions connection;

  IncidentRetryCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    InvocationId invocation = Ids.parse(id);
    long incident = Numbers.incident(number);
    Optional<Payload> arguments =
        Optional.ofNullable(input)
            .map(given -> Sources.payload("--input", given, connection.surroundings().in()));
    try (Client client = connection.ownersClient()) {
      Replies.value(client.retryIncident(invocation, incident, arguments));
      connection.out().println("incident " + number + " of " + invocation + " is tried again");
      return Exit.OK;
    }
  }
}
