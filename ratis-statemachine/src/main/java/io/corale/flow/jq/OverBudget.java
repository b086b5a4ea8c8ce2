package io.corale.flow.jq;

/**
 * That an evaluation has spent its budget. Not an error of jq, so that no <code>try</code> and no
 * <code>?</code> in an expression can catch it.
 */
final class OverBudget extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OverBudget(String reason) {
    super(reason, null, false, false);
  }
}
