package io.corale.node.invoke;

import io.corale.model.Outcome;

/**
 * How an attempt ended.
 *
 * @param waitedNanos until it left, or until its end if it never did
 * @param flownNanos from leaving to its end; 0 if it never left
 */
public record Landing(Outcome outcome, boolean hasLeft, long waitedNanos, long flownNanos) {
  /** It never was on its way. */
  static Landing unsent(Outcome outcome) {
    return new Landing(outcome, false, 0, 0);
  }
}
