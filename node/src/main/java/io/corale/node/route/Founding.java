package io.corale.node.route;

import io.corale.model.CellId;
import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.node.registry.Birth;
import io.corale.node.registry.OwnerEntry;
import io.corale.node.registry.RegistryUnavailable;
import io.corale.node.registry.Versioned;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * What happens for a cell that nobody claims: it is born, or was never there. All who wait for one
 * cell ask the registry together, because many do at the moment at which its superpeer is lost.
 * Thread-safe.
 */
final class Founding {
  private static final Duration REGISTRY_PAUSE = Duration.ofSeconds(2);

  private final Function<OwnerId, CompletableFuture<Optional<OwnerEntry>>> owners;
  private final Function<CellId, CompletableFuture<Optional<Versioned<Birth>>>> births;
  private final Function<CellId, CompletableFuture<Birth>> bearing;

  /** What is asked at this moment. */
  private final ConcurrentMap<Question, CompletableFuture<Founded>> open =
      new ConcurrentHashMap<>();

  private record Question(CellId cell, boolean mayBear) {}

  /**
   * @param owners those that are registered
   * @param births the records
   * @param bearing has a cell born, or finds out where it was
   */
  Founding(
      Function<OwnerId, CompletableFuture<Optional<OwnerEntry>>> owners,
      Function<CellId, CompletableFuture<Optional<Versioned<Birth>>>> births,
      Function<CellId, CompletableFuture<Birth>> bearing) {
    this.owners = owners;
    this.births = births;
    this.bearing = bearing;
  }

  /**
   * Sees to it that somebody will serve the cell.
   *
   * @param mayBear whether a cell that was never born is born now
   * @return fails where looking again may help
   */
  CompletableFuture<Founded> found(CellId cell, boolean mayBear) {
    Question question = new Question(cell, mayBear);
    CompletableFuture<Founded> others = open.get(question);
    if (others == null) {
      return askTogether(question);
    }
    // That nothing is there may have been read before what this caller has seen was written.
    return others.thenCompose(
        founded ->
            isNotFound(founded)
                ? askTogether(question)
                : CompletableFuture.completedFuture(founded));
  }

  private CompletableFuture<Founded> askTogether(Question question) {
    CompletableFuture<Founded> mine = new CompletableFuture<>();
    CompletableFuture<Founded> others = open.putIfAbsent(question, mine);
    if (others != null) {
      return others;
    }
    ask(question, mine);
    return mine;
  }

  private void ask(Question question, CompletableFuture<Founded> answer) {
    CompletableFuture<Founded> asked;
    try {
      asked = askNow(question.cell(), question.mayBear());
    } catch (RuntimeException e) {
      asked = CompletableFuture.failedFuture(e);
    }
    var unused =
        asked.whenComplete(
            (founded, failure) -> {
              open.remove(question, answer);
              if (failure == null) {
                answer.complete(founded);
              } else {
                answer.completeExceptionally(failure);
              }
            });
  }

  private CompletableFuture<Founded> askNow(CellId cell, boolean mayBear) {
    return owners
        .apply(cell.owner())
        .thenCompose(
            owner -> {
              if (owner.isEmpty()) {
                return refusal(
                    Refusal.Code.NOT_FOUND,
                    "owner '" + cell.owner() + "' is not registered; see `corale owner create`");
              }
              return mayBear ? bear(cell) : wake(cell);
            })
        .exceptionallyCompose(Founding::explain);
  }

  /**
   * Whether it was never born, for all that the registry says: then it has nothing in force. One
   * that was is woken.
   */
  CompletableFuture<Boolean> isUnborn(CellId cell) {
    return found(cell, false).handle((founded, failure) -> failure == null && isNotFound(founded));
  }

  private static boolean isNotFound(Founded founded) {
    return founded instanceof Founded.Never never
        && never.refusal().code() == Refusal.Code.NOT_FOUND;
  }

  private CompletableFuture<Founded> wake(CellId cell) {
    return births
        .apply(cell)
        .thenCompose(
            birth ->
                birth.isPresent()
                    ? bear(cell)
                    : refusal(
                        Refusal.Code.NOT_FOUND,
                        "owner '" + cell.owner() + "' has not run anything yet"));
  }

  private CompletableFuture<Founded> bear(CellId cell) {
    return bearing.apply(cell).thenApply(Founded.Somewhere::new);
  }

  private static CompletableFuture<Founded> refusal(Refusal.Code code, String message) {
    return CompletableFuture.completedFuture(new Founded.Never(Refusal.of(code, message)));
  }

  private static CompletableFuture<Founded> explain(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof RegistryUnavailable) {
      return CompletableFuture.completedFuture(
          new Founded.Never(
              Refusal.later(
                  Refusal.Code.UNAVAILABLE,
                  "registry: ZooKeeper is not reached, so nothing can be born now",
                  REGISTRY_PAUSE)));
    }
    return CompletableFuture.failedFuture(cause);
  }
}
