package io.corale.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a provider says that a scope of an account may use there.
 *
 * @param scope its name
 * @param concurrency how many calls may run at once, 1 to {@value ScopeLimit#MAX_CONCURRENCY};
 *     empty: it says nothing of that
 * @param rates how many may start in a window, at most one for each; in this order
 */
public record Allowance(String scope, OptionalInt concurrency, List<Limit.Rate> rates) {
  public Allowance {
    Names.label("scope", scope);
    rates = rates.stream().sorted(Comparator.comparing(Limit.Rate::window)).toList();
    // Both are bounded as the limits of a scope are, and at most one of each.
    var unused =
        new ScopeLimit(
            scope,
            Optional.empty(),
            concurrency.orElse(ScopeLimit.MAX_CONCURRENCY),
            List.copyOf(rates));
  }

  /** The scope with the smaller of each of its limits and of what is allowed. */
  ScopeLimit within(ScopeLimit declared) {
    List<Limit> more = new ArrayList<>(rates);
    for (Limit limit : declared.more()) {
      if (limit instanceof Limit.Rate rate && starts(rate.window()).isPresent()) {
        more.remove(starts(rate.window()).get());
        more.add(smaller(rate, starts(rate.window()).get()));
      } else {
        more.add(limit);
      }
    }
    int most = Math.min(declared.concurrency(), concurrency.orElse(declared.concurrency()));
    return new ScopeLimit(declared.scope(), declared.parent(), most, more);
  }

  private Optional<Limit.Rate> starts(Limit.Window window) {
    return rates.stream().filter(rate -> rate.window() == window).findFirst();
  }

  private static Limit.Rate smaller(Limit.Rate one, Limit.Rate other) {
    return one.starts() <= other.starts() ? one : other;
  }
}
