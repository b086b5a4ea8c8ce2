package io.corale.deploy.bench;

import java.util.Arrays;
import java.util.Locale;

/** Durations that were measured one by one, and how they are spread. */
public record Percentiles(long p50Micros, long p90Micros, long p99Micros, long mostMicros) {
  /** Of the first {@code count}, in any order; all zero if there are none. */
  static Percentiles ofNanos(long[] nanos, int count) {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return new Percentiles(
        micros(sorted, 50), micros(sorted, 90), micros(sorted, 99), micros(sorted, 100));
  }

  /** The least value that so many per cent do not exceed. */
  private static long micros(long[] sorted, int percent) {
    if (sorted.length == 0) {
      return 0;
    }
    int rank = (int) (((long) sorted.length * percent + 99) / 100);
    return sorted[Math.max(1, rank) - 1] / 1_000;
  }

  /** For people. */
  String text() {
    return String.format(
        Locale.ROOT,
        "p50 %.2f ms, p90 %.2f ms, p99 %.2f ms, max %.2f ms",
        p50Micros / 1e3,
        p90Micros / 1e3,
        p99Micros / 1e3,
        mostMicros / 1e3);
  }
}
