package io.corale.scheduler;

import io.corale.model.CallId;
import java.util.Optional;

/**
 * The record of an implementation that has failed lately (ADR 34). One that answers has none.
 *
 * <pre>
 * CLOSED  --enough failures in a row--> OPEN    for a second
 * OPEN    --its time is over-->         PROBING where a call waits: it is let through
 * PROBING --it leaves its queue-->      OPEN    until the next is let through, at once
 * PROBING --a better one takes its place--> PROBING
 * PROBING --it starts-->                PROBING for a minute at most, then the next follows
 * PROBING --it fails-->                 OPEN    twice as long as last time, at most a minute
 * PROBING --nothing comes of it-->      OPEN    as long as last time: throttled, never sent
 * any     --a call is answered-->       gone, but not in the first second of a pause
 * </pre>
 *
 * @param failures in a row, at most as many as open it
 * @param failedAlone the call of which all those are, while CLOSED; empty where they are of several
 * @param pauseMicros for how long it was opened last; 0 while CLOSED
 * @param untilMicros cell time until which no other call is let through; 0 while CLOSED, and while
 *     the one that was waits for its slot
 * @param probe the call that was let through; empty while CLOSED or OPEN
 * @param risksAny whether the next one may be one that ends where it fails: every second one
 */
public record Breaker(
    Circuit circuit,
    int failures,
    Optional<CallId> failedAlone,
    long pauseMicros,
    long untilMicros,
    Optional<CallId> probe,
    boolean risksAny) {
  /** So many failures in a row, of two calls at least, are no bad luck. */
  static final int FAILURES = 5;

  /** What comes back at once is tried again soon. */
  static final long FIRST_PAUSE_MICROS = 1_000_000;

  /** Each try costs one call an attempt; none waits for much longer than an outage lasts. */
  static final long MOST_PAUSE_MICROS = 60_000_000;

  /** Another is let through after that where nothing is heard of the last one. */
  static final long PATIENCE_MICROS = 60_000_000;

  public Breaker {
    boolean isClosed = pauseMicros == 0;
    if (failures < 1 || failures > FAILURES || pauseMicros < 0 || untilMicros < 0) {
      throw new IllegalArgumentException(
          "a breaker has from 1 to " + FAILURES + " failures, and no time before 0: " + failures);
    }
    if (isClosed && (untilMicros > 0 || probe.isPresent() || risksAny)) {
      throw new IllegalArgumentException("a closed breaker waits for nothing: " + circuit);
    }
    if (!isClosed && failedAlone.isPresent()) {
      throw new IllegalArgumentException("failures of one call open no breaker: " + failedAlone);
    }
  }

  /** The first failure after an answer. */
  static Breaker first(Circuit circuit, CallId call) {
    return new Breaker(circuit, 1, Optional.of(call), 0, 0, Optional.empty(), false);
  }

  boolean isOpen() {
    return pauseMicros > 0;
  }

  /** Whether the call that was let through waits for its slot. */
  boolean hasWaitingProbe() {
    return probe.isPresent() && untilMicros == 0;
  }

  boolean isProbe(CallId call) {
    return probe.equals(Optional.of(call));
  }

  /** Whether one may be let through. */
  boolean isDue(long nowMicros) {
    return isOpen() && !hasWaitingProbe() && untilMicros <= nowMicros;
  }

  /** One failure more, while it is closed. */
  Breaker failedOnceMore(CallId call) {
    return new Breaker(
        circuit,
        Math.min(failures + 1, FAILURES),
        failedAlone.filter(call::equals),
        0,
        0,
        Optional.empty(),
        false);
  }

  /** One call that is tried again and again may have itself to blame. */
  boolean hasFailedEnough() {
    return failures >= FAILURES && failedAlone.isEmpty();
  }

  /**
   * Whether an answer closes it, also one of what had started before. Not in the second in which it
   * opened: of what answers now and then there may be hundreds in one entry, and each time all that
   * waits would have to be looked at.
   */
  boolean closesAt(long nowMicros) {
    return probe.isPresent() || untilMicros - pauseMicros <= nowMicros - FIRST_PAUSE_MICROS;
  }

  Breaker opened(long nowMicros) {
    return openFor(FIRST_PAUSE_MICROS, nowMicros);
  }

  /** What was let through has failed. */
  Breaker openedAgain(long nowMicros) {
    return openFor(Math.min(2 * pauseMicros, MOST_PAUSE_MICROS), nowMicros);
  }

  /** Nothing is known of what was let through. */
  Breaker unanswered(long nowMicros) {
    return openFor(pauseMicros, nowMicros);
  }

  private Breaker openFor(long micros, long nowMicros) {
    return with(micros, CellClock.later(nowMicros, micros), Optional.empty());
  }

  /** Another one may wait for its slot already; it takes its place. */
  Breaker lettingThrough(CallId call) {
    return with(pauseMicros, 0, Optional.of(call));
  }

  Breaker probeStarted(long nowMicros) {
    return new Breaker(
        circuit,
        failures,
        failedAlone,
        pauseMicros,
        CellClock.later(nowMicros, PATIENCE_MICROS),
        probe,
        !risksAny);
  }

  /** What was let through is not to be waited for any more: the next one may go. */
  Breaker withoutProbe(long nowMicros) {
    return with(pauseMicros, nowMicros, Optional.empty());
  }

  private Breaker with(long pauseMicros, long untilMicros, Optional<CallId> probe) {
    return new Breaker(circuit, failures, failedAlone, pauseMicros, untilMicros, probe, risksAny);
  }
}
