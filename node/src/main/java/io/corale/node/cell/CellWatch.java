package io.corale.node.cell;

import io.corale.model.CellId;
import io.corale.model.OwnerId;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command.Verdict.Judgement;
import io.corale.scheduler.Entry;

/**
 * Sees what the superpeers of this node append and apply. Called on threads on which cells depend:
 * must be short, must not throw.
 */
public interface CellWatch {
  /** Looks away. */
  CellWatch NONE =
      new CellWatch() {
        @Override
        public void proposed(CellId cell, Entry entry, long nanos) {}

        @Override
        public void proposalFailed(CellId cell) {}

        @Override
        public void applied(CellId cell, Entry entry, Applied applied) {}

        @Override
        public void compared(CellId cell, Judgement judgement) {}

        @Override
        public void reopened(CellId cell, String cause) {}

        @Override
        public void reopeningFailed(CellId cell) {}

        @Override
        public void repaired(CellId cell, String step) {}

        @Override
        public void repairFailed(CellId cell) {}
      };

  /** An entry is in the log, and applied here, this long after it was appended. */
  void proposed(CellId cell, Entry entry, long nanos);

  /** An entry may not be in the log. */
  void proposalFailed(CellId cell);

  /** An entry of the term that this node leads was applied. */
  void applied(CellId cell, Entry entry, Applied applied);

  /** What an owner had to do waited so long for a thread of a pool that all owners share. */
  default void waited(String pool, OwnerId owner, long nanos) {}

  /** A replica of this node was compared with the others of its cell. */
  void compared(CellId cell, Judgement judgement);

  /** A replica that was out of order for this cause, one of a few words, takes part again. */
  void reopened(CellId cell, String cause);

  /** A replica that was out of order was opened again in vain. */
  void reopeningFailed(CellId cell);

  /** As superpeer this node has taken a step, one of four words, to bring a lost member back. */
  void repaired(CellId cell, String step);

  /** A look at the members, or such a step, has failed; it is repeated. */
  void repairFailed(CellId cell);
}
