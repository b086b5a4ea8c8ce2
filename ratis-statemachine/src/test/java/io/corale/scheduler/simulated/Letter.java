package io.corale.scheduler.simulated;

import io.corale.model.AttemptId;
import io.corale.model.Incarnation;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Command;
import io.corale.scheduler.Inquiry;
import io.corale.scheduler.Inventory;
import io.corale.scheduler.Measured;
import io.corale.scheduler.Result;
import io.corale.scheduler.simulated.Lives.Life;

/** What callers and peers send each other. */
sealed interface Letter {
  /** A caller asks for a command. */
  record Ask(long request, Command command) implements Letter {}

  /**
   * A caller asks to run a program.
   *
   * @param life which of those of its id
   * @param deadlineMicros from now; 0 for none
   * @param retryUntilMillis the caller's wall time until which it may ask again
   */
  record Run(
      long request,
      Life life,
      Program program,
      ServiceClass serviceClass,
      long deadlineMicros,
      long retryUntilMillis)
      implements Letter {
    /** It names no end. */
    static final long NO_END = Long.MAX_VALUE;

    InvocationId invocation() {
      return life.id();
    }
  }

  /**
   * A caller asks whether an invocation is known.
   *
   * @param seenIndex of the log, as far as this caller has heard (rule 26)
   * @param untilMillis the caller's wall time until which there is a receipt for certain
   */
  record Read(long request, InvocationId invocation, long seenIndex, long untilMillis)
      implements Letter {}

  /** A definite answer to {@link Ask} or {@link Run}. */
  record Answered(long request, Result result, long index) implements Letter {}

  /** A definite answer to {@link Read}. */
  record Found(long request, InvocationId invocation, boolean isKnown) implements Letter {}

  /** Not here, or nobody knows: ask again. */
  record AskElsewhere(long request) implements Letter {}

  /** A peer hands over an outcome. */
  record Handover(String from, Command.Settle settle) implements Letter {}

  /** What a peer handed over was answered. */
  record Taken(AttemptId attempt) implements Letter {}

  /** A peer asks another what it has of what it was to send. */
  record Inquire(Incarnation from, Inquiry inquiry) implements Letter {}

  /** The answer, for this life of the asker alone. */
  record Inventoried(Incarnation to, long number, Inventory inventory) implements Letter {}

  /** A peer tells what it measured at a check. */
  record Witness(NodeId member, Measured what) implements Letter {}
}
