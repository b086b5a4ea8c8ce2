package io.corale.model;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an account's provider has said that it allows, scope by scope.
 *
 * @param allowances at most one for each scope; of a scope that the account has not, it is passed
 *     over
 * @param since when it was said first, by a node's wall clock
 */
public record Discovered(List<Allowance> allowances, Instant since) {
  public Discovered {
    allowances = List.copyOf(allowances);
    if (allowances.size() > Account.MAX_SCOPES) {
      throw new IllegalArgumentException(
          "a provider may speak of " + Account.MAX_SCOPES + " scopes, was " + allowances.size());
    }
    long scopes = allowances.stream().map(Allowance::scope).distinct().count();
    if (scopes < allowances.size()) {
      throw new IllegalArgumentException("a provider may speak of each scope once");
    }
  }

  /** The account with the smaller of each of its limits and of what is allowed. */
  public Account within(Account declared) {
    Map<String, Allowance> byScope = new LinkedHashMap<>();
    allowances.forEach(allowance -> byScope.put(allowance.scope(), allowance));
    return declared.withScopes(
        declared.scopes().stream()
            .map(
                scope -> {
                  Allowance allowance = byScope.get(scope.scope());
                  return allowance == null ? scope : allowance.within(scope);
                })
            .toList());
  }
}
