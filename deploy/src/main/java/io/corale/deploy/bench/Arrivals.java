package io.corale.deploy.bench;

import java.util.random.RandomGenerator;

/**
 * When invocations come, as from callers who know nothing of each other: at random, so many in a
 * second on average, each at a random one of the cells. Confined to one thread.
 */
final class Arrivals {
  private final int cells;
  private final double perSecond;
  private final RandomGenerator chance;
  private double atNanos;

  /** One that comes so long after the begin. */
  record Arrival(long atNanos, int cell) {}

  /**
   * @param perSecond at all cells together; with 0 nothing ever comes
   */
  Arrivals(int cells, double perSecond, RandomGenerator chance) {
    if (cells < 1 || !(perSecond >= 0)) {
      throw new IllegalArgumentException("nothing comes to " + cells + " cells at " + perSecond);
    }
    this.cells = cells;
    this.perSecond = perSecond;
    this.chance = chance;
  }

  /** The next one, no earlier than the one before. */
  Arrival next() {
    atNanos =
        perSecond == 0
            ? Double.POSITIVE_INFINITY
            : atNanos + chance.nextExponential() * 1e9 / perSecond;
    return new Arrival((long) atNanos, chance.nextInt(cells));
  }
}
