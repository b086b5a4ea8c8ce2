package io.corale.scheduler;

import io.corale.model.AccountId;

/**
 * One way to reach a function, of which a {@link Breaker} is: an implementation of a composition's
 * function, where its calls run. A request is a function of its own task.
 *
 * @param scope the leaf scope in which its calls run
 */
public record Circuit(
    AccountId account, String scope, String composition, String function, String implementation) {
  static Circuit of(Invocation.Submission submission, Transition.CallSpec spec) {
    return new Circuit(
        spec.account(),
        spec.scope(),
        submission.composition().name(),
        spec.function(),
        spec.implementation());
  }

  /** In a line for a person. */
  String words() {
    return "function '" + function + "' (" + implementation + ")";
  }
}
