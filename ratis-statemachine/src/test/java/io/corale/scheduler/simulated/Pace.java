package io.corale.scheduler.simulated;

import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Watches that cell time passes no faster than the fastest clock does in truth, over any stretch of
 * the log (rule 7): between two entries that were packed in the terms in which they stand, cell
 * time has grown by no more than true time has between their packing. Others must add nothing.
 */
final class Pace {
  /** An entry as it was packed. */
  private record Packed(Executor proposer, long sequence) {}

  private final Judge judge;
  private final Map<Packed, Long> packedNanos = new LinkedHashMap<>();
  private long lastCellMicros;

  /** The least lead that cell time ever had over true time on the fastest clock. */
  private long leastLeadMicros;

  Pace(Judge judge) {
    this.judge = judge;
  }

  void packed(Entry entry, long trueNanos) {
    packedNanos.put(new Packed(entry.proposer(), entry.sequence()), trueNanos);
  }

  void applied(long term, Entry entry, long cellTimeMicros) {
    if (entry.proposer().term() != term) {
      long before = lastCellMicros;
      judge.require(
          Check.PACE,
          cellTimeMicros == before,
          () -> "time of another term counted: " + before + " to " + cellTimeMicros);
    } else {
      long nanos = packedNanos.getOrDefault(new Packed(entry.proposer(), entry.sequence()), 0L);
      long lead = cellTimeMicros - nanos / 1_000 * SimClock.FASTEST_PER_MILLE / 1_000;
      long gained = lead - leastLeadMicros;
      // Microseconds that were rounded up to get here are not a gain.
      judge.require(
          Check.PACE, gained <= 10, () -> "cell time is " + gained + "us ahead of every clock");
      leastLeadMicros = Math.min(leastLeadMicros, lead);
    }
    lastCellMicros = cellTimeMicros;
  }
}
