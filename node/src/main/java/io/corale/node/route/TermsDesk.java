package io.corale.node.route;

import static io.corale.node.route.Journey.refused;

import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.model.Terms;
import io.corale.node.cell.Cell;
import io.corale.node.registry.Answer;
import io.corale.scheduler.Entry;
import io.corale.scheduler.OwnerScheduler;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * What an owner agrees to with its scheduler (ADR 33): entered in the registry by its superpeer,
 * which then brings it into the cell. Thread-safe.
 */
final class TermsDesk {
  private final BiFunction<OwnerId, Terms, CompletableFuture<Answer<Terms>>> registry;
  private final Furnishing furnishing;

  /**
   * @param registry enters terms, see {@link io.corale.node.registry.Registry#putTerms}
   */
  TermsDesk(
      BiFunction<OwnerId, Terms, CompletableFuture<Answer<Terms>>> registry,
      Furnishing furnishing) {
    this.registry = registry;
    this.furnishing = furnishing;
  }

  /**
   * Throws {@link IllegalArgumentException} for a field that is wrong in itself.
   *
   * @return lets go of what waits: nothing does
   */
  Runnable serve(Cell cell, Door.Request request, Consumer<Door.Response> responses) {
    Optional<Refusal> tooEarly = tooEarly(cell);
    if (tooEarly.isPresent()) {
      responses.accept(refused(tooEarly.get()).build());
    } else if (request.hasPutTerms()) {
      put(cell, request.getPutTerms())
          .whenComplete(
              (answer, failure) ->
                  responses.accept((failure == null ? answer : Registrar.failed(failure)).build()));
    } else {
      Desk.read(
          cell,
          request.getShowTerms().getSeenIndex(),
          "",
          responses,
          () -> Optional.of(report(cell)));
    }
    return () -> {};
  }

  /** Nothing is entered that no cell would keep. */
  private static Optional<Refusal> tooEarly(Cell cell) {
    int active = cell.activeFormat();
    return active >= Entry.TERMS_FORMAT
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                Refusal.Code.UNSUPPORTED,
                ("terms take format %d of the cell's log; format %d is active until all members"
                        + " read more")
                    .formatted(Entry.TERMS_FORMAT, active)));
  }

  private CompletableFuture<Door.Response.Builder> put(Cell cell, Door.PutTerms asked) {
    if (!asked.hasTerms()) {
      throw new IllegalArgumentException("put_terms.terms must be given");
    }
    Terms terms = Decode.in("put_terms", () -> Decode.terms(asked.getTerms()));
    return registry
        .apply(cell.id().owner(), terms)
        .thenCompose(
            answer ->
                answer instanceof Answer.Given<Terms> given
                    ? bring(cell, given.value())
                    : CompletableFuture.completedFuture(
                        refused(((Answer.Refused<?>) answer).refusal())));
  }

  /** Registered is not yet in force: the answer waits until the cell has it. */
  private CompletableFuture<Door.Response.Builder> bring(Cell cell, Terms registered) {
    return furnishing
        .furnish(cell)
        .handle(
            (furnished, failure) -> {
              if (failure != null) {
                return Registrar.unconfirmed(String.valueOf(failure.getMessage()));
              }
              boolean isInForce =
                  cell.read(scheduler -> scheduler.terms().version()) >= registered.version();
              return isInForce
                  ? report(cell)
                  : Registrar.unconfirmed("version " + registered.version() + " is not in force");
            });
  }

  private static Door.Response.Builder report(Cell cell) {
    return cell.read(TermsDesk::told);
  }

  private static Door.Response.Builder told(OwnerScheduler scheduler) {
    return Door.Response.newBuilder()
        .setTerms(
            Door.TermsReport.newBuilder()
                .setTerms(Encode.terms(scheduler.terms()))
                .setQueued(scheduler.queuedCalls())
                .setQueuedBytes(scheduler.queuedBytes())
                .setLive(scheduler.live())
                .setIndex(scheduler.appliedIndex()));
  }
}
