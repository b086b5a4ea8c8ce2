package io.corale.node.cell;

import io.corale.model.AttemptId;
import io.corale.node.provider.SendGuard;
import io.corale.scheduler.Command;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Inquiry;

/**
 * Runs attempts at providers on behalf of a cell. It is keyed by cell and attempt, and outlives the
 * replica: what was sent is brought home by {@link Cell#outcome}, or delivered to the superpeer of
 * that day (rule 11).
 *
 * <p>Threading: called on the cell's thread; must not block. May be told the same attempt twice,
 * and then sends once.
 */
public interface Sender {
  /**
   * Sends an attempt. The guard is the last look before its bytes leave (rule 10). Whatever comes
   * of it, {@link Cell#outcome} is owed once.
   */
  void send(Cell cell, Effect.Start start, SendGuard guard);

  /**
   * Hands the outcome of an attempt that this node had sent to the superpeer of today; asked for
   * again until it is seen in the log. {@link Cell#forwarded} is told when that was answered, or
   * will not be.
   */
  void forward(Cell cell, Command.Settle settle);

  /**
   * Asks an earlier executor of the cell what it has sent, whether it is a member or not (rule 11);
   * one try, of which {@link Cell#inventoried} is told.
   */
  void inquire(Cell cell, Inquiry inquiry);

  /** The log has the outcome of this attempt, whoever sent it; or nobody has it any more. */
  void settled(Cell cell, AttemptId attempt);

  /** The cell is closed here, and has let go of all outcomes. */
  void closed(Cell cell);

  /** The answer to this attempt is of no use any more. */
  void stop(Cell cell, AttemptId attempt);
}
