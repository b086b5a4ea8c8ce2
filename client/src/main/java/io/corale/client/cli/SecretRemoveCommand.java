package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.SecretName;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code corale secret remove}. */
@Command(
    name = "remove",
    description = {
      "Removes a secret of an owner. Calls that need it fail from then on.",
      "Older backups of the cluster's disks still have it, sealed: change it where it is valid."
    })
final class SecretRemoveCommand implements Callable<Integer> {
  @Parameters(paramLabel = "SECRET", description = "Its name.")
  private String name = "";

  @Mixin private final ConnectionOptions connection;

  SecretRemoveCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    SecretName chosen = Secrets.name(name);
    try (Client client = connection.ownersClient()) {
      Replies.value(client.removeSecret(chosen));
      connection.out().println("secret " + chosen + " is removed");
      return Exit.OK;
    }
  }
}
