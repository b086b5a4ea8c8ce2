package io.corale.node.invoke;

import io.corale.model.Limit;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Counts what leaves this node in one scope, in windows of one length: a send has a place where
 * every window that holds it has room. Confined to {@link Pacer}; pure.
 *
 * <p>Counts by slices of a 64th of a second. A place may be some slices ahead, and counts there.
 * Slices as long as those of the log would do for what is started evenly: but what the log starts a
 * minute apart, to the microsecond, may be asked for here some milliseconds less than that apart,
 * and would wait for the next slice of a 64th of a minute, which is too long.
 *
 * <pre>
 *   forgotten | end - span ........ sum ........ end | places ahead, up to newest
 *                                                now
 * </pre>
 */
final class Pace {
  private static final long SLICE_NANOS = 15_625_000;

  /** In slices, how far ahead a place may be. */
  private static final int AHEAD = (int) (Pacer.MOST_WAIT_NANOS / SLICE_NANOS);

  /**
   * So many slices before a send are counted with it: any window lies within as many as it has and
   * one more, and one is left for what arrives late, as in the log.
   */
  private final int span;

  private final int[] counts;
  private long end;
  private long sum;
  private long newest;

  Pace(Limit.Window window, long nowNanos) {
    this.span = (int) (window.length().toNanos() / SLICE_NANOS) + 1;
    this.counts = new int[span + AHEAD + 2];
    this.end = slice(nowNanos);
    this.newest = end;
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
        return OptionalLong.of(slice == first ? fromNanos : slice * SLICE_NANOS);
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

  /** What counts in that slice leaves now, which is later; it may be out of every window there. */
  void move(long slice, long nowNanos) {
    if (slice >= slice(nowNanos)) {
      return;
    }
    if (slice >= end - span) {
      counts[at(slice)]--;
      sum--;
    }
    take(nowNanos);
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

  private static long slice(long nanos) {
    return Math.floorDiv(nanos, SLICE_NANOS);
  }
}
