package io.corale.client;

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

  /** How long a node is asked to hold an answer that is not there yet. */
  static final Duration LONG_POLL = Duration.ofSeconds(60);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** For requests that are answered at once. */
  static Patience brief(Duration inAll) {
    return new Patience(inAll, ACKNOWLEDGED, ACKNOWLEDGED);
  }

  /** For requests that are acknowledged at once and answered when something ends. */
  static Patience acknowledged(Duration inAll) {
    return new Patience(inAll, ACKNOWLEDGED, LONG_POLL);
  }

  /** For requests that are answered when something ends. */
  static Patience open(Duration inAll) {
    return new Patience(inAll, LONG_POLL, LONG_POLL);
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
