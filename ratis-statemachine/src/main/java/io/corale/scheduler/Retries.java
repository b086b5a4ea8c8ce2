package io.corale.scheduler;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Problem;
import java.time.Duration;

/** Decides what the outcome of an attempt means for its call. Pure. */
final class Retries {
  /** Take-overs and missed send windows that one call survives; more is a cell that cannot send. */
  static final int MAX_EXCUSED = 100;

  /** A provider that names no pause is not asked again at once. */
  static final long SHORTEST_PAUSE_MICROS = 10_000;

  /** A provider that names a longer one is asked after this, in case it was wrong. */
  static final long LONGEST_PAUSE_MICROS = 600_000_000;

  /** Jitter is drawn from 0 to 1023; the whole range adds half of the delay. */
  private static final int JITTER_RANGE = 1_024;

  private Retries() {}

  /** What becomes of a call. */
  sealed interface Verdict {
    /** It has its final outcome. */
    record Final(Signal signal) implements Verdict {}

    /** It is tried again, not before this cell time. */
    record Again(Call call, long dueMicros) implements Verdict {}
  }

  /** Judges an outcome that arrived at {@code nowMicros}. */
  static Verdict judge(Call call, Outcome outcome, int jitter, long nowMicros) {
    if (outcome instanceof Outcome.Success success) {
      return new Verdict.Final(new Signal.Returned(success.result()));
    }
    if (outcome instanceof Outcome.NotSent notSent) {
      return excused(call, "never sent: " + notSent.reason(), nowMicros);
    }
    if (outcome instanceof Outcome.Throttled throttled) {
      return new Verdict.Again(
          call, CellClock.later(nowMicros, pauseMicros(throttled.retryAfter())));
    }
    Call tried = call.withTried();
    Transition.Retry retry = call.spec().retry();
    boolean isFinal =
        (outcome instanceof Outcome.FunctionError error && !error.retryable())
            || (outcome instanceof Outcome.Unready unready && !unready.retryable());
    if (isFinal || tried.tried() >= retry.attempts()) {
      return new Verdict.Final(new Signal.Failed(problem(call, outcome)));
    }
    return new Verdict.Again(
        tried, CellClock.later(nowMicros, delayMicros(retry, tried.tried(), jitter)));
  }

  /** Judges an attempt that says nothing about its call: it does not count against its policy. */
  static Verdict excused(Call call, String why, long nowMicros) {
    if (call.excused() >= MAX_EXCUSED) {
      String detail = MAX_EXCUSED + " attempts came to nothing, the last was " + why;
      return new Verdict.Final(
          new Signal.Failed(Problem.communication(detail, call.spec().place())));
    }
    return new Verdict.Again(call.withExcused(), nowMicros);
  }

  /** The delay after the {@code tried}-th attempt: doubling, bounded, lengthened by the jitter. */
  static long delayMicros(Transition.Retry retry, int tried, int jitter) {
    long delay = retry.firstDelayMicros();
    for (int i = 1; i < tried && delay < retry.mostDelayMicros(); i++) {
      delay = delay > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : delay * 2;
    }
    long bounded = Math.min(delay, retry.mostDelayMicros());
    long share = Math.floorMod(jitter, JITTER_RANGE);
    return CellClock.later(bounded, bounded / (2 * JITTER_RANGE) * share);
  }

  /** What a provider asks for, within bounds. */
  static long pauseMicros(Duration retryAfter) {
    if (retryAfter.compareTo(Duration.ofNanos(LONGEST_PAUSE_MICROS * 1_000)) >= 0) {
      return LONGEST_PAUSE_MICROS;
    }
    return Math.max(retryAfter.toNanos() / 1_000, SHORTEST_PAUSE_MICROS);
  }

  /** A result that is not kept is final, too. */
  static Verdict tooLarge(Call call, Payload result, int mostBytes) {
    String detail =
        "result of " + result.sizeBytes() + " bytes, at most " + mostBytes + " are kept";
    return new Verdict.Final(new Signal.Failed(Problem.validation(detail, call.spec().place())));
  }

  private static Problem problem(Call call, Outcome outcome) {
    String place = call.spec().place();
    String function = call.spec().function() + " (" + call.spec().implementation() + ")";
    if (outcome instanceof Outcome.Unready unready) {
      return switch (unready.lack()) {
        case CONFIGURATION -> Problem.configuration(unready.detail(), place);
        case AUTHENTICATION -> Problem.authentication(unready.detail(), place);
        case AUTHORIZATION -> Problem.authorization(unready.detail(), place);
      };
    }
    if (outcome instanceof Outcome.TimedOut) {
      return Problem.timeout(
          function + " did not end within " + call.spec().timeoutMicros() / 1_000 + " ms", place);
    }
    if (outcome instanceof Outcome.FunctionError error) {
      return Problem.communication(function + ": " + error.detail(), place, error.status());
    }
    return outcome instanceof Outcome.Unavailable unavailable
        ? Problem.communication(function + ": " + unavailable.detail(), place, unavailable.status())
        : Problem.communication(function + ": " + word(outcome), place);
  }

  /** An outcome in a few words, for the trace. */
  static String word(Outcome outcome) {
    if (outcome instanceof Outcome.Success) {
      return "success";
    }
    if (outcome instanceof Outcome.FunctionError error) {
      return "error: " + error.detail();
    }
    if (outcome instanceof Outcome.Throttled) {
      return "throttled";
    }
    if (outcome instanceof Outcome.NotSent notSent) {
      return "not sent: " + notSent.reason();
    }
    if (outcome instanceof Outcome.Unready unready) {
      return "not ready: " + unready.detail();
    }
    if (outcome instanceof Outcome.Unavailable unavailable) {
      return "unavailable: " + unavailable.detail();
    }
    return "timed out";
  }
}
