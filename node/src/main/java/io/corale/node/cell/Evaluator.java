package io.corale.node.cell;

import io.corale.scheduler.BranchView;
import io.corale.scheduler.Command.Compared.Verdict;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;

/**
 * Interprets the branches of a cell, and what its schedules hear, off the log.
 *
 * <p>Threading: called on the node's evaluation pool, by several threads at once. Bounded in time
 * by its own budgets; whatever it throws faults the invocation.
 */
public interface Evaluator {
  /** What this branch of the cell does with the signal that is pending at it. */
  Transition advance(Cell cell, BranchView branch, Signal signal);

  /**
   * Whether the event that this schedule of the cell heard first is for it.
   *
   * @param wallMillis what the wall clock is taken to say
   */
  Verdict compare(Cell cell, Schedule schedule, long wallMillis);
}
