package io.corale.node.invoke;

import io.corale.model.Limit;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Counts what leaves this node in one scope, in windows of one length: a send has a place where
 * every window that holds it has room. Confined to {@link Pacer}; pure.
 *
 * <p>A provider counts what arrives, and one call takes longer to arrive than another. Where those
 * times differ by less than a guard, what arrives within any window has left within the window and
 * the guard: so a send counts for as long as both. The guard is what the log leaves of its own
 * window, which is 66 slices of a 64th (ADR 31), less some milliseconds: else a call that had to
 * wait would keep those that follow it, window after window, waiting as long.
 *
 * <p>Of a second the guard is 27 to 29 ms, and it is counted by slices of a 512th of it: with those
 * of a 64th, which are too coarse, half of what the log leaves was lost. Of a minute it is half a
 * second, and slices of a 64th of a second do. A place may be some slices ahead, and counts there.
 *
 * <pre>
 *   forgotten | end - span ........ sum ........ end | places ahead, up to newest
 *                                                now
 * </pre>
 */
final class Pace {
  private final long sliceNanos;

  /** In slices, how far ahead a place may be. */
  private final int ahead;

  /** So many slices before a send are counted with it: those of a window, and of the guard. */
  private final int span;

  private final int[] counts;
  private long end;
  private long sum;
  private long newest;

  Pace(Limit.Window window, long nowNanos) {
    this.sliceNanos =
        switch (window) {
          case SECOND -> 1_953_125;
          case MINUTE -> 15_625_000;
        };
    this.ahead = (int) (Pacer.MOST_WAIT_NANOS / sliceNanos);
    this.span = (int) ((window.length().toNanos() + guardNanos(window)) / sliceNanos);
    this.counts = new int[span + ahead + 2];
    this.end = slice(nowNanos);
    this.newest = end;
  }

  /** By less than so much the times may differ that calls take to arrive. */
  private static long guardNanos(Limit.Window window) {
    return switch (window) {
      case SECOND -> 14 * 1_953_125;
      case MINUTE -> 500_000_000;
    };
  }

  /** This is the time; what is out of every window is forgotten. */
  void advance(long nowNanos) {
    long now = slice(nowNanos);
    if (now - end >= counts.length) {
      Arrays.fill(counts, 0);
      sum = 0;
      end = now;
    }
    while (end < now) {
      int gone = at(end - span);
      sum -= counts[gone];
      counts[gone] = 0;
      end++;
      sum += counts[at(end)];
    }
  }

  /** From when on one more may leave, not before this; empty where that is later than the last. */
  OptionalLong place(int most, long fromNanos, long lastNanos) {
    long first = slice(fromNanos);
    long total = sum;
    for (long slice = end; slice <= slice(lastNanos); slice++) {
      total += slice == end ? 0 : counts[at(slice)] - counts[at(slice - 1 - span)];
      if (slice >= first && fits(most, slice, total)) {
        return OptionalLong.of(slice == first ? fromNanos : slice * sliceNanos);
      }
    }
    return OptionalLong.empty();
  }

  /** Counts one that leaves then; says where. */
  long take(long nanos) {
    long slice = Math.max(end, slice(nanos));
    counts[at(slice)]++;
    sum += slice == end ? 1 : 0;
    newest = Math.max(newest, slice);
    return slice;
  }

  /**
   * What counts in that slice leaves now, which is later; it may be out of every window there.
   *
   * @return where it counts from now on
   */
  long move(long slice, long nowNanos) {
    if (slice >= slice(nowNanos)) {
      return slice;
    }
    if (slice >= end - span) {
      counts[at(slice)]--;
      sum--;
    }
    return take(nowNanos);
  }

  /** Whether all that it counts is out of every window. */
  boolean isOver(long nowNanos) {
    return newest < slice(nowNanos) - span;
  }

  /**
   * Whether no window has as many that holds this slice; those that end after the newest hold
   * nothing that it does not.
   *
   * @param total of the window that ends in it
   */
  private boolean fits(int most, long slice, long total) {
    long its = total;
    for (long last = slice; its < most && last < newest; last++) {
      its += counts[at(last + 1)] - counts[at(last - span)];
    }
    return its < most;
  }

  private int at(long slice) {
    return Math.floorMod(slice, counts.length);
  }

  private long slice(long nanos) {
    return Math.floorDiv(nanos, sliceNanos);
  }
}
