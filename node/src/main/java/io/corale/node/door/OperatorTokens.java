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
   * @param tokens in clear, as the configuration holds them; only hashes are kept here
   */
  public OperatorTokens(Collection<String> tokens, Tokens others) {
    this.operators =
        tokens.stream()
            .map(
                token -> new TokenEntry(Credentials.hash(token), "operator", true, new TreeMap<>()))
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
