package io.corale.node.cell;

import java.time.Duration;

/**
 * For how long a leader may be silent before another is elected. What is too short for the number
 * of awake cells of a process makes them elect when it is merely busy, and elections make it busier
 * (rule 34).
 *
 * @param min the shortest such silence
 * @param max the longest
 */
public record ElectionTimeouts(Duration min, Duration max) {
  private static final int FEW_CELLS = 30;
  private static final int SOME_CELLS = 100;

  private static final ElectionTimeouts OF_FEW =
      new ElectionTimeouts(Duration.ofMillis(500), Duration.ofSeconds(1));
  private static final ElectionTimeouts OF_SOME =
      new ElectionTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(2));
  private static final ElectionTimeouts OF_MANY =
      new ElectionTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(4));

  /** Throws {@link IllegalArgumentException} where they cannot work. */
  public ElectionTimeouts {
    if (min.isNegative() || min.isZero() || max.compareTo(min) <= 0) {
      throw new IllegalArgumentException(
          "election timeouts must be 0 < min < max, were " + min + " and " + max);
    }
  }

  /** Those that a process with so many awake cells is to be given. */
  public static ElectionTimeouts fitFor(int awakeCells) {
    if (awakeCells <= FEW_CELLS) {
      return OF_FEW;
    }
    return awakeCells <= SOME_CELLS ? OF_SOME : OF_MANY;
  }

  /** Whether so many cells may be awake with these; a few may with any. */
  boolean areFitFor(int awakeCells) {
    ElectionTimeouts fit = fitFor(awakeCells);
    return awakeCells <= FEW_CELLS || (min.compareTo(fit.min) >= 0 && max.compareTo(fit.max) >= 0);
  }

  /** For people, and for the configuration of a node. */
  @Override
  public String toString() {
    return min + " to " + max;
  }
}
