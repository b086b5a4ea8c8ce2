package io.corale.scheduler;

import java.util.OptionalLong;

/**
 * When the superpeer must propose though nobody asks: for the cell's timers to fire in an idle cell
 * (rule 7), or for calls that wait for its next entry (rule 12).
 */
final class CellAlarm {
  /**
   * Time that is in no entry yet is lost with its superpeer. So a timer that is far ahead has one
   * every minute, or each change of superpeers would have a long wait begin anew.
   */
  static final long STRIDE_MICROS = 60_000_000;

  private long dueMicros = Effect.WakeAt.NEVER;
  private long cellMicros;
  private long stampNanos;
  private boolean isAsked;

  /** Cell time stood at {@code cellMicros} when the entry stamped {@code stampNanos} was packed. */
  void stands(long cellMicros, long stampNanos) {
    this.cellMicros = cellMicros;
    this.stampNanos = stampNanos;
    isAsked = false;
    if (dueMicros <= cellMicros) {
      dueMicros = Effect.WakeAt.NEVER;
    }
  }

  /** The scheduler's first timer is due then; what it said before does not count any more. */
  void set(long atCellMicros) {
    dueMicros = atCellMicros;
  }

  /** The scheduler waits for an entry; any that is applied from now on is the one. */
  void ask() {
    isAsked = true;
  }

  void clear() {
    dueMicros = Effect.WakeAt.NEVER;
    isAsked = false;
  }

  /** Whether an entry is due. */
  boolean isDue(long nowNanos) {
    OptionalLong due = atNanos();
    return isAsked || (due.isPresent() && due.getAsLong() - nowNanos <= 0);
  }

  /** When the next entry is due for the timers, on this node's clock; empty where none is. */
  OptionalLong atNanos() {
    if (dueMicros == Effect.WakeAt.NEVER) {
      return OptionalLong.empty();
    }
    long inMicros = Math.min(dueMicros - cellMicros, STRIDE_MICROS);
    return OptionalLong.of(stampNanos + inMicros * 1_000);
  }
}
