package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.Retention;
import io.corale.wire.Decode;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code corale retention set}. */
@Command(
    name = "set",
    description = {
      "Keeps ended invocations readable beyond their receipts, until the first limit is reached.",
      "A limit that is not given stays as it is; where nothing was kept it is a week, "
          + Retention.DEFAULT_COUNT
          + " invocations, or "
          + Retention.DEFAULT_SIZE_BYTES
          + " bytes."
    })
final class RetentionSetCommand implements Callable<Integer> {
  private static final Retention DEFAULT =
      new Retention(Retention.DEFAULT_AGE, Retention.DEFAULT_COUNT, Retention.DEFAULT_SIZE_BYTES);

  @Option(
      names = "--age",
      paramLabel = "DURATION",
      description = "Since the end of an invocation, at most P365D.")
  private @Nullable Duration age;

  @Option(names = "--count", paramLabel = "N", description = "Of invocations, at most 500000.")
  private @Nullable Integer count;

  @Option(
      names = "--bytes",
      paramLabel = "N",
      description = "Of all that is remembered of them, at most 134217728.")
  private @Nullable Long bytes;

  @Mixin private final ConnectionOptions connection;

  RetentionSetCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    changed(DEFAULT); // What cannot be is said before anybody is asked.
    try (Client client = connection.ownersClient()) {
      boolean areAllGiven = age != null && count != null && bytes != null;
      Retention retention = changed(areAllGiven ? DEFAULT : kept(client));
      Replies.value(client.retain(retention));
      connection.out().println(RetentionCommand.words(retention));
      return Exit.OK;
    }
  }

  private static Retention kept(Client client) {
    Retention kept = Decode.retention(Replies.value(client.retention()).getRetention());
    return kept.isNone() ? DEFAULT : kept;
  }

  private Retention changed(Retention other) {
    try {
      return new Retention(
          age == null ? other.age() : age,
          count == null ? other.count() : count,
          bytes == null ? other.sizeBytes() : bytes);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }
}
