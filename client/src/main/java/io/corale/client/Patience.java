package io.corale.client;

import io.corale.wire.Freight;
import io.corale.wire.netty.DoorLimits;
import java.time.Duration;

/**
 * How long and how often to ask.
 *
 * @param inAll after which no further attempt is made
 * @param acknowledged within which an attempt must bring a first response
 * @param answered within which an attempt must bring its last response
 */
record Patience(Duration inAll, Duration acknowledged, Duration answered) {
  /** A bound against a loop that spins, not one that a live cluster reaches. */
  static final int MAX_ATTEMPTS = 2_000;

  /** Longer than an election; another node may know the new superpeer sooner. */
  static final Duration ACKNOWLEDGED = Duration.ofSeconds(5);

  /** A large request or answer is on its way before anything is heard, and logged in parts. */
  static final Duration LARGE = DoorLimits.LARGE_FRAME.plusSeconds(15);

  /** How long a node is asked to hold an answer that is not there yet. */
  static final Duration LONG_POLL = Duration.ofSeconds(60);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** For requests that are answered at once; the answer may be large, see {@link #longer}. */
  static Patience brief(Duration inAll) {
    return new Patience(inAll, ACKNOWLEDGED, ACKNOWLEDGED);
  }

  /** For requests that are acknowledged at once and answered when something ends. */
  static Patience acknowledged(Duration inAll, int requestBytes) {
    Duration first = requestBytes > Freight.SMALL_BYTES ? LARGE : ACKNOWLEDGED;
    return new Patience(inAll, first, LONG_POLL);
  }

  /** For requests that are answered when something ends. */
  static Patience open(Duration inAll) {
    return new Patience(inAll, LONG_POLL, LONG_POLL);
  }

  /**
   * After an attempt of which nothing was heard in time. A large answer may have been on its way,
   * and would be so again each time.
   */
  Patience longer() {
    Duration twice = answered.multipliedBy(2);
    Duration next = twice.compareTo(LARGE) < 0 ? twice : LARGE;
    return answered.compareTo(LARGE) < 0 ? new Patience(inAll, next, next) : this;
  }

  /**
   * The pause after this many failed attempts.
   *
   * @param chance in [0, 1), so that many clients do not come back at once
   */
  static Duration pause(int failed, double chance) {
    long most =
        Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(failed - 1, 10));
    return Duration.ofMillis(most / 2 + (long) (chance * (most / 2.0)));
  }
}
