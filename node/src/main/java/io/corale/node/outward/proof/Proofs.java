package io.corale.node.outward.proof;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.outward.http.Answers;
import io.corale.node.outward.http.Courier;
import io.corale.node.outward.http.Journey;
import io.corale.node.outward.http.Message;
import io.corale.node.provider.Authentication;
import io.corale.node.provider.Scheme;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Makes what attempts show, and asks for tokens where that takes one. Thread-safe; never blocks.
 */
public final class Proofs {
  private final Courier courier;
  private final Tokens tokens = new Tokens(this::fetch, System::nanoTime, Assertions.signedHere());

  /**
   * @param courier asks for tokens, under the same rules as attempts
   */
  public Proofs(Courier courier) {
    this.courier = courier;
  }

  /** A proof, or why there is none. */
  public sealed interface Made {
    /** To be shown. */
    record Ready(Proof proof) implements Made {}

    /** There is none, and so nothing to be sent. */
    record Denied(Outcome outcome) implements Made {}
  }

  /** What an attempt is to show. The future completes normally, within this time. */
  public CompletableFuture<Made> of(Authentication.Shown shown, Duration timeout) {
    if (!(shown.scheme() instanceof Scheme.Grant grant)) {
      return CompletableFuture.completedFuture(
          new Made.Ready(new Proof(shown, Optional.empty(), () -> {})));
    }
    return tokens
        .of(grant)
        .completeOnTimeout(Tokens.Token.late(), timeout.toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(token -> made(shown, grant, token));
  }

  private Made made(Authentication.Shown shown, Scheme.Grant grant, Tokens.Token token) {
    return token instanceof Tokens.Token.Denied denied
        ? new Made.Denied(denied.outcome())
        : new Made.Ready(
            new Proof(
                shown,
                Optional.of(((Tokens.Token.Given) token).text()),
                () -> tokens.forget(grant)));
  }

  /** Sends a message that is of no attempt, under the same rules. */
  private CompletableFuture<Tokens.Fetched> fetch(Message message) {
    CompletableFuture<Tokens.Fetched> fetched = new CompletableFuture<>();
    Answers answers =
        (reply, sent, messages) -> {
          fetched.complete(new Tokens.Fetched.Answered(reply));
          return new Answers.Next.Ended(new Outcome.Success(Payload.NULL));
        };
    var unused =
        courier
            .begin(Journey.ofNoAttempt(Tokens.PATIENCE, answers), message)
            .thenAccept(outcome -> fetched.complete(Tokens.Fetched.unanswered(outcome)));
    return fetched;
  }
}
