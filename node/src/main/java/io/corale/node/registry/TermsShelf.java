package io.corale.node.registry;

import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.model.Terms;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What owners have agreed to, in ZooKeeper, changed by compare-and-set; never cached. */
final class TermsShelf {
  /** Lost races after which a writer is told to come back. */
  private static final int MAX_RACES = 16;

  private static final Duration RACE_PAUSE = Duration.ofSeconds(1);

  private final RegistryPaths paths;
  private final ZooKeeperSession session;

  TermsShelf(RegistryPaths paths, ZooKeeperSession session) {
    this.paths = paths;
    this.session = session;
  }

  CompletableFuture<Optional<Terms>> of(OwnerId owner) {
    return read(owner).thenApply(stands -> stands.map(Versioned::value));
  }

  private CompletableFuture<Optional<Versioned<Terms>>> read(OwnerId owner) {
    String path = paths.terms(owner);
    return session
        .read(path)
        .thenApply(
            znode ->
                znode.map(
                    it ->
                        new Versioned<>(RegistryRecords.terms(path, it.content()), it.version())));
  }

  CompletableFuture<Answer<Terms>> put(OwnerId owner, TermsChange change) {
    return put(owner, change, MAX_RACES);
  }

  private CompletableFuture<Answer<Terms>> put(OwnerId owner, TermsChange change, int racesLeft) {
    if (racesLeft == 0) {
      return done(
          new Answer.Refused<>(
              Refusal.later(
                  Refusal.Code.OVERLOADED,
                  "the terms of owner '" + owner + "' are being changed by others at this moment",
                  RACE_PAUSE)));
    }
    return read(owner)
        .thenCompose(
            stands -> {
              Answer<Terms> after = change.after(stands.map(Versioned::value));
              if (!(after instanceof Answer.Given<Terms> next)) {
                return done(after);
              }
              return write(owner, stands, next.value())
                  .thenCompose(
                      written ->
                          written.isPresent()
                              ? done(written.get())
                              : put(owner, change, racesLeft - 1));
            });
  }

  /** Empty where another writer was faster. */
  private CompletableFuture<Optional<Answer<Terms>>> write(
      OwnerId owner, Optional<Versioned<Terms>> stands, Terms next) {
    if (stands.isEmpty()) {
      return enter(owner, next);
    }
    Optional<Answer<Terms>> given = Optional.of(new Answer.Given<>(next));
    if (next.equals(stands.get().value())) {
      return CompletableFuture.completedFuture(given);
    }
    return session
        .replace(paths.terms(owner), stands.get().version(), RegistryRecords.terms(next))
        .thenApply(write -> write.isDone() ? given : Optional.empty());
  }

  private CompletableFuture<Optional<Answer<Terms>>> enter(OwnerId owner, Terms first) {
    return session
        .create(paths.terms(owner), RegistryRecords.terms(first))
        .thenApply(
            write ->
                switch (write.end()) {
                  case DONE -> Optional.of(new Answer.Given<>(first));
                  case MISSING ->
                      Optional.of(
                          new Answer.Refused<>(
                              Refusal.of(Refusal.Code.NOT_FOUND, OwnerShelf.unknown(owner))));
                  case EXISTS, STALE -> Optional.empty();
                });
  }

  private static CompletableFuture<Answer<Terms>> done(Answer<Terms> answer) {
    return CompletableFuture.completedFuture(answer);
  }
}
