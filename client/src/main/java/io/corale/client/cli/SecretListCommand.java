package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.client.Client;
import io.corale.wire.Door;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code corale secret list}. */
@Command(
    name = "list",
    description = "Lists the secrets of an owner: names, versions and dates, never a value.")
final class SecretListCommand implements Callable<Integer> {
  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  SecretListCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient()) {
      Door.SecretList list = Replies.value(client.listSecrets());
      if (output.isJson()) {
        Json.print(connection.out(), json(list));
      } else {
        table(list).print(connection.out());
      }
      return Exit.OK;
    }
  }

  private static Table table(Door.SecretList list) {
    Table table = new Table("SECRET", "VERSION", "CHANGED", "KEY");
    for (Door.SecretReport secret : list.getSecretsList()) {
      table.row(
          secret.getName(),
          Long.toString(secret.getVersion()),
          Words.instant(secret.getChangedWallMillis()),
          secret.getKey());
    }
    return table;
  }

  private static ObjectNode json(Door.SecretList list) {
    ObjectNode node = Json.object();
    ArrayNode secrets = node.putArray("secrets");
    for (Door.SecretReport secret : list.getSecretsList()) {
      secrets
          .addObject()
          .put("name", secret.getName())
          .put("version", secret.getVersion())
          .put("changedAt", Words.instant(secret.getChangedWallMillis()))
          .put("key", secret.getKey());
    }
    return node;
  }
}
