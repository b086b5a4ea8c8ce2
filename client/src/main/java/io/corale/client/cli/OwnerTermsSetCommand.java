package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.Terms;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code corale owner terms set}. */
@Command(
    name = "set",
    description = {
      "Changes how much work is taken on for the owner at once, and how it is divided.",
      "What is not given stays as it is. What runs or waits already is not touched."
    })
final class OwnerTermsSetCommand implements Callable<Integer> {
  @Option(
      names = "--max-queued",
      paramLabel = "N",
      description = "Calls that wait for a slot, at most 1000000; where nothing was agreed 10000.")
  private @Nullable Integer maxQueued;

  @Option(
      names = "--max-queued-bytes",
      paramLabel = "N",
      description = "Of those, at most 268435456; where nothing was agreed 16777216.")
  private @Nullable Long maxQueuedBytes;

  @Option(
      names = "--max-live",
      paramLabel = "N",
      description = "Invocations that have not ended, at most 100000.")
  private @Nullable Integer maxLive;

  @Option(
      names = "--submits-per-second",
      paramLabel = "N",
      description = "Accepted within any second, at most 1000000; 0: as many as there are.")
  private @Nullable Integer submitsPerSecond;

  @Option(
      names = "--weight",
      paramLabel = "CALLER=N",
      description = "Of a caller, by its token's subject, from 1 to 100; 1 takes it out again.")
  private Map<String, Integer> weights = new TreeMap<>();

  @Mixin private final ConnectionOptions connection;

  OwnerTermsSetCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    changed(Terms.STANDARD); // What cannot be is said before anybody is asked.
    try (Client client = connection.ownersClient()) {
      Terms next = changed(Decode.terms(Replies.value(client.terms()).getTerms()));
      Door.TermsReport report = Replies.value(client.putTerms(next));
      OwnerTermsCommand.print(connection, report);
      return Exit.OK;
    }
  }

  private Terms changed(Terms other) {
    try {
      return new Terms(
          other.version(),
          maxQueued == null ? other.maxQueued() : maxQueued,
          maxQueuedBytes == null ? other.maxQueuedBytes() : maxQueuedBytes,
          maxLive == null ? other.maxLive() : maxLive,
          submitsPerSecond == null ? other.submitsPerSecond() : submitsPerSecond,
          weighed(other.weights()));
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private SortedMap<String, Integer> weighed(SortedMap<String, Integer> others) {
    SortedMap<String, Integer> all = new TreeMap<>(others);
    all.putAll(weights);
    all.values().removeIf(weight -> weight == Terms.PLAIN_WEIGHT);
    return all;
  }
}
