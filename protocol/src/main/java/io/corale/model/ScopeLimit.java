package io.corale.model;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One scope of a provider account: how many attempts may run in it at once, what else limits them,
 * and where it hangs in the account's tree (rule 16).
 *
 * @param scope its name, unique in the account; the root is named {@code account}
 * @param parent the enclosing scope; empty for the root only
 * @param concurrency the hard limit, 1 to {@value #MAX_CONCURRENCY}
 * @param more what must hold as well: at most one rate for each window, one ramp, one learned
 *     limit; always in this order, so that the same limits are equal however they were said
 */
public record ScopeLimit(String scope, Optional<String> parent, int concurrency, List<Limit> more) {
  /** The name of the root scope of every account. */
  public static final String ROOT = "account";

  /** Above every quota that a provider is known to grant. */
  public static final int MAX_CONCURRENCY = 1_000_000;

  /** One of each: two rates, a ramp and a learned limit. */
  public static final int MAX_MORE = 4;

  public ScopeLimit {
    Names.label("scope", scope);
    if (concurrency < 1 || concurrency > MAX_CONCURRENCY) {
      throw new IllegalArgumentException(
          "limit of scope '"
              + scope
              + "' must be from 1 to "
              + MAX_CONCURRENCY
              + ", was "
              + concurrency);
    }
    more = more.stream().sorted(Comparator.comparingInt(ScopeLimit::place)).toList();
    requireOneOfEach(scope, more);
  }

  /** One that nothing else limits. */
  public ScopeLimit(String scope, Optional<String> parent, int concurrency) {
    this(scope, parent, concurrency, List.of());
  }

  private static void requireOneOfEach(String scope, List<Limit> more) {
    for (int i = 1; i < more.size(); i++) {
      if (place(more.get(i - 1)) == place(more.get(i))) {
        throw new IllegalArgumentException(
            "scope '" + scope + "' has " + kind(more.get(i)) + " twice: expected one at most");
      }
    }
  }

  private static int place(Limit limit) {
    if (limit instanceof Limit.Rate rate) {
      return switch (rate.window()) {
        case SECOND -> 0;
        case MINUTE -> 1;
      };
    }
    return limit instanceof Limit.Ramp ? 2 : 3;
  }

  private static String kind(Limit limit) {
    if (limit instanceof Limit.Rate rate) {
      return switch (rate.window()) {
        case SECOND -> "a rate per second";
        case MINUTE -> "a rate per minute";
      };
    }
    return limit instanceof Limit.Ramp ? "a ramp" : "a learned limit";
  }
}
