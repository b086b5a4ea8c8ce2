package io.corale.scheduler.simulated;

import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.scheduler.Branch;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Rewrites transitions into what a scheduler with a {@link Planted} bug would take them for. */
final class Forger {
  private final Planted bug;

  Forger(Planted bug) {
    this.bug = bug;
  }

  Transition forged(Transition transition, InvocationId id, OwnerScheduler before) {
    List<Step> steps = new ArrayList<>();
    transition.steps().forEach(step -> forged(step, transition).ifPresent(steps::add));
    return new Transition(
        guards(transition, id, before),
        contextVersion(transition, id, before),
        steps,
        transition.uncaught());
  }

  private List<Guard> guards(Transition transition, InvocationId id, OwnerScheduler before) {
    List<Guard> guards = new ArrayList<>(transition.guards());
    if (bug == Planted.STALE_APPLIES) {
      guards.clear();
      for (Guard guard : transition.guards()) {
        branch(id, guard.branch(), before)
            .filter(b -> b.output().isEmpty())
            .ifPresent(b -> guards.add(new Guard(guard.branch(), b.step())));
      }
    } else if (bug == Planted.STALE_APPLIES_AFTER_TIMER) {
      guards.replaceAll(
          guard ->
              branch(id, guard.branch(), before)
                  .filter(b -> b.pending().orElse(null) instanceof Signal.Elapsed)
                  .map(b -> new Guard(guard.branch(), b.step()))
                  .orElse(guard));
    }
    return guards;
  }

  private OptionalLong contextVersion(
      Transition transition, InvocationId id, OwnerScheduler before) {
    return bug == Planted.CONTEXT_UNGUARDED && transition.contextVersion().isPresent()
        ? OptionalLong.of(context(id, before).version())
        : transition.contextVersion();
  }

  private Optional<Step> forged(Step step, Transition transition) {
    return switch (bug) {
      case FENCE_WITHOUT_TIMEOUT ->
          Optional.of(
              step instanceof Step.Call c ? new Step.Call(c.branch(), hasty(c.call())) : step);
      case TIMER_EARLY ->
          Optional.of(
              step instanceof Step.Arm arm
                  ? new Step.Arm(arm.branch(), arm.timer(), arm.micros() / 2)
                  : step);
      case TIMER_LATE ->
          Optional.of(
              step instanceof Step.Arm arm
                  ? new Step.Arm(arm.branch(), arm.timer(), arm.micros() + 1_000_000)
                  : step);
      case RACE_IS_A_FORK -> Optional.of(step).filter(s -> !(s instanceof Step.Race));
      case FAILURE_IS_AN_END ->
          Optional.of(
              step instanceof Step.Fail fail
                  ? new Step.End(fail.branch(), Counts.NONE.output())
                  : step);
      case COMPLETES_ITS_BRANCH ->
          Optional.of(
              step instanceof Step.Complete complete
                  ? new Step.End(
                      transition.guards().get(transition.guards().size() - 1).branch(),
                      complete.output())
                  : step);
      case EMIT_FORGOTTEN -> Optional.of(step).filter(s -> !(s instanceof Step.Emit));
      case PASSED_IS_TAKEN ->
          Optional.of(
              step instanceof Step.Hear hear
                  ? new Step.Hear(hear.branch(), hear.ear(), false)
                  : step);
      case LIST_OPENS_TOO_MANY, LIST_FORGETS_AN_ITEM, LIST_OUT_OF_ORDER ->
          Optional.of(step instanceof Step.Spread list ? forged(list) : step);
      default -> Optional.of(step);
    };
  }

  private Step forged(Step.Spread list) {
    List<Payload> items = new ArrayList<>(list.items());
    if (bug == Planted.LIST_FORGETS_AN_ITEM && items.size() > 1) {
      items.remove(items.size() - 1);
    } else if (bug == Planted.LIST_OUT_OF_ORDER) {
      Collections.reverse(items);
    }
    int more = bug == Planted.LIST_OPENS_TOO_MANY ? 1 : 0;
    return new Step.Spread(list.parent(), list.seed(), items, list.parallelism() + more);
  }

  private static Transition.CallSpec hasty(Transition.CallSpec spec) {
    return new Transition.CallSpec(
        spec.function(),
        spec.implementation(),
        spec.account(),
        spec.scope(),
        spec.arguments(),
        1,
        spec.rankMicros(),
        spec.estimateMicros(),
        spec.retry(),
        spec.place());
  }

  /** Whether nothing that it has read has changed. */
  static boolean holds(Transition transition, InvocationId id, OwnerScheduler before) {
    long version = context(id, before).version();
    return transition.contextVersion().orElse(version) == version
        && transition.guards().stream()
            .allMatch(
                guard ->
                    branch(id, guard.branch(), before)
                        .filter(b -> b.step() == guard.step() && b.output().isEmpty())
                        .isPresent());
  }

  private static BranchView.Context context(InvocationId id, OwnerScheduler before) {
    return before.image().invocations().stream()
        .filter(i -> i.submission().id().equals(id))
        .findFirst()
        .map(i -> i.context())
        .orElse(BranchView.Context.NONE);
  }

  private static Optional<Branch> branch(InvocationId id, int number, OwnerScheduler before) {
    return before.image().branches().stream()
        .filter(b -> b.key().equals(new Branch.Key(id, number)))
        .findFirst();
  }
}
