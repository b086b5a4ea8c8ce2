package io.corale.scheduler;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much work each flow (a caller) has outstanding, so that a flow that floods its owner's queue
 * delays itself and not the others.
 *
 * <p>The deadline of new work is moved back to when the flow's own backlog would be done at its
 * fair share of the account, as a total bandwidth server assigns deadlines (M. Spuri, G. Buttazzo,
 * <i>Scheduling Aperiodic Tasks in Dynamic Priority Systems</i>, 1996). A light flow keeps the
 * deadline it asked for.
 */
final class Flows {
  /** Thirty days: larger pieces of work count as this, so that the sum of millions fits a long. */
  static final long MAX_PIECE_MICROS = 30L * 24 * 60 * 60 * 1_000_000;

  private final Map<String, Backlog> backlogs = new LinkedHashMap<>();

  private final boolean correctsDeadlines;

  Flows(Rules rules) {
    this.correctsDeadlines = rules.correctsDeadlines();
  }

  private record Backlog(long micros, int pieces) {}

  /** A piece of work of this flow begins: an invocation with its rank, or a call. */
  void add(String flow, long micros) {
    Backlog before = backlogs.getOrDefault(flow, new Backlog(0, 0));
    backlogs.put(flow, new Backlog(before.micros + bounded(micros), before.pieces + 1));
  }

  /** A piece of work ends; {@code micros} as it was added. */
  void subtract(String flow, long micros) {
    Backlog before = backlogs.getOrDefault(flow, new Backlog(0, 0));
    Backlog after = new Backlog(before.micros - bounded(micros), before.pieces - 1);
    if (after.pieces < 0 || after.micros < 0 || (after.pieces == 0 && after.micros > 0)) {
      throw new IllegalStateException("flow '" + flow + "' never began " + micros + " us of work");
    }
    if (after.pieces == 0) {
      backlogs.remove(flow);
    } else {
      backlogs.put(flow, after);
    }
  }

  long outstandingMicros(String flow) {
    return backlogs.getOrDefault(flow, new Backlog(0, 0)).micros;
  }

  /** Flows that have work outstanding. */
  int active() {
    return backlogs.size();
  }

  /**
   * The deadline of new work of a flow, asked before the work is added: {@code max(deadline, now +
   * outstanding * active / n)}, never past the end of time.
   *
   * @param concurrency n, the slots that all flows share
   */
  long correctedDeadline(long deadlineMicros, long nowMicros, String flow, int concurrency) {
    if (deadlineMicros < 0 || nowMicros < 0 || concurrency < 1) {
      throw new IllegalArgumentException("times are never negative, and there is a slot");
    }
    if (!correctsDeadlines) {
      return deadlineMicros;
    }
    long delay = scaled(outstandingMicros(flow), active(), concurrency);
    long fair = delay > Long.MAX_VALUE - nowMicros ? Long.MAX_VALUE : nowMicros + delay;
    return Math.max(deadlineMicros, fair);
  }

  /** {@code micros * active / n}; where the product leaves a long, the end of time. */
  private static long scaled(long micros, int active, int concurrency) {
    boolean fits = active == 0 || micros <= Long.MAX_VALUE / active;
    return fits ? micros * active / concurrency : Long.MAX_VALUE;
  }

  private static long bounded(long micros) {
    return Math.min(Math.max(micros, 0), MAX_PIECE_MICROS);
  }
}
