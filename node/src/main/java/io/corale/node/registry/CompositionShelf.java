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
  /** Their names must fit one answer of ZooKeeper, of which they take a third. */
  static final int MAX_COMPOSITIONS = 5_000;

  /** A composition version of an owner. */
  record VersionOf(OwnerId owner, CompositionRef composition) {}

  private final RegistryPaths paths;
  private final ZooKeeperSession session;
  private final ShortMemory<VersionOf, CompositionEntry> lately;
  private final Clock clock;

  CompositionShelf(
      RegistryPaths paths,
      ZooKeeperSession session,
      ShortMemory<VersionOf, CompositionEntry> lately,
      Clock clock) {
    this.paths = paths;
    this.session = session;
    this.lately = lately;
    this.clock = clock;
  }

  CompletableFuture<Answer<Publication>> publish(
      OwnerId owner, CompositionRef composition, ByteString source, ByteString digest) {
    if (source.size() > ZooKeeperSession.MAX_RECORD_BYTES) {
      return refused(
          Refusal.Code.TOO_LARGE,
          "composition '"
              + composition
              + "' has "
              + source.size()
              + " bytes, at most "
              + ZooKeeperSession.MAX_RECORD_BYTES);
    }
    CompositionEntry entry = new CompositionEntry(composition, source, digest, clock.instant());
    return session
        .read(paths.compositions(owner))
        .thenCompose(
            shelf -> {
              if (shelf.isEmpty()) {
                return refused(Refusal.Code.NOT_FOUND, OwnerShelf.unknown(owner));
              }
              if (shelf.get().children() >= MAX_COMPOSITIONS) {
                return refused(
                    Refusal.Code.INVALID,
                    "owner '"
                        + owner
                        + "' has "
                        + MAX_COMPOSITIONS
                        + " composition versions, which is the most");
              }
              return enterComposition(owner, entry);
            });
  }

  private CompletableFuture<Answer<Publication>> enterComposition(
      OwnerId owner, CompositionEntry entry) {
    String path = paths.composition(owner, entry.composition());
    return session
        .create(path, RegistryRecords.composition(entry))
        .thenCompose(
            write -> {
              return write.isDone()
                  ? done(new Answer.Given<>(new Publication(entry.composition(), false)))
                  : comparePublished(owner, entry);
            });
  }

  private CompletableFuture<Answer<Publication>> comparePublished(
      OwnerId owner, CompositionEntry entry) {
    return readComposition(owner, entry.composition())
        .thenApply(
            stands -> {
              if (stands.isPresent() && stands.get().digest().equals(entry.digest())) {
                return new Answer.Given<>(new Publication(entry.composition(), true));
              }
              return new Answer.Refused<>(
                  Refusal.of(
                      Refusal.Code.CONFLICT,
                      "composition '"
                          + entry.composition()
                          + "' was published with other content; a version never changes,"
                          + " publish it under a new one"));
            });
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

  private static <T> CompletableFuture<Answer<T>> refused(Refusal.Code code, String message) {
    return done(new Answer.Refused<>(Refusal.of(code, message)));
  }
}
