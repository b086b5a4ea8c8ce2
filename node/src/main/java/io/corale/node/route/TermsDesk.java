package io.corale.node.route;

import static io.corale.node.route.Journey.refused;

import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.model.Terms;
import io.corale.node.cell.Cell;
import io.corale.node.registry.Answer;
import io.corale.node.registry.TermsChange;
import io.corale.scheduler.Entry;
import io.corale.scheduler.OwnerScheduler;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What an owner agrees to with its scheduler (ADR 33): entered in the registry by its superpeer,
 * which then brings it into the cell. Thread-safe.
 */
final class TermsDesk {
  private final Function<OwnerId, CompletableFuture<Optional<Terms>>> registered;
  private final BiFunction<OwnerId, TermsChange, CompletableFuture<Answer<Terms>>> registry;
  private final Furnishing furnishing;

  /**
   * @param registered reads terms, see {@link io.corale.node.registry.Registry#terms}
   * @param registry enters them, see {@link io.corale.node.registry.Registry#putTerms}
   */
  TermsDesk(
      Function<OwnerId, CompletableFuture<Optional<Terms>>> registered,
      BiFunction<OwnerId, TermsChange, CompletableFuture<Answer<Terms>>> registry,
      Furnishing furnishing) {
    this.registered = registered;
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
      show(cell, request.getShowTerms(), responses);
    }
    return () -> {};
  }

  /** What is in force may be said by who leads at this moment only (rule 26). */
  private void show(Cell cell, Door.ShowTerms asked, Consumer<Door.Response> responses) {
    if (!asked.getWithRegistered()) {
      Desk.propose(cell.barrier(), responses, applied -> report(cell, Optional.empty()));
      return;
    }
    registered
        .apply(cell.id().owner())
        .whenComplete(
            (terms, failure) -> {
              if (failure != null) {
                responses.accept(Registrar.failed(failure).build());
              } else {
                Desk.propose(cell.barrier(), responses, applied -> report(cell, terms));
              }
            });
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
    OptionalLong replaces =
        asked.hasReplaces()
            ? OptionalLong.of(Decode.atLeastZero("put_terms.replaces", asked.getReplaces()))
            : OptionalLong.empty();
    Terms inForce = cell.read(OwnerScheduler::terms);
    return registry
        .apply(cell.id().owner(), new TermsChange(terms, replaces, inForce))
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
            (furnished, failure) ->
                failure == null
                    ? cell.read(scheduler -> told(scheduler, registered))
                    : Registrar.unconfirmed(String.valueOf(failure.getMessage())));
  }

  private static Door.Response.Builder told(OwnerScheduler scheduler, Terms registered) {
    Terms inForce = scheduler.terms();
    return isSaidBy(inForce, registered)
        ? response(report(scheduler))
        : Registrar.unconfirmed(
            "not version " + registered.version() + " but " + inForce.version() + " is in force");
  }

  /** A later version may say the same; one that says something else is somebody else's. */
  private static boolean isSaidBy(Terms inForce, Terms registered) {
    return inForce.version() >= registered.version()
        && inForce.equals(registered.withVersion(inForce.version()));
  }

  private static Door.Response.Builder report(Cell cell, Optional<Terms> registered) {
    Door.TermsReport.Builder report = cell.read(TermsDesk::report);
    registered.map(Encode::terms).ifPresent(report::setRegistered);
    return response(report);
  }

  private static Door.TermsReport.Builder report(OwnerScheduler scheduler) {
    return Door.TermsReport.newBuilder()
        .setTerms(Encode.terms(scheduler.terms()))
        .setQueued(scheduler.queuedCalls())
        .setQueuedBytes(scheduler.queuedBytes())
        .setLive(scheduler.live())
        .setIndex(scheduler.appliedIndex());
  }

  private static Door.Response.Builder response(Door.TermsReport.Builder report) {
    return Door.Response.newBuilder().setTerms(report);
  }
}
