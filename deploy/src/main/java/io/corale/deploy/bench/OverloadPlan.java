package io.corale.deploy.bench;

import java.time.Duration;

/**
 * What is offered to one owner, and what that owner has.
 *
 * @param warmUp under as many in flight as the peak has
 * @param peak how long the peak is measured
 * @param calm how long half of it is offered before
 * @param overload how long {@code factor} times the peak is offered
 * @param limit of calls that run at once at the provider
 * @param latency of each call
 * @param queue calls that may wait, by the owner's terms
 */
record OverloadPlan(
    Duration warmUp,
    Duration peak,
    Duration calm,
    Duration overload,
    double factor,
    int limit,
    Duration latency,
    int queue) {
  /** Half of the peak: there is no overload, and work to tell it by. */
  static final double CALM_LOAD = 0.5;

  private static final Duration LEAST_AFTER = Duration.ofSeconds(20);

  static final int MOST_LIMIT = 10_000;
  static final int MOST_QUEUE = 100_000;

  private static final double MOST_FACTOR = 10;
  private static final Duration MOST_LATENCY = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(30);

  OverloadPlan {
    require(
        overload.compareTo(Duration.ofSeconds(1)) >= 0 && overload.compareTo(LONGEST) <= 0,
        "--seconds must be from 1 to " + LONGEST.toSeconds());
    require(
        !warmUp.isNegative() && warmUp.compareTo(LONGEST) <= 0,
        "--warm-up must be from PT0S to " + LONGEST);
    require(factor > 1 && factor <= MOST_FACTOR, "--factor must be above 1, and at most 10");
    require(limit >= 1 && limit <= MOST_LIMIT, "--limit must be from 1 to " + MOST_LIMIT);
    require(queue >= 1 && queue <= MOST_QUEUE, "--queue must be from 1 to " + MOST_QUEUE);
    require(
        !latency.isNegative() && latency.compareTo(MOST_LATENCY) <= 0,
        "--latency must be from PT0S to " + MOST_LATENCY);
  }

  private static void require(boolean isSo, String expected) {
    if (!isSo) {
      throw new IllegalArgumentException(expected);
    }
  }

  /** Enough that a call waits for each slot; fewer than may wait. */
  int inFlight() {
    return limit + Math.min(Math.max(limit, 64), queue);
  }

  /** How long half of the peak is offered afterwards: a recovery that is too slow is seen too. */
  Duration after() {
    Duration twice = calm.multipliedBy(2);
    return twice.compareTo(LEAST_AFTER) < 0 ? LEAST_AFTER : twice;
  }

  /** All of it, without what processes take to start and to end. */
  Duration all() {
    return warmUp.plus(peak).plus(calm).plus(overload).plus(after());
  }
}
