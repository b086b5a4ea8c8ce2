package io.corale.gossip;

/** Spans of time in the unit of this package: monotonic microseconds, which coordinates need. */
final class Micros {
  static final long MILLI = 1_000;
  static final long SECOND = 1_000 * MILLI;
  static final long HOUR = 3_600 * SECOND;

  private Micros() {}

  static long clamp(long least, long value, long most) {
    return Math.max(least, Math.min(most, value));
  }
}
