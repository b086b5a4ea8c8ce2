package io.corale.scheduler;

import io.corale.model.InvocationId;

/** A branch at a step: it is interpreted once at a time. */
record BranchKey(InvocationId invocation, int branch, long step) {
  static BranchKey of(BranchView view) {
    return new BranchKey(view.invocation(), view.branch(), view.step());
  }
}
