package io.corale.node.door;

import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.model.Right;
import io.corale.node.registry.TokenEntry;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Exchange;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Tells who asks: the one place where a credential is judged. A token is proved here; a caller that
 * another node vouches for is believed only on a connection that proved to be a node's.
 */
public final class Authenticator {
  private final Tokens tokens;

  public Authenticator(Tokens tokens) {
    this.tokens = tokens;
  }

  /** What became of the question who asks. */
  public sealed interface Identified {}

  /** It is this caller. */
  public record Known(Caller caller) implements Identified {}

  /** It is nobody that we know. */
  public record Stranger(Refusal refusal) implements Identified {}

  /** Never blocks; the future fails only where the store of tokens cannot tell. */
  public CompletableFuture<Identified> authenticate(Exchange exchange) {
    Door.Envelope envelope = exchange.request().getEnvelope();
    return switch (envelope.getWhoCase()) {
      case CREDENTIAL -> byToken(envelope.getCredential());
      case CALLER -> CompletableFuture.completedFuture(byWord(envelope, exchange.fromNode()));
      case WHO_NOT_SET ->
          CompletableFuture.completedFuture(
              stranger("this needs a token: give --token, --token-file or CORALE_TOKEN"));
    };
  }

  private CompletableFuture<Identified> byToken(String credential) {
    String hash;
    try {
      hash = Credentials.hash(credential);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.completedFuture(stranger(String.valueOf(e.getMessage())));
    }
    return tokens.byHash(hash).thenApply(entry -> proved(entry, hash));
  }

  private static Identified proved(Optional<TokenEntry> entry, String hash) {
    return entry.isPresent() && Credentials.same(entry.get().hash(), hash)
        ? new Known(Caller.of(entry.get()))
        : stranger("no such token: it was never created here, or was taken back");
  }

  private static Identified byWord(Door.Envelope envelope, boolean fromNode) {
    if (!fromNode) {
      return stranger("envelope.caller is vouched for by nodes only: show a credential instead");
    }
    try {
      SortedMap<OwnerId, Set<Right>> rights = new TreeMap<>();
      if (!envelope.getOwner().isEmpty()) {
        OwnerId owner = Decode.in("envelope.owner", () -> new OwnerId(envelope.getOwner()));
        rights.put(owner, Decode.rights(envelope.getRightsValueList()));
      }
      return new Known(new Caller(envelope.getCaller(), envelope.getOperator(), rights));
    } catch (IllegalArgumentException e) {
      return new Stranger(Refusal.of(Refusal.Code.INVALID, String.valueOf(e.getMessage())));
    }
  }

  private static Stranger stranger(String message) {
    return new Stranger(Refusal.of(Refusal.Code.UNAUTHENTICATED, message));
  }
}
