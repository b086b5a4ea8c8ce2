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
 * The immutable function versions of owners in ZooKeeper: created once, never changed, and deleted
 * where the owner wants it. The shelf of an owner is made when the first function is put on it, for
 * most owners have none.
 */
final class FunctionShelf {
  private final RegistryPaths paths;
  private final ZooKeeperSession session;
  private final ImmutableShelf shelf;
  private final Clock clock;

  FunctionShelf(RegistryPaths paths, ZooKeeperSession session, Clock clock) {
    this.paths = paths;
    this.session = session;
    this.shelf = new ImmutableShelf(session, "function", "put", RegistryRecords::functionDigest);
    this.clock = clock;
  }

  /** Whether the same content stood there before. */
  CompletableFuture<Answer<Boolean>> put(
      OwnerId owner, FunctionRef function, ByteString source, ByteString digest) {
    Optional<Refusal> refusal = shelf.refusal(function.toString(), source);
    if (refusal.isPresent()) {
      return done(new Answer.Refused<>(refusal.get()));
    }
    FunctionEntry entry = new FunctionEntry(function, source, digest, clock.instant());
    ImmutableShelf.Version version =
        new ImmutableShelf.Version(
            owner,
            function.toString(),
            paths.function(owner, function),
            RegistryRecords.function(entry),
            digest);
    return session
        .read(paths.owner(owner))
        .thenCompose(
            known ->
                known.isPresent()
                    ? standing(owner).thenCompose(standing -> shelf.enter(version, standing))
                    : unknown(owner));
  }

  private static CompletableFuture<Answer<Boolean>> unknown(OwnerId owner) {
    return done(
        new Answer.Refused<>(Refusal.of(Refusal.Code.NOT_FOUND, OwnerShelf.unknown(owner))));
  }

  /** How many versions an owner has, on a shelf that then stands. */
  private CompletableFuture<Integer> standing(OwnerId owner) {
    String path = paths.functions(owner);
    return session
        .read(path)
        .thenCompose(
            stands ->
                stands.isPresent()
                    ? done(stands.get().children())
                    : session.createDeep(List.of(path)).thenApply(made -> 0));
  }

  /** Whether it stood there. */
  CompletableFuture<Answer<Boolean>> remove(OwnerId owner, FunctionRef function) {
    return session
        .read(paths.owner(owner))
        .thenCompose(
            known ->
                known.isEmpty()
                    ? unknown(owner)
                    : session.delete(paths.function(owner, function)).thenApply(Answer.Given::new));
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
}
