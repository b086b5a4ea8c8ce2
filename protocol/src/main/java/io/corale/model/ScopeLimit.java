package io.corale.model;

import java.util.Optional;

/**
 * One scope of a provider account: how many attempts may run in it at once, and where it hangs in
 * the account's tree (rule 16).
 *
 * @param scope its name, unique in the account; the root is named {@code account}
 * @param parent the enclosing scope; empty for the root only
 * @param concurrency the hard limit, 1 to {@value #MAX_CONCURRENCY}
 */
public record ScopeLimit(String scope, Optional<String> parent, int concurrency) {
  /** The name of the root scope of every account. */
  public static final String ROOT = "account";

  /** Above every quota that a provider is known to grant. */
  public static final int MAX_CONCURRENCY = 1_000_000;

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
  }
}
