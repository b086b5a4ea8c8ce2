package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.client.Reply;
import io.corale.model.Refusal;
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
      "What is not given stays as it is, also what somebody else changes at the same time. What"
          + " runs or waits already is not touched."
    })
final class OwnerTermsSetCommand implements Callable<Integer> {
  /** Of administrators who change the same owner's terms in the same second there are few. */
  private static final int MOST_TIMES = 10;

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
      OwnerTermsCommand.print(connection, set(client));
      return Exit.OK;
    }
  }

  /** Once more where somebody else was faster, for their change is to stay as well. */
  private Door.TermsReport set(Client client) {
    Reply<Door.TermsReport> reply = setOnce(client);
    for (int times = 1; isConflict(reply) && times < MOST_TIMES; times++) {
      reply = setOnce(client);
    }
    return Replies.value(reply);
  }

  private Reply<Door.TermsReport> setOnce(Client client) {
    Door.TermsReport stands = Replies.value(client.registeredTerms());
    Terms next = changed(latest(stands));
    return client.replaceTerms(stands.getRegistered().getVersion(), next).join();
  }

  /**
   * What is registered is on its way into force, and must not be lost. A registry that was restored
   * from a backup knows less than what is in force.
   */
  private static Terms latest(Door.TermsReport stands) {
    Terms inForce = Decode.terms(stands.getTerms());
    return stands.hasRegistered() && stands.getRegistered().getVersion() >= inForce.version()
        ? Decode.terms(stands.getRegistered())
        : inForce;
  }

  private static boolean isConflict(Reply<?> reply) {
    return reply instanceof Reply.Refused<?> refused
        && refused.refusal().code() == Refusal.Code.CONFLICT;
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
