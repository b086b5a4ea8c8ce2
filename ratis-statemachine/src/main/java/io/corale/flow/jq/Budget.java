package io.corale.flow.jq;

import java.util.function.BooleanSupplier;

/**
 * What one evaluation of the interpreter may spend on all its expressions together.
 *
 * <p>Confined to the evaluating thread. Only the supplier is shared with whoever may abandon it.
 */
public final class Budget {
  /**
   * Steps of expressions in one evaluation: a tenth of a second or so of work, far more than any
   * honest filter of inputs of {@link Query#MAX_VALUE_BYTES} needs.
   */
  public static final long MAX_STEPS = 2_000_000;

  /** How many steps pass between two questions whether to give up: some microseconds. */
  private static final int PATIENCE_STEPS = 1_024;

  private final BooleanSupplier isAbandoned;
  private long left;
  private int untilAsked = PATIENCE_STEPS;

  /** A full budget. */
  public Budget(BooleanSupplier isAbandoned) {
    this(MAX_STEPS, isAbandoned);
  }

  Budget(long steps, BooleanSupplier isAbandoned) {
    this.left = steps;
    this.isAbandoned = isAbandoned;
  }

  /** Takes this many steps, or tells that they are not there. */
  void spend(long steps) throws ExpressionFailure {
    left -= steps;
    if (left < 0) {
      throw new ExpressionFailure("needs more than its budget of " + MAX_STEPS + " steps");
    }
    untilAsked -= (int) Math.min(steps, PATIENCE_STEPS);
    if (untilAsked <= 0) {
      untilAsked = PATIENCE_STEPS;
      if (isAbandoned.getAsBoolean()) {
        throw new ExpressionFailure("was abandoned after its time limit");
      }
    }
  }
}
