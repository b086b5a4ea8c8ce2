package io.corale.scheduler;

import java.util.OptionalLong;

/** When the superpeer must propose, for the cell's timers to fire in an idle cell (rule 7). */
final class CellAlarm {
  /** A century: later than any process, and its nanoseconds still fit a long. */
  private static final long FARTHEST_MICROS = 100L * 365 * 24 * 3_600 * 1_000_000;

  private long dueMicros = Effect.WakeAt.NEVER;
  private long cellMicros;
  private long stampNanos;

  /** Cell time stood at {@code cellMicros} when the entry stamped {@code stampNanos} was packed. */
  void stands(long cellMicros, long stampNanos) {
    this.cellMicros = cellMicros;
    this.stampNanos = stampNanos;
    if (dueMicros <= cellMicros) {
      dueMicros = Effect.WakeAt.NEVER;
    }
  }

  /** The scheduler's first timer is due then; what it said before does not count any more. */
  void set(long atCellMicros) {
    dueMicros = atCellMicros;
  }

  void clear() {
    dueMicros = Effect.WakeAt.NEVER;
  }

  /** When an entry is due on this node's clock; empty where none is. */
  OptionalLong atNanos() {
    if (dueMicros == Effect.WakeAt.NEVER) {
      return OptionalLong.empty();
    }
    long inMicros = Math.min(dueMicros - cellMicros, FARTHEST_MICROS);
    return OptionalLong.of(stampNanos + inMicros * 1_000);
  }
}
