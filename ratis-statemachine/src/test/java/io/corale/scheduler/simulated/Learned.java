package io.corale.scheduler.simulated;

import io.corale.scheduler.BranchView;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.OptionalLong;

/** Ranks by what a replica has learned, as superpeers make them (rule 17). */
final class Learned {
  private Learned() {}

  /** The same transition, its calls ranked by what is known here and now. */
  static Transition ranks(Transition transition, BranchView branch, OwnerScheduler scheduler) {
    List<Step> steps =
        transition.steps().stream().map(step -> ranked(step, branch, scheduler)).toList();
    return new Transition(
        transition.guards(), transition.contextVersion(), steps, transition.uncaught());
  }

  private static Step ranked(Step step, BranchView branch, OwnerScheduler scheduler) {
    if (!(step instanceof Step.Call call)) {
      return step;
    }
    CallSpec spec = call.call();
    OptionalLong learned =
        scheduler.learnedMicros(
            branch.composition().name(), spec.function(), spec.implementation());
    if (learned.isEmpty()) {
      return step;
    }
    long estimate = Math.max(1, Math.min(learned.getAsLong(), spec.timeoutMicros()));
    long rest = Math.max(0, spec.rankMicros() - spec.estimateMicros());
    return new Step.Call(
        call.branch(),
        new CallSpec(
            spec.function(),
            spec.implementation(),
            spec.account(),
            spec.scope(),
            spec.arguments(),
            spec.timeoutMicros(),
            estimate + rest,
            estimate,
            spec.retry(),
            spec.place()));
  }
}
