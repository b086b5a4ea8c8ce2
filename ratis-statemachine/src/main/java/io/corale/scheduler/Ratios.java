package io.corale.scheduler;

import io.corale.scheduler.Forecast.Band;
import java.util.Arrays;

/**
 * How many times as long as expected the calls of one lane have waited, by how long that was: what
 * a {@link Forecast} makes its bands of.
 *
 * <p>The tenth and the ninetieth percentile of such ratios hold four of five cases as long as what
 * comes is like what was: a conformal prediction (V. Vovk, A. Gammerman, G. Shafer, <i>Algorithmic
 * Learning in a Random World</i>, 2005). Under overload it is not: waits grow, and those that grow
 * most are known last. So each bound is moved besides, outwards by nine steps when a call was
 * beyond it and inwards by one when it was not, which holds in the long run whatever comes (A.
 * Angelopoulos, E. Candès, R. Tibshirani, <i>Conformal PID Control for Time Series Prediction</i>,
 * NeurIPS 2023).
 */
final class Ratios {
  /** Powers of two from a millisecond: the last one is of all waits above two hours. */
  private static final int CLASSES = 24;

  /** The last ones of each class. */
  private static final int KEPT = 256;

  /** Waits that are eight times as long say little of this one. */
  private static final int MOST_REACH = 3;

  private static final long LEAST_MICROS = 1_000;

  /** What is called a guess, in parts and in times of what is expected. */
  private static final int GUESSED_LOW_DIVISOR = 2;

  private static final int GUESSED_HIGH_FACTOR = 4;

  /** A ratio is told in parts of this. */
  private static final int PARTS_SHIFT = 20;

  private static final long ONE = 1L << PARTS_SHIFT;

  /** Longer waits count as this, some 50 days: its parts are no more than a number holds. */
  private static final long MOST_MICROS = 1L << 42;

  /** By such a part of itself a bound is moved by one step. */
  private static final int STEPS_OF_BOUND = 200;

  private static final long MOST_FACTOR = 148 * ONE;
  private static final long LEAST_FACTOR = ONE / 3;

  /** In parts; there are none of classes that nobody has waited in: most cells have few. */
  private long[][] kept = new long[CLASSES][];

  private final int[] size = new int[CLASSES];

  /** Where the next one goes, over the oldest. */
  private final int[] next = new int[CLASSES];

  /** By how much the lower bound was moved outwards, in parts. */
  private long lowFactor = ONE;

  private long highFactor = ONE;

  void forget() {
    kept = new long[CLASSES][];
    Arrays.fill(size, 0);
    Arrays.fill(next, 0);
    lowFactor = ONE;
    highFactor = ONE;
  }

  /** A call has waited for so long, of which that was said. */
  void waited(long expectedMicros, Band said, long micros) {
    if (said.isCalibrated()) {
      if (micros <= said.highMicros()) {
        highFactor = moved(highFactor, -1); // Else it was moved when that was known.
      }
      lowFactor = moved(lowFactor, micros < said.lowMicros() ? 9 : -1);
    }
    int which = classOf(expectedMicros);
    if (size[which] == 0) {
      kept[which] = new long[KEPT];
    }
    long expected = Math.max(LEAST_MICROS, expectedMicros);
    kept[which][next[which]] = (Math.min(micros, MOST_MICROS) * ONE + expected / 2) / expected;
    next[which] = (next[which] + 1) % KEPT;
    size[which] = Math.min(size[which] + 1, KEPT);
  }

  /** A call waits for longer than was said, and nobody knows for how much longer. */
  void isLate(Band said) {
    if (said.isCalibrated()) {
      highFactor = moved(highFactor, 9);
    }
  }

  private static long moved(long factor, int steps) {
    long moved = factor + factor * steps / STEPS_OF_BOUND;
    return Math.max(LEAST_FACTOR, Math.min(MOST_FACTOR, moved));
  }

  /** By its own class, or as many beside it as it takes, but none that is far. */
  Band band(long expectedMicros) {
    int which = classOf(expectedMicros);
    int from = which;
    int to = which;
    for (int i = 0; i < MOST_REACH && all(from, to) < Forecast.LEAST; i++) {
      from = Math.max(0, from - 1);
      to = Math.min(CLASSES - 1, to + 1);
    }
    long[] near = within(from, to);
    long micros = Math.max(LEAST_MICROS, expectedMicros);
    if (near.length < Forecast.LEAST) {
      long high =
          micros > Long.MAX_VALUE / GUESSED_HIGH_FACTOR ? micros : GUESSED_HIGH_FACTOR * micros;
      return new Band(expectedMicros / GUESSED_LOW_DIVISOR, high, false, near.length);
    }
    Arrays.sort(near);
    int all = near.length;
    long low = near[(all + 1) / 10 - 1];
    long high = near[Math.min(all, (9 * (all + 1) + 9) / 10) - 1];
    return new Band(
        times(micros, times(low, ONE * ONE / lowFactor)),
        times(micros, times(high, highFactor)),
        true,
        all);
  }

  /** Rounded to what is nearest; what no number holds is the largest one. */
  private static long times(long value, long parts) {
    long high = Math.multiplyHigh(value, parts);
    long low = value * parts;
    if (high >> (PARTS_SHIFT - 1) != 0) {
      return Long.MAX_VALUE;
    }
    long whole = high << (Long.SIZE - PARTS_SHIFT) | low >>> PARTS_SHIFT;
    long half = low >>> (PARTS_SHIFT - 1) & 1;
    return whole > Long.MAX_VALUE - half ? whole : whole + half;
  }

  private static int classOf(long micros) {
    long millis = Math.max(1, micros / LEAST_MICROS);
    return Math.min(CLASSES - 1, Long.SIZE - 1 - Long.numberOfLeadingZeros(millis));
  }

  private int all(int from, int to) {
    int all = 0;
    for (int i = from; i <= to; i++) {
      all += size[i];
    }
    return all;
  }

  private long[] within(int from, int to) {
    long[] all = new long[all(from, to)];
    int at = 0;
    for (int i = from; i <= to; i++) {
      if (size[i] > 0) {
        System.arraycopy(kept[i], 0, all, at, size[i]);
        at += size[i];
      }
    }
    return all;
  }
}
