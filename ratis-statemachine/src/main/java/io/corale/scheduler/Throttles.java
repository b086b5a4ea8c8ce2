package io.corale.scheduler;

import io.corale.model.Outcome;
import java.time.Duration;
import java.util.Optional;

/**
 * Draws the conclusions from what providers refuse for now: the scope is shut as long as they ask
 * for, and learns how many may run at once (rule 16). The call is not to blame.
 *
 * <p>What this node itself had no room for says nothing of a provider. And in logs of older formats
 * a call that was throttled paused by itself, while the next one took its slot and was throttled as
 * well; so it stays there.
 */
final class Throttles {
  /** A provider that names no pause is not asked again at once. */
  private static final long USUAL_PAUSE_MICROS = 100_000;

  /** What is throttled at two scopes beside each other within this time is so by their parent. */
  private static final long TOGETHER_MICROS = 1_000_000;

  /** Pauses end in steps, so that a thousand scopes do not take an entry each. */
  private static final long STEP_MICROS = 10_000;

  /** So often a call may find no room in a row of bad luck. */
  private static final int USUAL_REFUSALS = 3;

  private static final int MOST_DOUBLINGS = 20;

  private final Queues queues;
  private boolean shutsScopes;

  Throttles(Queues queues) {
    this.queues = queues;
  }

  /** The log has a format by now in which scopes are shut. */
  void shutScopes() {
    shutsScopes = true;
  }

  /**
   * What was shut.
   *
   * @param words for the trace
   * @param pauseMicros for so long its call waits besides; 0: it returns to its place at once
   */
  record Shut(String words, long pauseMicros) {}

  /**
   * This came of an attempt whose slot is free by now. Says what was shut for that; empty where the
   * outcome is one for its call.
   *
   * @param roomless how many attempts of this call found no room, this one among them
   */
  Optional<Shut> learn(Pass pass, Slot slot, Outcome outcome, int roomless) {
    if (!shutsScopes || !(outcome instanceof Outcome.Throttled throttled) || throttled.isOurs()) {
      return Optional.empty();
    }
    ReadyQueue<?> queue = queues.queueOf(slot);
    boolean isUsual = roomless <= USUAL_REFUSALS;
    long askedMicros = pauseMicros(throttled.retryAfter());
    String words = shut(queue, slot, throttled, isUsual, pass.nowMicros());
    return Optional.of(new Shut(words, isUsual ? 0 : pauseOfCall(askedMicros, roomless)));
  }

  /** Twice as long each time; the shift is bounded, so the product is below 2^51. */
  private static long pauseOfCall(long askedMicros, int roomless) {
    int doublings = Math.min(roomless - USUAL_REFUSALS, MOST_DOUBLINGS);
    return Math.min(askedMicros << doublings, Retries.LONGEST_PAUSE_MICROS);
  }

  /**
   * @param teaches whether this says how many may run at once; what is refused again and again
   *     while others run is refused for something else
   */
  private static <T> String shut(
      ReadyQueue<T> queue,
      Slot slot,
      Outcome.Throttled throttled,
      boolean teaches,
      long nowMicros) {
    Scope<T> leaf = queue.scope(slot.scope());
    Optional<Scope<T>> named = throttled.scope().flatMap(leaf::enclosing);
    Scope<T> scope = named.orElse(leaf);
    Optional<Scope<T>> suspect =
        named.isEmpty() ? suspected(queue, leaf, nowMicros) : Optional.empty();
    long pauseMicros = pauseMicros(throttled.retryAfter());
    scope.throttled(inSteps(CellClock.later(nowMicros, pauseMicros)), nowMicros);
    suspect.ifPresent(
        its -> its.throttled(inSteps(CellClock.later(nowMicros, USUAL_PAUSE_MICROS)), nowMicros));
    if (teaches) {
      Optional<Scope<T>> pupil = named.isPresent() ? named : leaf.nearestThatLearns();
      pupil.ifPresent(its -> its.taught(slot.startedMicros(), nowMicros));
      suspect
          .flatMap(Scope::nearestThatLearns)
          .filter(its -> !pupil.equals(Optional.of(its)))
          .ifPresent(its -> its.taught(slot.startedMicros(), nowMicros));
    }
    return "scope '" + scope.name() + "' is shut for " + pauseMicros / 1_000 + " ms";
  }

  /**
   * A limit that nobody has declared shows at all scopes that it encloses. This is a guess: so the
   * scope itself is shut in any case, and what encloses it for a moment only.
   */
  private static <T> Optional<Scope<T>> suspected(
      ReadyQueue<T> queue, Scope<T> leaf, long nowMicros) {
    boolean isTogether =
        !leaf.wasThrottledWithin(TOGETHER_MICROS, nowMicros)
            && queue.scopes().stream()
                .filter(other -> other.isBeside(leaf))
                .anyMatch(other -> other.wasThrottledWithin(TOGETHER_MICROS, nowMicros));
    return isTogether ? leaf.parent() : Optional.empty();
  }

  private static long pauseMicros(Duration retryAfter) {
    return retryAfter.isNegative() || retryAfter.isZero()
        ? USUAL_PAUSE_MICROS
        : Retries.pauseMicros(retryAfter);
  }

  private static long inSteps(long micros) {
    return micros > Long.MAX_VALUE - STEP_MICROS
        ? micros
        : (micros + STEP_MICROS - 1) / STEP_MICROS * STEP_MICROS;
  }
}
