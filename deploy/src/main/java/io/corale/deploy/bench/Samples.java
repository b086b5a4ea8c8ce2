package io.corale.deploy.bench;

import java.util.Arrays;

/** Durations as they are measured, by any threads. */
final class Samples {
  /** Half a gigabyte would be more than a benchmark of minutes can fill. */
  private static final int MOST = 1 << 26;

  private long[] nanos = new long[1 << 12];
  private int count;

  synchronized void add(long elapsedNanos) {
    if (count == MOST) {
      throw new IllegalStateException("more than " + MOST + " samples: measure for less long");
    }
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = elapsedNanos;
  }

  synchronized int count() {
    return count;
  }

  synchronized Percentiles percentiles() {
    return Percentiles.ofNanos(nanos, count);
  }
}
