package io.corale.scheduler;

import io.corale.model.Terms;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much work each flow (a caller's class) has outstanding, so that a flow that floods its
 * owner's queue delays itself and not the others.
 *
 * <p>The deadline of new work is moved back to when the flow's own backlog would be done at its
 * fair share of the account, as a total bandwidth server assigns deadlines (M. Spuri, G. Buttazzo,
 * <i>Scheduling Aperiodic Tasks in Dynamic Priority Systems</i>, 1996). Shares are proportional to
 * the weights of callers (ADR 33). A light flow keeps the deadline it asked for.
 */
final class Flows {
  /** Thirty days: larger pieces of work count as this, so that the sum of millions fits a long. */
  static final long MAX_PIECE_MICROS = 30L * 24 * 60 * 60 * 1_000_000;

  private final Map<String, Outstanding> outstanding = new LinkedHashMap<>();

  private final boolean correctsDeadlines;

  /** Where the weights of callers stand. */
  private Terms terms = Terms.STANDARD;

  /** The weights of all flows that have work outstanding, together. */
  private long activeWeight;

  Flows(Rules rules) {
    this.correctsDeadlines = rules.correctsDeadlines();
  }

  private record Outstanding(long micros, int pieces) {
    static final Outstanding NOTHING = new Outstanding(0, 0);
  }

  /** Callers have other weights from now on; deadlines that were given stay. */
  void weigh(Terms next) {
    terms = next;
    activeWeight = 0;
    outstanding.keySet().forEach(flow -> activeWeight += weight(flow));
  }

  /** Nothing is outstanding, whatever was. */
  void clear() {
    outstanding.clear();
    activeWeight = 0;
  }

  /** A piece of work of this flow begins: an invocation with its rank. */
  void add(String flow, long micros) {
    Outstanding before = outstanding.getOrDefault(flow, Outstanding.NOTHING);
    if (before.pieces == 0) {
      activeWeight += weight(flow);
    }
    outstanding.put(flow, new Outstanding(before.micros + bounded(micros), before.pieces + 1));
  }

  /** A piece of work ends; {@code micros} as it was added. */
  void subtract(String flow, long micros) {
    Outstanding before = outstanding.getOrDefault(flow, Outstanding.NOTHING);
    Outstanding after = new Outstanding(before.micros - bounded(micros), before.pieces - 1);
    if (after.pieces < 0 || after.micros < 0 || (after.pieces == 0 && after.micros > 0)) {
      throw new IllegalStateException("flow '" + flow + "' never began " + micros + " us of work");
    }
    if (after.pieces == 0) {
      outstanding.remove(flow);
      activeWeight -= weight(flow);
    } else {
      outstanding.put(flow, after);
    }
  }

  long outstandingMicros(String flow) {
    return outstanding.getOrDefault(flow, Outstanding.NOTHING).micros;
  }

  /** Flows that have work outstanding. */
  int active() {
    return outstanding.size();
  }

  /** The weights of those together. */
  long activeWeight() {
    return activeWeight;
  }

  /** Whether both count the same, whatever the order in which it came. */
  boolean countsAs(Flows other) {
    return outstanding.equals(other.outstanding) && activeWeight == other.activeWeight;
  }

  /** Others that have counted nothing, with the same weights. */
  Flows emptied() {
    Flows other = new Flows(Rules.STANDARD);
    other.weigh(terms);
    return other;
  }

  /**
   * The deadline of new work of a flow, asked before the work is added: {@code max(deadline, now +
   * outstanding * activeWeight / (n * weight))}, never past the end of time.
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
    // A million slots times a weight of a hundred: far from the end of a long.
    long delay = scaled(outstandingMicros(flow), activeWeight, (long) concurrency * weight(flow));
    long fair = delay > Long.MAX_VALUE - nowMicros ? Long.MAX_VALUE : nowMicros + delay;
    return Math.max(deadlineMicros, fair);
  }

  /** {@code micros * active / share}; where the product leaves a long, the end of time. */
  private static long scaled(long micros, long active, long share) {
    boolean fits = active == 0 || micros <= Long.MAX_VALUE / active;
    return fits ? micros * active / share : Long.MAX_VALUE;
  }

  private int weight(String flow) {
    return terms.weight(Invocation.callerOf(flow));
  }

  private static long bounded(long micros) {
    return Math.min(Math.max(micros, 0), MAX_PIECE_MICROS);
  }
}
