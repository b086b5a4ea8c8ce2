package io.corale.node.registry;

import com.google.protobuf.ByteString;
import io.corale.model.FunctionRef;
import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The immutable function versions of owners in ZooKeeper: created once, never changed. The shelf of
 * an owner is made when the first function is put on it, for most owners have none.
 */
final class FunctionShelf {
  /** Their names must fit one answer of ZooKeeper, of which they take a third. */
  static final int MAX_FUNCTIONS = 5_000;

  private final RegistryPaths paths;
  private final ZooKeeperSession session;
  private final Clock clock;

  FunctionShelf(RegistryPaths paths, ZooKeeperSession session, Clock clock) {
    this.paths = paths;
    this.session = session;
    this.clock = clock;
  }

  /** Whether the same content stood there before. */
  CompletableFuture<Answer<Boolean>> put(
      OwnerId owner, FunctionRef function, ByteString source, ByteString digest) {
    if (source.size() > ZooKeeperSession.MAX_RECORD_BYTES) {
      return refused(
          Refusal.Code.TOO_LARGE,
          "function '"
              + function
              + "' has "
              + source.size()
              + " bytes, at most "
              + ZooKeeperSession.MAX_RECORD_BYTES);
    }
    FunctionEntry entry = new FunctionEntry(function, source, digest, clock.instant());
    return session
        .read(paths.owner(owner))
        .thenCompose(
            known ->
                known.isEmpty()
                    ? refused(Refusal.Code.NOT_FOUND, OwnerShelf.unknown(owner))
                    : putOnShelf(owner, entry));
  }

  private CompletableFuture<Answer<Boolean>> putOnShelf(OwnerId owner, FunctionEntry entry) {
    return session
        .read(paths.functions(owner))
        .thenCompose(
            shelf -> {
              if (shelf.isEmpty()) {
                return session
                    .createDeep(List.of(paths.functions(owner)))
                    .thenCompose(made -> create(owner, entry));
              }
              return shelf.get().children() >= MAX_FUNCTIONS
                  ? refused(
                      Refusal.Code.INVALID,
                      "owner '"
                          + owner
                          + "' has "
                          + MAX_FUNCTIONS
                          + " function versions, which is the most")
                  : create(owner, entry);
            });
  }

  private CompletableFuture<Answer<Boolean>> create(OwnerId owner, FunctionEntry entry) {
    return session
        .create(paths.function(owner, entry.function()), RegistryRecords.function(entry))
        .thenCompose(
            write ->
                write.isDone() ? done(new Answer.Given<>(false)) : compareStanding(owner, entry));
  }

  private CompletableFuture<Answer<Boolean>> compareStanding(OwnerId owner, FunctionEntry entry) {
    return function(owner, entry.function())
        .thenApply(
            stands ->
                stands.isPresent() && stands.get().digest().equals(entry.digest())
                    ? new Answer.Given<>(true)
                    : new Answer.Refused<>(
                        Refusal.of(
                            Refusal.Code.CONFLICT,
                            "function '"
                                + entry.function()
                                + "' was put with other content; a version never changes, put it"
                                + " under a new one")));
  }

  CompletableFuture<Optional<FunctionEntry>> function(OwnerId owner, FunctionRef function) {
    String path = paths.function(owner, function);
    return session
        .read(path)
        .thenApply(
            znode -> znode.map(it -> RegistryRecords.function(path, function, it.content())));
  }

  CompletableFuture<List<FunctionRef>> functions(OwnerId owner) {
    return session
        .children(paths.functions(owner))
        .thenApply(
            names -> names.orElse(List.of()).stream().map(FunctionRef::parse).sorted().toList());
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }

  private static <T> CompletableFuture<Answer<T>> refused(Refusal.Code code, String message) {
    return done(new Answer.Refused<>(Refusal.of(code, message)));
  }
}
