package io.corale.client;

import io.corale.model.InvocationId;
import java.util.concurrent.CompletableFuture;

/**
 * An invocation that this client started.
 *
 * <p>Futures complete normally, once, on the client's executor.
 */
public final class Invocation {
  private final InvocationId id;
  private final CompletableFuture<Reply<Acceptance>> accepted;
  private final CompletableFuture<ClientOutcome> result;

  Invocation(
      InvocationId id,
      CompletableFuture<Reply<Acceptance>> accepted,
      CompletableFuture<ClientOutcome> result) {
    this.id = id;
    this.accepted = accepted;
    this.result = result;
  }

  public InvocationId id() {
    return id;
  }

  /** Completes when the invocation is on record for good, or is known not to be, or cannot be. */
  public CompletableFuture<Reply<Acceptance>> accepted() {
    return accepted;
  }

  /** Completes when it has ended. Nothing stops the invocation but {@link Client#cancel}. */
  public CompletableFuture<ClientOutcome> result() {
    return result;
  }
}
