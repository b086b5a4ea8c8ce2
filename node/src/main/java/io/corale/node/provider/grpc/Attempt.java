package io.corale.node.provider.grpc;

import io.corale.model.Outcome;
import io.corale.node.provider.ProviderCall;
import java.util.concurrent.CompletableFuture;

/**
 * One attempt on its way. It is handed from thread to thread, and never on two at once; only its
 * answer may be ended from elsewhere.
 */
record Attempt(ProviderCall call, Message message, CompletableFuture<Outcome> answer) {
  Attempt(ProviderCall call, Message message) {
    this(call, message, new CompletableFuture<>());
  }

  /** Asks the guard, and nobody before it: what it permits leaves at once. */
  boolean leaves() {
    return !answer.isDone() && call.guard().permits();
  }

  void end(Outcome outcome) {
    answer.complete(outcome);
  }
}
