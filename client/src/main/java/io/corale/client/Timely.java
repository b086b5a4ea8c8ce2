package io.corale.client;

import io.corale.model.Refusal;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * Asks for what must not be done behind what was asked for after it (ADR 32): for the time of the
 * cell first, which changes nothing, then for the thing itself with that time. Where somebody else
 * was faster nothing was done, and it asks anew; all of it within one patience.
 */
final class Timely {
  /** So many are faster only if something is wrong. */
  private static final int MAX_ROUNDS = 20;

  private final Asker asker;
  private final LongSupplier nanos;
  private final long untilNanos;
  private final LongFunction<Door.Request.Builder> request;

  /** Asks once, to a definite answer or the end of that patience. */
  @FunctionalInterface
  interface Asker {
    CompletableFuture<Door.Response> ask(Door.Request.Builder request, Duration patience);
  }

  private Timely(
      Asker asker,
      LongSupplier nanos,
      long untilNanos,
      LongFunction<Door.Request.Builder> request) {
    this.asker = asker;
    this.nanos = nanos;
    this.untilNanos = untilNanos;
    this.request = request;
  }

  /**
   * Asks.
   *
   * @param request with this time of the cell; 0 asks for it
   */
  static CompletableFuture<Door.Response> ask(
      Asker asker,
      LongSupplier nanos,
      Duration patience,
      LongFunction<Door.Request.Builder> request) {
    long untilNanos = nanos.getAsLong() + patience.toNanos();
    return new Timely(asker, nanos, untilNanos, request).round(MAX_ROUNDS);
  }

  private CompletableFuture<Door.Response> round(int left) {
    return asker
        .ask(request.apply(0), patience())
        .thenCompose(
            told ->
                told.hasControlTime()
                    ? with(told.getControlTime().getUntilMicros(), left)
                    : CompletableFuture.completedFuture(nothingDone(told)));
  }

  private CompletableFuture<Door.Response> with(long untilMicros, int left) {
    return asker
        .ask(request.apply(untilMicros), patience())
        .thenCompose(
            answer ->
                left > 1 && isExpired(answer) && nanos.getAsLong() < untilNanos
                    ? round(left - 1)
                    : CompletableFuture.completedFuture(answer));
  }

  private Duration patience() {
    return Duration.ofNanos(Math.max(0, untilNanos - nanos.getAsLong()));
  }

  private static boolean isExpired(Door.Response answer) {
    return answer.hasRefused() && Asking.refusal(answer).code() == Refusal.Code.EXPIRED;
  }

  /** Whatever became of the question for the time. */
  private static Door.Response nothingDone(Door.Response told) {
    return told.hasUnknown()
        ? Asking.refused(
            Refusal.of(
                Refusal.Code.UNAVAILABLE,
                "nothing was done, for the cell did not tell its time: "
                    + told.getUnknown().getMessage()))
        : told;
  }
}
