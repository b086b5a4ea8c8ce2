package io.corale.node.route;

import io.corale.model.Refusal;
import java.time.Duration;
import java.util.Optional;

/** How long what a caller asks for is remembered, so that asking again is safe (rule 24). */
final class Remembering {
  /** The longest that anybody may ask for. */
  static final Duration MOST = Duration.ofHours(24);

  /** For callers that do not say: long enough for a client's own retries. */
  private static final Duration DEFAULT = Duration.ofMinutes(10);

  /** How far the clocks of a caller and of this node may be apart before an id is forgotten. */
  private static final Duration CLOCK_ALLOWANCE = Duration.ofMinutes(1);

  private Remembering() {}

  /** Until when a caller may ask again, in wall time; 0 where it did not say. */
  static long until(long nowMillis, long askedMillis) {
    return askedMillis == 0 ? nowMillis + DEFAULT.toMillis() : askedMillis;
  }

  /**
   * Why that is no time to ask; empty where it is.
   *
   * @param what is asked for
   */
  static Optional<Refusal> untimely(String what, long nowMillis, long untilMillis) {
    if (untilMillis < nowMillis) {
      return Optional.of(
          Refusal.of(
              Refusal.Code.EXPIRED,
              what
                  + ".retry_until passed "
                  + Duration.ofMillis(nowMillis - untilMillis)
                  + " ago: whether this id came before is no longer known"));
    }
    if (untilMillis - nowMillis > MOST.toMillis() + CLOCK_ALLOWANCE.toMillis()) {
      return Optional.of(
          Refusal.of(
              Refusal.Code.INVALID,
              what
                  + ".retry_until is "
                  + Duration.ofMillis(untilMillis - nowMillis)
                  + " ahead; at most "
                  + MOST
                  + " is remembered"));
    }
    return Optional.empty();
  }

  /** How long the receipt lives, with an allowance for clocks that differ. */
  static long micros(long nowMillis, long untilMillis) {
    return (untilMillis - nowMillis + CLOCK_ALLOWANCE.toMillis()) * 1_000;
  }
}
