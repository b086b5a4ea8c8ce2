package io.corale.deploy.recorder;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * How long the recorder itself has stood still: a judge that was not given a processor sees late
 * what came in time. Confined to the event loop, which beats it.
 */
final class Pulse {
  static final Duration BEAT = Duration.ofMillis(20);

  /** What came meanwhile is all looked at by then. */
  static final Duration REMEMBERED = Duration.ofSeconds(5);

  private final LongSupplier nanos;
  private final Deque<Gap> gaps = new ArrayDeque<>();
  private long beatNanos;

  /** Between two beats. */
  private record Gap(long endNanos, long lengthNanos) {}

  Pulse(LongSupplier nanos) {
    this.nanos = nanos;
    this.beatNanos = nanos.getAsLong();
  }

  void beat() {
    long now = nanos.getAsLong();
    gaps.removeIf(gap -> now - gap.endNanos > REMEMBERED.toNanos());
    gaps.addLast(new Gap(now, now - beatNanos));
    beatNanos = now;
  }

  /** The longest that it stood still in the last seconds, and until now, beyond its beat. */
  long heldUpMillis() {
    long now = nanos.getAsLong();
    long longest = now - beatNanos;
    for (Gap gap : gaps) {
      if (now - gap.endNanos <= REMEMBERED.toNanos()) {
        longest = Math.max(longest, gap.lengthNanos);
      }
    }
    return Math.max(0, Duration.ofNanos(longest).minus(BEAT).toMillis());
  }
}
