package io.corale.node.door;

import io.corale.node.registry.TokenEntry;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Where the rights of tokens are kept. Thread-safe; never blocks. */
@FunctionalInterface
public interface Tokens {
  /**
   * What the token with this hash grants, empty if there is none. Fails where its store cannot
   * tell.
   *
   * @param hash as {@link Credentials#hash} makes it
   */
  CompletableFuture<Optional<TokenEntry>> byHash(String hash);
}
