package io.corale.flow.jq;

/**
 * That an evaluation has spent its budget. Not an error of jq, so that no <code>try</code> and no
 * <code>?</code> in an expression can catch it.
 */
final class OverBudget extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean isOfTheMoment;

  OverBudget(String reason) {
    this(reason, false);
  }

  private OverBudget(String reason, boolean isOfTheMoment) {
    super(reason, null, false, false);
    this.isOfTheMoment = isOfTheMoment;
  }

  /** That of time, which another thread might have spent better. */
  static OverBudget ofTime() {
    return new OverBudget("takes longer than its evaluation may", true);
  }

  boolean isOfTheMoment() {
    return isOfTheMoment;
  }
}
