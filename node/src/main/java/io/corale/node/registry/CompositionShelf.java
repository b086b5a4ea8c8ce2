package io.corale.node.registry;

import com.google.protobuf.ByteString;
import io.corale.model.CompositionRef;
import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The immutable composition versions of owners in ZooKeeper: created once, never changed. */
final class CompositionShelf {
  /** A composition version of an owner. */
  record VersionOf(OwnerId owner, CompositionRef composition) {}

  private final RegistryPaths paths;
  private final ZooKeeperSession session;
  private final ImmutableShelf shelf;
  private final ShortMemory<VersionOf, CompositionEntry> lately;
  private final Clock clock;

  CompositionShelf(
      RegistryPaths paths,
      ZooKeeperSession session,
      ShortMemory<VersionOf, CompositionEntry> lately,
      Clock clock) {
    this.paths = paths;
    this.session = session;
    this.shelf =
        new ImmutableShelf(session, "composition", "published", RegistryRecords::compositionDigest);
    this.lately = lately;
    this.clock = clock;
  }

  CompletableFuture<Answer<Publication>> publish(
      OwnerId owner, CompositionRef composition, ByteString source, ByteString digest) {
    Optional<Refusal> refusal = shelf.refusal(composition.toString(), source);
    if (refusal.isPresent()) {
      return done(new Answer.Refused<>(refusal.get()));
    }
    CompositionEntry entry = new CompositionEntry(composition, source, digest, clock.instant());
    ImmutableShelf.Version version =
        new ImmutableShelf.Version(
            owner,
            composition.toString(),
            paths.composition(owner, composition),
            RegistryRecords.composition(entry),
            digest);
    return session
        .read(paths.compositions(owner))
        .thenCompose(
            stands ->
                stands.isPresent()
                    ? shelf.enter(version, stands.get().children())
                    : done(
                        new Answer.Refused<>(
                            Refusal.of(Refusal.Code.NOT_FOUND, OwnerShelf.unknown(owner)))))
        .thenApply(entered -> entered.map(known -> new Publication(composition, known)));
  }

  CompletableFuture<Optional<CompositionEntry>> composition(
      OwnerId owner, CompositionRef composition) {
    return lately.get(new VersionOf(owner, composition), () -> readComposition(owner, composition));
  }

  private CompletableFuture<Optional<CompositionEntry>> readComposition(
      OwnerId owner, CompositionRef composition) {
    String path = paths.composition(owner, composition);
    return session
        .read(path)
        .thenApply(
            znode -> znode.map(it -> RegistryRecords.composition(path, composition, it.content())));
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }
}
