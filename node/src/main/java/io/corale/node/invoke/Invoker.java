package io.corale.node.invoke;

import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.CellId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderCall;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Performs attempts. It is keyed by cell and attempt, so that it outlives the replica that asked,
 * and it keeps providers to their contract: every attempt has exactly one outcome, in time, of a
 * size that the log can hold. Thread-safe; never blocks.
 */
public final class Invoker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Invoker.class);

  /** Attempts are kilobytes each; beyond it the node would rather not send. */
  static final int MAX_OUTSTANDING = 20_000;

  /** What a provider may take beyond the call's timeout to say so. */
  static final long OVERTIME_MILLIS = 1_000;

  private final Providers providers;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanos;
  private final Map<Key, CompletableFuture<Outcome>> outstanding = new ConcurrentHashMap<>();

  /**
   * @param timer runs the overtime limits; its tasks are short
   * @param nanos monotonic time, for durations
   */
  public Invoker(Providers providers, ScheduledExecutorService timer, LongSupplier nanos) {
    this.providers = providers;
    this.timer = timer;
    this.nanos = nanos;
  }

  private record Key(CellId cell, AttemptId attempt) {}

  /** Takes the outcome of an attempt; called once, on any thread. */
  @FunctionalInterface
  public interface Listener {
    /** The attempt ended so, after this time. */
    void ended(Outcome outcome, long durationMicros);
  }

  /** Performs an attempt, unless it is being performed already. */
  public void perform(CellId cell, ProviderCall call, Listener listener) {
    Key key = new Key(cell, call.attempt());
    Optional<Provider> provider = providers.find(call.account().provider());
    if (provider.isEmpty() || outstanding.size() >= MAX_OUTSTANDING) {
      listener.ended(
          new Outcome.NotSent(
              provider.isEmpty()
                  ? "this node has no provider '" + call.account().provider() + "'"
                  : "this node performs " + MAX_OUTSTANDING + " attempts already"),
          0);
      return;
    }
    CompletableFuture<Outcome> running = new CompletableFuture<>();
    if (outstanding.putIfAbsent(key, running) != null) {
      return;
    }
    long began = nanos.getAsLong();
    running.whenComplete(
        (outcome, failure) -> {
          outstanding.remove(key);
          long micros = TimeUnit.NANOSECONDS.toMicros(nanos.getAsLong() - began);
          listener.ended(
              failure == null ? bounded(outcome) : new Outcome.TimedOut(true), Math.max(0, micros));
        });
    start(provider.get(), call, running);
  }

  private void start(Provider provider, ProviderCall call, CompletableFuture<Outcome> running) {
    CompletableFuture<Outcome> answer;
    try {
      answer = provider.call(call);
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    CompletableFuture<Outcome> asked = answer;
    asked.whenComplete(
        (outcome, failure) ->
            running.complete(failure == null ? outcome : broken(provider, call, failure)));
    if (running.isDone()) {
      return;
    }
    ScheduledFuture<?> overtime =
        timer.schedule(
            () -> {
              if (running.complete(new Outcome.TimedOut(true))) {
                log.warn(
                    "{} of {} kept attempt {} beyond its time",
                    provider.id(),
                    call.account().id(),
                    call.attempt());
                asked.cancel(false);
              }
            },
            call.timeout().toMillis() + OVERTIME_MILLIS,
            TimeUnit.MILLISECONDS);
    running.whenComplete(
        (outcome, failure) -> {
          overtime.cancel(false);
          if (running.isCancelled()) {
            asked.cancel(false);
          }
        });
  }

  /** Providers complete normally; one that does not may have done anything. */
  private static Outcome broken(Provider provider, ProviderCall call, Throwable failure) {
    log.error("provider {} broke on attempt {}", provider.id(), call.attempt(), failure);
    return new Outcome.Unavailable("provider " + provider.id() + " broke: " + failure, true);
  }

  private static Outcome bounded(Outcome outcome) {
    if (outcome instanceof Outcome.Success success && !success.result().fitsInline()) {
      return new Outcome.FunctionError(
          "the result has "
              + success.result().sizeBytes()
              + " bytes; the limit is "
              + Payload.MAX_INLINE_BYTES,
          false);
    }
    return outcome;
  }

  /** The answer to an attempt is of no use any more; its outcome is still given, once. */
  public void stop(CellId cell, AttemptId attempt) {
    CompletableFuture<Outcome> running = outstanding.get(new Key(cell, attempt));
    if (running != null) {
      running.cancel(false);
    }
  }

  /** What is wrong with an account, from its provider; empty where nothing is. */
  public List<String> faults(Account account) {
    return providers.faults(account);
  }

  /** Attempts under way on this node. */
  public int outstanding() {
    return outstanding.size();
  }

  @Override
  public void close() {
    providers.close();
  }
}
