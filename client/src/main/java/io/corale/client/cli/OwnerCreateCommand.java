package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.OwnerId;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code corale owner create}. */
@Command(
    name = "create",
    description = "Enters an owner; entering it again changes nothing. Needs an operator's token.")
final class OwnerCreateCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "OWNER",
      description = "Its name: lower-case letters, digits, inner hyphens (default: --owner).")
  private @Nullable String named;

  @Mixin private final ConnectionOptions connection;

  OwnerCreateCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient(Optional.ofNullable(named))) {
      Replies.value(client.createOwner());
      String owner = client.owner().map(OwnerId::value).orElse("");
      connection.out().println("owner " + owner + " is entered");
      return Exit.OK;
    }
  }
}
