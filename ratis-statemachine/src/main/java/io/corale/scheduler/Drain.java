package io.corale.scheduler;

import java.util.OptionalLong;

/**
 * How fast the queues of a cell drain: starts per second of cell time, smoothed, in integers, so
 * that all replicas come to the same. It is what tells a caller that was refused when to come back.
 *
 * <p>An exponential average over whole seconds, each new one with an eighth of the weight; the
 * first one counts whole. Seconds in which nothing starts count when somebody asks.
 */
final class Drain {
  private static final long SECOND_MICROS = 1_000_000;

  /** So many parts of a start are counted. */
  private static final int SCALE = 256;

  /** A new second has an eighth of the weight. */
  private static final int SHIFT = 3;

  /** After so many seconds without a start less than a thousandth of any rate is left. */
  private static final int LONGEST = 64;

  /** More starts within a second than any cell has; the scaled count fits a long by far. */
  private static final int MOST_STARTS = 10_000_000;

  private long second;
  private int starts;
  private long scaled;

  void restore(Image.Drained drained) {
    second = drained.second();
    starts = drained.starts();
    scaled = drained.scaled();
  }

  Image.Drained image() {
    return new Image.Drained(second, starts, scaled);
  }

  /** So many calls have started. */
  void started(long nowMicros, int count) {
    long now = nowMicros / SECOND_MICROS;
    if (now > second) {
      scaled = scaledAt(now);
      second = now;
      starts = 0;
    }
    starts = Math.min(starts + Math.min(count, MOST_STARTS), MOST_STARTS);
  }

  /** In how many milliseconds so many calls start; empty where none has started lately. */
  OptionalLong millisFor(long calls, long nowMicros) {
    long rate = scaledAt(nowMicros / SECOND_MICROS);
    // A million calls times 256,000: far from the end of a long.
    return rate == 0 ? OptionalLong.empty() : OptionalLong.of(calls * 1_000 * SCALE / rate);
  }

  /** The average over all whole seconds before this one. */
  private long scaledAt(long now) {
    if (now <= second) {
      return scaled;
    }
    long average = with(scaled, starts);
    if (now - second > LONGEST) {
      return 0;
    }
    for (long empty = second + 1; empty < now; empty++) {
      average = with(average, 0);
    }
    return average;
  }

  private static long with(long average, int startsInSecond) {
    long next = (long) startsInSecond * SCALE;
    return average == 0 ? next : average + ((next - average) >> SHIFT);
  }
}
