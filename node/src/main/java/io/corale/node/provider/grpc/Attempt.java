package io.corale.node.provider.grpc;

import io.corale.model.Outcome;
import io.corale.node.outward.proof.Proof;
import io.corale.node.provider.ProviderCall;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One attempt on its way. It is handed from thread to thread, and never on two at once; only its
 * answer may be ended from elsewhere.
 */
record Attempt(
    ProviderCall call, Message message, Optional<Proof> proof, CompletableFuture<Outcome> answer) {
  /**
   * @param proof what it shows
   */
  Attempt(ProviderCall call, Message message, Optional<Proof> proof) {
    this(call, message, proof, new CompletableFuture<>());
  }

  /** Asks the guard, and nobody before it: what it permits leaves at once. */
  boolean leaves() {
    return !answer.isDone() && call.guard().permits();
  }

  /** A text of the far side without what it was shown. */
  String scrubbed(String text) {
    return proof.isPresent() ? proof.get().scrubbed(text) : text;
  }

  void end(Outcome outcome) {
    answer.complete(proof.isPresent() ? proof.get().scrubbed(outcome) : outcome);
  }
}
