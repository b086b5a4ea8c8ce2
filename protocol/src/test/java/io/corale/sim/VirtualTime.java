package io.corale.sim;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The only clock and the only scheduler of a simulation; it moves when {@link #runNext} is told.
 */
public final class VirtualTime {
  private record Event(long atNanos, long sequence, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::sequence));
  private long nowNanos;
  private long sequence;

  /** The time since the simulation began. */
  public long nowNanos() {
    return nowNanos;
  }

  /** Runs the action once this delay has passed; what is due at the same time runs in order. */
  public void after(Duration delay, Runnable action) {
    at(nowNanos + delay.toNanos(), action);
  }

  /** Runs the action at this time, or at once if it has passed. */
  public void at(long atNanos, Runnable action) {
    events.add(new Event(Math.max(atNanos, nowNanos), sequence++, action));
  }

  /** Moves to the next event and runs it; false if there is none. */
  public boolean runNext() {
    Event next = events.poll();
    if (next == null) {
      return false;
    }
    nowNanos = next.atNanos();
    next.action().run();
    return true;
  }

  /** Runs all that is due within this time, which has then passed. */
  public void run(Duration span) {
    long endNanos = nowNanos + span.toNanos();
    Event next = events.peek();
    while (next != null && next.atNanos() <= endNanos) {
      runNext();
      next = events.peek();
    }
    nowNanos = endNanos;
  }

  /** How many events wait. */
  public int pending() {
    return events.size();
  }
}
