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

  /** Later than this nothing is excused. */
  static final Duration REMEMBERED = Duration.ofSeconds(30);

  private final LongSupplier nanos;
  private final Deque<Standstill> standstills = new ArrayDeque<>();
  private long beatNanos;

  /** From the time at which a beat was due to that at which it came. */
  private record Standstill(long fromNanos, long untilNanos) {
    long since(long nanos) {
      return Math.max(0, untilNanos - nanos - Math.max(0, fromNanos - nanos));
    }
  }

  Pulse(LongSupplier nanos) {
    this.nanos = nanos;
    this.beatNanos = nanos.getAsLong();
  }

  void beat() {
    long now = nanos.getAsLong();
    standstills.removeIf(each -> now - each.untilNanos > REMEMBERED.toNanos());
    Standstill last = untilNow(now);
    if (last.since(last.fromNanos) > 0) {
      standstills.addLast(last);
    }
    beatNanos = now;
  }

  /**
   * How much of the last so many milliseconds it stood still, all in all: what had come by their
   * beginning was seen by now, unless it came that much later.
   */
  long heldUpMillis(long lastMillis) {
    long now = nanos.getAsLong();
    long since = now - Math.min(Duration.ofMillis(lastMillis).toNanos(), REMEMBERED.toNanos());
    long held = untilNow(now).since(since);
    for (Standstill each : standstills) {
      held += each.since(since);
    }
    return Duration.ofNanos(held).toMillis();
  }

  private Standstill untilNow(long now) {
    return new Standstill(beatNanos + BEAT.toNanos(), now);
  }
}
