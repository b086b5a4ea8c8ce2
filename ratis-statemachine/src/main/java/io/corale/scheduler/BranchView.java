package io.corale.scheduler;

import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;
import io.corale.model.Payload;

/**
 * A branch as the interpreter sees it off the log: an immutable copy that any thread may hold.
 *
 * @param branch 0 for the root
 * @param step what a transition must guard
 * @param state what the interpreter remembered here last
 * @param moment when what is to be interpreted happened
 * @param deadlineRankMicros the rank by which the deadline of its invocation was made; by a longer
 *     one a call would be late when it is born
 */
public record BranchView(
    InvocationId invocation,
    CompositionRef composition,
    int branch,
    long step,
    Payload state,
    Context context,
    Moment moment,
    long deadlineRankMicros) {

  /** A branch of an invocation whose calls may have any rank. */
  public BranchView(
      InvocationId invocation,
      CompositionRef composition,
      int branch,
      long step,
      Payload state,
      Context context,
      Moment moment) {
    this(invocation, composition, branch, step, state, context, moment, Long.MAX_VALUE);
  }

  /**
   * What the branches of an invocation share.
   *
   * @param version raised whenever it is replaced; what a transition guards that reads or replaces
   *     it
   */
  public record Context(Payload value, long version) {
    /** That of an invocation which has exported nothing yet. */
    public static final Context NONE = new Context(Payload.NULL, 0);
  }

  /**
   * A time in the life of an invocation: wall time at its acceptance, cell time since (rules 7, 8).
   */
  public record Moment(long acceptedWallMillis, long ageMicros) {
    /** So much cell time later. */
    public Moment later(long micros) {
      return new Moment(acceptedWallMillis, CellClock.later(ageMicros, micros));
    }

    /** The wall time that it amounts to, as far as the acceptor's clock was right. */
    public long wallMillis() {
      return acceptedWallMillis + ageMicros / 1_000;
    }
  }

  /** The same branch, so much cell time later. */
  BranchView later(long micros) {
    return new BranchView(
        invocation,
        composition,
        branch,
        step,
        state,
        context,
        moment.later(micros),
        deadlineRankMicros);
  }
}
