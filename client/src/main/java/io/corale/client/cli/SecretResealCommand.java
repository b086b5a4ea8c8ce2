package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.wire.Door;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code corale secret reseal}. */
@Command(
    name = "reseal",
    description = {
      "Seals the secrets of an owner under the newest key of the cluster; values stay the same.",
      "When all owners' are, an older key can be taken out of the key files."
    })
final class SecretResealCommand implements Callable<Integer> {
  @Mixin private final ConnectionOptions connection;

  SecretResealCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient()) {
      Door.SecretList resealed = Replies.value(client.resealSecrets());
      connection.out().println(resealed.getSecretsCount() + " secrets sealed anew");
      return Exit.OK;
    }
  }
}
