package io.corale.node.registry;

import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.model.SealedSecret;
import io.corale.model.SecretName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The sealed secrets of owners in ZooKeeper, changed by compare-and-set; never cached. */
final class SecretShelf {
  /** Each is read whenever a cell is furnished, and kept by all its members. */
  static final int MAX_SECRETS = 100;

  /** Of removed ones the names are kept, so that no cell goes back to an older version. */
  static final int MAX_NAMES = 400;

  /** Lost races after which a writer is told to come back. */
  private static final int MAX_RACES = 16;

  private static final Duration RACE_PAUSE = Duration.ofSeconds(1);

  private final RegistryPaths paths;
  private final ZooKeeperSession session;

  SecretShelf(RegistryPaths paths, ZooKeeperSession session) {
    this.paths = paths;
    this.session = session;
  }

  CompletableFuture<List<SealedSecret>> all(OwnerId owner) {
    return session
        .children(paths.secrets(owner))
        .thenCompose(
            names -> {
              List<CompletableFuture<Optional<Versioned<SealedSecret>>>> reads = new ArrayList<>();
              for (String name : names.orElse(List.of())) {
                reads.add(read(owner, new SecretName(name)));
              }
              return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
                  .thenApply(
                      ended ->
                          reads.stream()
                              .flatMap(read -> read.join().stream())
                              .map(Versioned::value)
                              .toList());
            });
  }

  private CompletableFuture<Optional<Versioned<SealedSecret>>> read(
      OwnerId owner, SecretName name) {
    String path = paths.secret(owner, name);
    return session
        .read(path)
        .thenApply(
            znode ->
                znode.map(
                    it ->
                        new Versioned<>(RegistryRecords.secret(path, it.content()), it.version())));
  }

  CompletableFuture<Answer<Optional<SealedSecret>>> change(
      OwnerId owner, SecretName name, SecretChange change) {
    return session
        .read(paths.owner(owner))
        .thenCompose(
            znode ->
                znode.isPresent()
                    ? change(owner, name, change, MAX_RACES)
                    : refused(Refusal.Code.NOT_FOUND, OwnerShelf.unknown(owner)));
  }

  private CompletableFuture<Answer<Optional<SealedSecret>>> change(
      OwnerId owner, SecretName name, SecretChange change, int racesLeft) {
    if (racesLeft == 0) {
      return done(
          new Answer.Refused<>(
              Refusal.later(
                  Refusal.Code.OVERLOADED,
                  "secret '" + name + "' is being changed by others at this moment",
                  RACE_PAUSE)));
    }
    return read(owner, name)
        .thenCompose(
            stands -> {
              Optional<SealedSecret> next = change.after(stands.map(Versioned::value));
              if (next.isEmpty()) {
                return done(new Answer.Given<>(stands.map(Versioned::value)));
              }
              return fits(owner, stands.map(Versioned::value), next.get())
                  .thenCompose(
                      refusal ->
                          refusal.isPresent()
                              ? done(new Answer.Refused<>(refusal.get()))
                              : write(owner, stands, next.get())
                                  .thenCompose(
                                      write ->
                                          write.isDone()
                                              ? done(new Answer.Given<>(next))
                                              : change(owner, name, change, racesLeft - 1)));
            });
  }

  private CompletableFuture<Write> write(
      OwnerId owner, Optional<Versioned<SealedSecret>> stands, SealedSecret next) {
    String path = paths.secret(owner, next.name());
    if (stands.isPresent()) {
      return session.replace(path, stands.get().version(), RegistryRecords.secret(next));
    }
    return session
        .create(path, RegistryRecords.secret(next))
        .thenCompose(
            write ->
                // Owners of older builds were entered without this shelf.
                write.end() == Write.End.MISSING
                    ? session
                        .createDeep(List.of(paths.secrets(owner)))
                        .thenCompose(shelf -> session.create(path, RegistryRecords.secret(next)))
                    : done(write));
  }

  /** Why there is no room for it; asked only where one more secret would stand than before. */
  private CompletableFuture<Optional<Refusal>> fits(
      OwnerId owner, Optional<SealedSecret> stands, SealedSecret next) {
    if (next.isRemoved() || (stands.isPresent() && !stands.get().isRemoved())) {
      return done(Optional.empty());
    }
    return all(owner)
        .thenApply(
            known -> {
              if (known.stream().filter(it -> !it.isRemoved()).count() >= MAX_SECRETS) {
                return full(owner, "has " + MAX_SECRETS + " secrets");
              }
              return stands.isEmpty() && known.size() >= MAX_NAMES
                  ? full(owner, "has used " + MAX_NAMES + " names of secrets")
                  : Optional.empty();
            });
  }

  private static Optional<Refusal> full(OwnerId owner, String has) {
    return Optional.of(
        Refusal.of(Refusal.Code.INVALID, "owner '" + owner + "' " + has + ", which is the most"));
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }

  private static <T> CompletableFuture<Answer<T>> refused(Refusal.Code code, String message) {
    return done(new Answer.Refused<>(Refusal.of(code, message)));
  }
}
