package io.corale.scheduler.simulated;

import io.corale.sim.VirtualTime;
import java.util.random.RandomGenerator;

/**
 * The clocks of one machine. The monotonic one begins anywhere with each boot, and runs up to eight
 * per cent too fast or too slow, not always equally: the margin of a fence allows for more. The
 * wall clock is some hundred milliseconds wrong and is set at times.
 */
final class SimClock {
  private static final int MOST_DRIFT_PER_MILLE = 80;

  /** What the fastest clock makes of a true second, per mille. */
  static final long FASTEST_PER_MILLE = 1_000 + MOST_DRIFT_PER_MILLE;

  /** Far below what a receipt allows for. */
  private static final int MOST_WALL_ERROR_MILLIS = 500;

  private final VirtualTime time;
  private final RandomGenerator chance;
  private final long wallErrorMillis;
  private long sinceNanos;
  private long shownNanos;
  private long perMille;
  private long wallOffsetMillis;

  /**
   * @param wallErrorMillis by which the wall clock is wrong beside its usual errors
   */
  SimClock(VirtualTime time, RandomGenerator chance, long wallErrorMillis) {
    this.time = time;
    this.chance = chance;
    this.wallErrorMillis = wallErrorMillis;
    boot();
  }

  void boot() {
    sinceNanos = time.nowNanos();
    shownNanos = chance.nextLong();
    wobble();
  }

  /** It goes on at another speed, and somebody sets the wall clock. */
  void wobble() {
    shownNanos = nowNanos();
    sinceNanos = time.nowNanos();
    perMille = 1_000L - MOST_DRIFT_PER_MILLE + chance.nextInt(2 * MOST_DRIFT_PER_MILLE + 1);
    wallOffsetMillis =
        wallErrorMillis + chance.nextInt(2 * MOST_WALL_ERROR_MILLIS) - MOST_WALL_ERROR_MILLIS;
  }

  /** Monotonic; wraps around. */
  long nowNanos() {
    return shownNanos + (time.nowNanos() - sinceNanos) / 1_000 * perMille;
  }

  long wallMillis() {
    return time.nowNanos() / 1_000_000 + wallOffsetMillis;
  }

  /** How long it is, in truth, until this much has passed on this clock. */
  long microsFor(long nanos) {
    return nanos / perMille + 1;
  }
}
