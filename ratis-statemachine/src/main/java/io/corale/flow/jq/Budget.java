package io.corale.flow.jq;

import java.util.function.BooleanSupplier;

/**
 * What one evaluation of the interpreter may spend on all its expressions together. A step is about
 * one operation of jq; work on large values costs steps by their size.
 *
 * <p>Confined to the evaluating thread. Only the supplier is shared with whoever may abandon it.
 */
public final class Budget {
  /** Steps in one evaluation: below a second of work, far more than an honest filter needs. */
  public static final long MAX_STEPS = 1_000_000;

  /** How many steps pass between two questions whether to give up: some microseconds. */
  private static final int PATIENCE_STEPS = 1_024;

  private final BooleanSupplier isAbandoned;
  private long left;
  private long askAt;

  /** A full budget. */
  public Budget(BooleanSupplier isAbandoned) {
    this.isAbandoned = isAbandoned;
    this.left = MAX_STEPS;
    this.askAt = MAX_STEPS - PATIENCE_STEPS;
  }

  /** Takes this many steps; leaves the evaluation if they are not there, or nobody waits for it. */
  void spend(long steps) {
    left -= steps;
    if (left < 0) {
      throw new OverBudget("needs more than its budget of " + MAX_STEPS + " steps");
    }
    if (left < askAt) {
      askAt = left - PATIENCE_STEPS;
      if (isAbandoned.getAsBoolean()) {
        throw new OverBudget("was abandoned after its time limit");
      }
    }
  }
}
