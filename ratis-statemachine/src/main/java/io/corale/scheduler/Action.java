package io.corale.scheduler;

import io.corale.model.AttemptId;
import io.corale.model.Ending;
import io.corale.model.InvocationId;

/** What a {@link Superpeer} asks its driver to do, in this order. */
public sealed interface Action {
  /**
   * Append this entry to the log; all of one superpeer in the order of asking. Where that was
   * certainly not done, tell {@link Superpeer#proposalRefused}, where it may not have been {@link
   * Superpeer#proposalFailed}; success is told by {@link Superpeer#applied} alone.
   */
  record Propose(Entry entry) implements Action {}

  /** Ask the scheduler for {@code resume()} and hand what it says to {@link Superpeer#resumed}. */
  record Resume() implements Action {}

  /**
   * Send an attempt to its provider and tell {@link Superpeer#outcome}. Its last check before the
   * bytes leave is that this node leads {@code term} and that its own monotonic clock has not
   * passed {@code sendBeforeNanos} (rule 10); where that says no, the outcome is {@code NotSent}.
   */
  record Send(Effect.Start start, long term, long sendBeforeNanos) implements Action {}

  /** Nobody needs the answer of this attempt; its outcome must be told all the same. */
  record StopAttempt(AttemptId attempt) implements Action {}

  /**
   * Interpret this branch with this signal, on any thread, and tell {@link Superpeer#evaluated} or
   * {@link Superpeer#evaluationFailed} under this number, exactly once.
   */
  record Evaluate(long number, BranchView branch, Signal signal) implements Action {
    /** What the interpreter reads. */
    public long sizeBytes() {
      return branch.context().value().sizeBytes() + branch.state().sizeBytes() + signal.sizeBytes();
    }
  }

  /**
   * The command of this ticket was applied with this result, or refused before it was proposed.
   *
   * @param index that the asker has seen from now on (rule 26)
   */
  record Resolve(long ticket, Result result, long index) implements Action {}

  /** The command of this ticket may have been applied, or may yet be (rule 22). */
  record Unknown(long ticket) implements Action {}

  /** The command of this ticket was not proposed: this node does not lead. */
  record NotLeader(long ticket) implements Action {}

  /** Look up when this schedule is due next, and tell {@link Superpeer#aimed}. */
  record Aim(Schedule schedule) implements Action {}

  /**
   * Compare the event that this schedule heard first with the filters of its composition, on any
   * thread, and tell {@link Superpeer#compared}, once.
   */
  record Compare(Schedule schedule, long wallMillis) implements Action {}

  /** An invocation ended: tell whoever waits for it at this node. */
  record Announce(InvocationId invocation, Ending ending, long index) implements Action {}

  /**
   * Hand this outcome of an attempt that this node sent, or certainly did not send, to the present
   * superpeer, as well as can be; it is asked for again until it is seen applied.
   */
  record Forward(Command.Settle settle) implements Action {}

  /**
   * Ask this earlier executor, wherever it is; tell {@link Superpeer#inquiryAnswered} what it says,
   * or {@link Superpeer#inquiryFailed}. Answers may be late, doubled or lost.
   */
  record Inquire(Inquiry inquiry) implements Action {}

  /** Call {@link Superpeer#tick} after this time at the latest; replaces what was asked before. */
  record WakeAfter(long nanos) implements Action {}
}
