package io.corale.deploy.recorder;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * How long the recorder itself may have stood still: a judge that was not given a processor sees
 * late what came in time. Confined to the event loop, which beats it.
 *
 * <p>A beat ends a round of the loop that began by looking at what had come, some time after the
 * beat before it. So what is seen now may have come at any time since the last but one, however
 * regular they are; that is all that the judge does not know.
 */
final class Pulse {
  static final Duration BEAT = Duration.ofMillis(20);

  /** A beat that comes so much later than it was due shows that the loop stood still. */
  static final Duration TARDY = Duration.ofMillis(5);

  /** Later than this nothing is excused. */
  static final Duration REMEMBERED = Duration.ofSeconds(30);

  private static final long NANOS_OF_A_MILLI = 1_000_000;

  private final LongSupplier nanos;
  private final Deque<Standstill> standstills = new ArrayDeque<>();
  private long beatNanos;
  private long beatBeforeNanos;

  /** From one beat to the next, which was late. */
  private record Standstill(long fromNanos, long untilNanos) {
    long since(long nanos) {
      return Math.max(0, untilNanos - nanos - Math.max(0, fromNanos - nanos));
    }
  }

  Pulse(LongSupplier nanos) {
    this.nanos = nanos;
    this.beatNanos = nanos.getAsLong();
    this.beatBeforeNanos = beatNanos;
  }

  void beat() {
    long now = nanos.getAsLong();
    standstills.removeIf(each -> now - each.untilNanos > REMEMBERED.toNanos());
    if (now - beatNanos > BEAT.plus(TARDY).toNanos()) {
      standstills.addLast(new Standstill(beatNanos, now));
    }
    beatBeforeNanos = beatNanos;
    beatNanos = now;
  }

  /**
   * How much of the last so many milliseconds it may have stood still at most, all in all: what had
   * come by their beginning was seen by now, unless it came that much later.
   */
  long heldUpMillis(long lastMillis) {
    long now = nanos.getAsLong();
    long since = now - Math.min(Duration.ofMillis(lastMillis).toNanos(), REMEMBERED.toNanos());
    long held = new Standstill(beatBeforeNanos, now).since(since);
    for (Standstill each : standstills) {
      if (each.untilNanos - beatBeforeNanos <= 0) {
        held += each.since(since);
      }
    }
    return Duration.ofNanos(held).plusNanos(NANOS_OF_A_MILLI - 1).toMillis();
  }
}
