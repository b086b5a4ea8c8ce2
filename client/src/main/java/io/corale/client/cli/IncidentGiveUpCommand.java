package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.InvocationId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code corale incident give-up}. */
@Command(
    name = "give-up",
    description = {
      "Lets the failure of a call take its course, as if nobody had wanted to look at it.",
      "Its invocation faults, or what awaits it deals with that; unless another branch has ended"
          + " it before."
    })
final class IncidentGiveUpCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "ID", description = "The invocation.")
  private String id = "";

  @Parameters(index = "1", paramLabel = "NUMBER", description = "The incident.")
  private long number;

  @Mixin private final ConnectionOptions connection;

  IncidentGiveUpCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    InvocationId invocation = Ids.parse(id);
    long incident = Numbers.incident(number);
    try (Client client = connection.ownersClient()) {
      Replies.value(client.giveUpIncident(invocation, incident));
      connection.out().println("incident " + number + " of " + invocation + " is given up");
      return Exit.OK;
    }
  }
}
