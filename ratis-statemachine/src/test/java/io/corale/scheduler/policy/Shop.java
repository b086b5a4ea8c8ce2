package io.corale.scheduler.policy;

import io.corale.model.AccountId;
import io.corale.model.CompositionRef;
import io.corale.model.Payload;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Retry;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What an interpreter would say of a composition of a {@link World}. The estimator is the
 * scheduler's own, as superpeers ask it: what it has learned of each task, and the average of the
 * function, as its author declares it, where it has learned nothing.
 *
 * @param scheduler whose expectations count
 */
record Shop(OwnerScheduler scheduler) {
  static final AccountId ACCOUNT = new AccountId("shop");
  static final String IMPLEMENTATION = "f";

  /** Above all that the trace knows. */
  private static final long TIMEOUT_MICROS = 900L * 1_000_000;

  static CompositionRef ref(World.Composition composition) {
    return new CompositionRef(composition.name(), "1.0.0");
  }

  static String function(int task) {
    return "t" + task;
  }

  /** The expected duration of the whole. */
  long rank(World.Composition composition) {
    return composition.path(estimates(composition));
  }

  private List<Long> estimates(World.Composition composition) {
    List<Durations> tasks = composition.tasks();
    return IntStream.range(0, tasks.size())
        .mapToObj(
            task -> {
              long learned =
                  scheduler
                      .learnedMicros(composition.name(), function(task), IMPLEMENTATION)
                      .orElse(tasks.get(task).meanMicros());
              return Math.max(1, Math.min(learned, TIMEOUT_MICROS));
            })
        .toList();
  }

  /** What the new root does. */
  Transition begin(World.Composition composition) {
    return new Transition(List.of(new Guard(0, 0)), next(composition, 0));
  }

  /** What a branch does when this task of it has ended. */
  Transition after(World.Composition composition, int task, int branch, long step) {
    boolean isOfFork = task >= composition.chain().size();
    return new Transition(
        List.of(new Guard(branch, step)),
        isOfFork ? List.of(new Step.End(branch, Payload.NULL)) : next(composition, task + 1));
  }

  private List<Step> next(World.Composition composition, int task) {
    int stem = composition.chain().size();
    List<Long> estimates = estimates(composition);
    if (task < stem) {
      return List.of(new Step.Call(0, call(estimates, task, rest(composition, estimates, task))));
    }
    List<Step> steps = new ArrayList<>();
    for (int i = stem; i < estimates.size(); i++) {
      steps.add(new Step.Open(0));
    }
    for (int i = stem; i < estimates.size(); i++) {
      steps.add(new Step.Call(stem - 1 - i, call(estimates, i, estimates.get(i))));
    }
    return steps.isEmpty() ? List.of(new Step.End(0, Payload.NULL)) : steps;
  }

  /** From the start of a task of the chain to the end of all. */
  private static long rest(World.Composition composition, List<Long> estimates, int task) {
    List<Long> rest = new ArrayList<>(estimates);
    for (int i = 0; i < task; i++) {
      rest.set(i, 0L);
    }
    return composition.path(rest);
  }

  private static CallSpec call(List<Long> estimates, int task, long rank) {
    return new CallSpec(
        function(task),
        IMPLEMENTATION,
        ACCOUNT,
        ScopeLimit.ROOT,
        Payload.NULL,
        TIMEOUT_MICROS,
        rank,
        estimates.get(task),
        Retry.NEVER,
        "/do");
  }
}
