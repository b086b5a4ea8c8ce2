package io.corale.node.cell;

import io.corale.scheduler.BranchView;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;

/**
 * Interprets a branch off the log.
 *
 * <p>Threading: called on the node's evaluation pool, by several threads at once. Bounded in time
 * by its own budgets; whatever it throws faults the invocation.
 */
@FunctionalInterface
public interface Evaluator {
  /** What this branch of the cell does with the signal that is pending at it. */
  Transition advance(Cell cell, BranchView branch, Signal signal);
}
