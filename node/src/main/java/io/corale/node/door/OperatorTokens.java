package io.corale.node.door;

import io.corale.node.registry.TokenEntry;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The operator's tokens, which stand in the node's configuration so that the first owner can be
 * entered and an operator needs no registry; all others are asked for elsewhere.
 */
public final class OperatorTokens implements Tokens {
  private final List<TokenEntry> operators;
  private final Tokens others;

  /**
   * @param hashes as {@link Credentials#hash} makes them; no token stands anywhere in clear
   */
  public OperatorTokens(Collection<String> hashes, Tokens others) {
    this.operators =
        hashes.stream()
            .map(hash -> new TokenEntry(hash, "operator", true, new TreeMap<>()))
            .toList();
    this.others = others;
  }

  @Override
  public CompletableFuture<Optional<TokenEntry>> byHash(String hash) {
    Optional<TokenEntry> operator =
        operators.stream().filter(entry -> Credentials.same(entry.hash(), hash)).findFirst();
    return operator.isPresent() ? CompletableFuture.completedFuture(operator) : others.byHash(hash);
  }
}
