package io.corale.scheduler;

import io.corale.model.ScopeLimit;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Gives the scopes of an account what limits them beside their slots, as its owner declared it. */
final class Limits {
  private Limits() {}

  /** The account is new: nothing was started there. */
  static <T> void begin(List<ScopeLimit> limits, Map<String, Scope<T>> scopes, long nowMicros) {
    for (ScopeLimit limit : limits) {
      Scope<T> scope = scopes.get(limit.scope());
      if (scope != null && !limit.more().isEmpty()) {
        scope.limitBy(Gauges.begin(limit, nowMicros));
      }
    }
  }

  /**
   * The account is known: what is known of scopes of the same names goes on. To be asked when their
   * slots are taken again: what runs already may go on.
   */
  static <T> void goOn(
      List<ScopeLimit> limits,
      Map<String, Scope<T>> past,
      Map<String, Scope<T>> scopes,
      long nowMicros) {
    Set<String> entered = entered(past, scopes);
    for (ScopeLimit limit : limits) {
      Scope<T> scope = scopes.get(limit.scope());
      Scope<T> was = past.get(limit.scope());
      if (scope != null) {
        Gauges known = was == null ? Gauges.none() : was.gauges().orElseGet(Gauges::none);
        Gauges next = known.next(limit, scope.taken(), nowMicros);
        if (!next.areNone()) {
          scope.limitBy(entered.contains(limit.scope()) ? next.used(nowMicros) : next);
        }
      }
    }
  }

  /** Names of scopes that enclose another by now that was there before, elsewhere. */
  private static <T> Set<String> entered(Map<String, Scope<T>> past, Map<String, Scope<T>> scopes) {
    Set<String> entered = new LinkedHashSet<>();
    for (Scope<T> was : past.values()) {
      Optional<Scope<T>> outer = Optional.ofNullable(scopes.get(was.name()));
      while (outer.isPresent()) {
        String name = outer.get().name();
        if (was.enclosing(name).isEmpty()) {
          entered.add(name);
        }
        outer = outer.get().parent();
      }
    }
    return entered;
  }

  /**
   * The account comes from a record. Throws where that does not fit the limits that it declares:
   * each that is more than slots has its state.
   */
  static <T> void restore(
      List<ScopeLimit> limits, Map<String, Scope<T>> scopes, List<ScopeState> states) {
    Map<String, ScopeState> byName = new LinkedHashMap<>();
    for (ScopeState state : states) {
      if (!scopes.containsKey(state.scope()) || byName.put(state.scope(), state) != null) {
        throw new IllegalArgumentException(
            "scope '" + state.scope() + "' has a record too many of its limits");
      }
    }
    for (ScopeLimit limit : limits) {
      Scope<T> scope = scopes.get(limit.scope());
      ScopeState state = byName.get(limit.scope());
      if (state == null && !limit.more().isEmpty()) {
        throw new IllegalArgumentException(
            "scope '" + limit.scope() + "' has no record of its limits");
      }
      if (scope != null && state != null) {
        scope.limitBy(Gauges.restore(limit, state));
      }
    }
  }
}
