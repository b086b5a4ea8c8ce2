package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.Retention;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code corale retention set}. */
@Command(
    name = "set",
    description =
        "Keeps ended invocations readable beyond their receipts, until the first limit is reached.")
final class RetentionSetCommand implements Callable<Integer> {
  @Option(
      names = "--age",
      paramLabel = "DURATION",
      description = "Since the end of an invocation; a week unless given, at most P365D.")
  private Duration age = Retention.DEFAULT_AGE;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Of invocations; ${DEFAULT-VALUE} unless given, at most 500000.")
  private int count = Retention.DEFAULT_COUNT;

  @Option(
      names = "--bytes",
      paramLabel = "N",
      description =
          "Of all that is remembered of them; ${DEFAULT-VALUE} unless given, at most 134217728.")
  private long bytes = Retention.DEFAULT_SIZE_BYTES;

  @Mixin private final ConnectionOptions connection;

  RetentionSetCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    Retention retention = retention();
    try (Client client = connection.ownersClient()) {
      Replies.value(client.retain(retention));
      connection.out().println(RetentionCommand.words(retention));
      return Exit.OK;
    }
  }

  private Retention retention() {
    try {
      return new Retention(age, count, bytes);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }
}
