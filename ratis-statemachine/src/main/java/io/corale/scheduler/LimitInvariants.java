package io.corale.scheduler;

import io.corale.model.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Looks for scopes that are shut and never open, or start more than their limits let (rule 16). */
final class LimitInvariants {
  private final Records records;
  private final Queues queues;
  private final List<String> broken = new ArrayList<>();

  LimitInvariants(Records records, Queues queues) {
    this.records = records;
    this.queues = queues;
  }

  List<String> broken() {
    for (Queues.Desk desk : queues.desks()) {
      int waiting = 0;
      for (Scope<?> scope : desk.queue().scopes()) {
        String name = desk.queue().account().id() + "/" + scope.name();
        check(name, scope);
        scope.gauges().ifPresent(gauges -> checkRates(desk, scope, gauges));
        waiting += scope.opensNextMicros() == Openings.NEVER ? 0 : 1;
      }
      int counted = waiting;
      check(
          counted == desk.queue().openings(),
          () -> desk.queue().account().id() + " has other openings than " + counted);
    }
    return broken;
  }

  private void check(String name, Scope<?> scope) {
    int cap = scope.gauges().map(gauges -> gauges.cap(scope.limit())).orElse(scope.limit());
    long opensAt = scope.gauges().map(Gauges::opensAtMicros).orElse(0L);
    check(
        cap == scope.cap() && cap >= 1 && cap <= scope.limit(),
        () -> name + " lets " + scope.cap() + " run, its gauges say " + cap);
    check(
        opensAt == scope.opensAtMicros(),
        () -> name + " opens at " + scope.opensAtMicros() + ", its gauges say " + opensAt);
    long next = scope.opensNextMicros();
    check(
        next == Openings.NEVER
            ? !scope.opening().isQueued()
            : scope.opening().isAt(next, scope.ordinal()),
        () -> name + " opens at " + next + ", and nobody wakes up then");
  }

  /** Above a rate only where that was lowered, or begun, since the last start. */
  private void checkRates(Queues.Desk desk, Scope<?> scope, Gauges gauges) {
    String name = desk.queue().account().id() + "/" + scope.name();
    for (RateGauge rate : gauges.rates()) {
      int counted = rate.slices().stream().mapToInt(ScopeState.Slice::starts).sum();
      Limit.Rate its = rate.rate();
      check(
          counted == rate.sum(),
          () -> name + " counts " + rate.sum() + " starts, there are " + counted);
      check(
          counted <= its.starts() || !hasStartedSince(desk, scope),
          () -> name + " has started " + counted + " within the window of " + its);
    }
  }

  private boolean hasStartedSince(Queues.Desk desk, Scope<?> scope) {
    return records.slots().stream()
        .filter(slot -> slot.account().equals(desk.queue().account().id()))
        .filter(slot -> slot.startedIndex() > desk.index())
        .anyMatch(slot -> desk.queue().scope(slot.scope()).enclosing(scope.name()).isPresent());
  }

  private void check(boolean holds, Supplier<String> violation) {
    if (!holds) {
      broken.add(violation.get());
    }
  }
}
