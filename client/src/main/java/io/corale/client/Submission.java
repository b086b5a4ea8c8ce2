package io.corale.client;

import io.corale.model.CompositionRef;
import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.Refusal;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * One start from submit to end: submits under one id until it is accepted or refused, then waits
 * for the end, if need be by asking again.
 */
@SuppressWarnings("FutureReturnValueIgnored") // All futures here complete normally.
final class Submission {
  private final Function<Door.Request.Builder, CompletableFuture<Door.Response>> await;
  private final CompletableFuture<Reply<Acceptance>> accepted = new CompletableFuture<>();
  private final CompletableFuture<ClientOutcome> result = new CompletableFuture<>();

  /** Where it was accepted in the log of its cell: what stands there before is not its end. */
  private volatile long acceptedIndex;

  /**
   * @param await asks for the end of an accepted invocation, patiently
   */
  Submission(Function<Door.Request.Builder, CompletableFuture<Door.Response>> await) {
    this.await = await;
  }

  CompletableFuture<Reply<Acceptance>> accepted() {
    return accepted;
  }

  CompletableFuture<ClientOutcome> result() {
    return result;
  }

  /** A response that says accepted and that the end will follow. */
  void heardMore(Door.Response response) {
    if (response.hasAccepted()) {
      accept(response.getAccepted());
    }
  }

  /** The last response to the submit. */
  void heardLast(InvocationId id, Door.Response response) {
    if (response.hasAccepted()) {
      accept(response.getAccepted());
      follow(id);
    } else if (accepted.isDone() && response.hasUnknown()) {
      follow(id);
    } else {
      ClientOutcome outcome = outcome(response);
      accepted.complete(notAccepted(outcome));
      result.complete(outcome);
    }
  }

  private void accept(Door.Accepted message) {
    try {
      CompositionRef composition = Decode.composition(message.getComposition());
      InvocationId id = Decode.in("invocation", () -> new InvocationId(message.getInvocation()));
      acceptedIndex = message.getIndex();
      accepted.complete(
          new Reply.Given<>(
              new Acceptance(
                  id,
                  message.getCell(),
                  composition,
                  message.getKnownAlready(),
                  message.getIncidents())));
    } catch (IllegalArgumentException e) {
      accepted.complete(new Reply.Unknown<>("accepted: " + e.getMessage()));
    }
  }

  private void follow(InvocationId id) {
    await
        .apply(
            Door.Request.newBuilder()
                .setAwait(
                    Door.Await.newBuilder().setInvocation(id.value()).setSeenIndex(acceptedIndex)))
        .thenAccept(response -> result.complete(afterAcceptance(outcome(response))));
  }

  /** What is on record cannot have been refused: its record has expired, or it is out of reach. */
  private static ClientOutcome afterAcceptance(ClientOutcome outcome) {
    return outcome instanceof ClientOutcome.Refused refused
        ? new ClientOutcome.Unknown(
            "it was accepted, but its end cannot be learnt: " + refused.refusal().message())
        : outcome;
  }

  /** The end is known, but the acceptance was never seen by itself. */
  private static Reply<Acceptance> notAccepted(ClientOutcome outcome) {
    if (outcome instanceof ClientOutcome.Refused refused) {
      return new Reply.Refused<>(refused.refusal());
    }
    return new Reply.Unknown<>(
        outcome instanceof ClientOutcome.Unknown unknown
            ? unknown.message()
            : "it ended before its acceptance was seen");
  }

  /** Reads the last response to a submit, an await or a status. */
  static ClientOutcome outcome(Door.Response response) {
    try {
      return switch (response.getWhatCase()) {
        case ENDED -> outcome(Decode.ending(response.getEnded().getEnding()));
        case STATUS ->
            response.getStatus().hasEnding()
                ? outcome(Decode.ending(response.getStatus().getEnding()))
                : new ClientOutcome.Unknown("it runs");
        case REFUSED -> new ClientOutcome.Refused(Asking.refusal(response));
        case UNKNOWN -> new ClientOutcome.Unknown(response.getUnknown().getMessage());
        default ->
            new ClientOutcome.Refused(
                Refusal.of(
                    Refusal.Code.INCOMPATIBLE,
                    "the node answered with " + response.getWhatCase() + ", unknown here"));
      };
    } catch (IllegalArgumentException e) {
      return new ClientOutcome.Unknown("it ended in a way unknown here: " + e.getMessage());
    }
  }

  private static ClientOutcome outcome(Ending ending) {
    if (ending instanceof Ending.Completed completed) {
      return new ClientOutcome.Completed(completed.output());
    }
    if (ending instanceof Ending.Faulted faulted) {
      return new ClientOutcome.Faulted(faulted.problem());
    }
    if (ending instanceof Ending.Cancelled cancelled) {
      return new ClientOutcome.Cancelled(cancelled.reason());
    }
    throw new IllegalStateException("a new kind of ending: " + ending);
  }
}
