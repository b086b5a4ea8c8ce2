package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.Retention;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code corale retention off}. */
@Command(name = "off", description = "Keeps nothing beyond its receipt, and forgets what is kept.")
final class RetentionOffCommand implements Callable<Integer> {
  @Mixin private final ConnectionOptions connection;

  RetentionOffCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient()) {
      Replies.value(client.retain(Retention.NONE));
      connection.out().println(RetentionCommand.words(Retention.NONE));
      return Exit.OK;
    }
  }
}
