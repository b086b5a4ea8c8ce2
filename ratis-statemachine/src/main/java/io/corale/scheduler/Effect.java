package io.corale.scheduler;

import io.corale.model.AttemptId;
import io.corale.model.Ending;
import io.corale.model.InvocationId;
import java.util.List;
import java.util.OptionalLong;

/**
 * What applying an entry asks of the world. Only the superpeer performs effects, followers drop
 * them; each may be asked for again by {@code resume} and must be harmless twice.
 */
public sealed interface Effect {
  /**
   * Send this attempt.
   *
   * @param branch what the interpreter needs once its outcome is known
   * @param waitedMicros how long its call was queued, in cell time, where that is known
   */
  record Start(
      AttemptId attempt, Transition.CallSpec call, BranchView branch, OptionalLong waitedMicros)
      implements Effect {}

  /** This attempt's answer is of no use any more; its slot stays taken until it is proved ended. */
  record Stop(AttemptId attempt) implements Effect {}

  /** Tell whoever waits for the end of this invocation. */
  record Answer(InvocationId invocation, Ending ending) implements Effect {}

  /** Interpret this branch with the signal that is pending at it (rule 19). */
  record Continue(BranchView branch, Signal signal) implements Effect {}

  /** Look up when this schedule is due next, and propose that (rule 8). */
  record Aim(Schedule schedule) implements Effect {}

  /**
   * Compare the event that this schedule heard first with its filters, and propose what comes of
   * it.
   *
   * @param wallMillis what the wall clock is taken to say
   */
  record Compare(Schedule schedule, long wallMillis) implements Effect {}

  /**
   * Propose an entry as soon as none is on its way: it says that this node has seen what it
   * started, and calls wait for nothing else (rule 12).
   */
  record Acknowledge() implements Effect {}

  /**
   * Ask an earlier executor what it has of these attempts: their slots are leased, and it knows
   * best which of them need not be (rule 11).
   */
  record Inquire(Executor earlier, List<Orphan> orphans) implements Effect {
    public Inquire {
      orphans = List.copyOf(orphans);
    }
  }

  /**
   * What may be proposed from now on: all that takes no newer format than this (rule 36). It only
   * rises.
   */
  record Active(int format) implements Effect {}

  /**
   * Propose an entry no later than at this cell time, that due timers fire. The last one counts:
   * the first timer may have been called off.
   */
  record WakeAt(long cellTimeMicros) implements Effect {
    /** No timer is set any more. */
    public static final long NEVER = Long.MAX_VALUE;
  }
}
