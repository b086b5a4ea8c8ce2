package io.corale.node.cell;

/** Which queue a command waits in before it is proposed. */
public enum Lane {
  /** Outcomes, continuations, cancels: they empty the cell and go first. */
  RESULTS,
  /** New work. */
  WORK
}
