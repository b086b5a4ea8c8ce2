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

  CompletableFuture<Answer<Terms>> put(OwnerId owner, Terms terms) {
    return put(owner, terms, MAX_RACES);
  }

  private CompletableFuture<Answer<Terms>> put(OwnerId owner, Terms terms, int racesLeft) {
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
            stands ->
                stands.isPresent()
                    ? change(owner, terms, stands.get(), racesLeft)
                    : enter(owner, terms.withVersion(1), racesLeft));
  }

  private CompletableFuture<Answer<Terms>> change(
      OwnerId owner, Terms terms, Versioned<Terms> stands, int racesLeft) {
    if (terms.equals(stands.value().withVersion(terms.version()))) {
      return done(new Answer.Given<>(stands.value()));
    }
    Terms next = terms.withVersion(stands.value().version() + 1);
    return session
        .replace(paths.terms(owner), stands.version(), RegistryRecords.terms(next))
        .thenCompose(
            write ->
                write.isDone() ? done(new Answer.Given<>(next)) : put(owner, terms, racesLeft - 1));
  }

  private CompletableFuture<Answer<Terms>> enter(OwnerId owner, Terms first, int racesLeft) {
    return session
        .create(paths.terms(owner), RegistryRecords.terms(first))
        .thenCompose(
            write ->
                switch (write.end()) {
                  case DONE -> done(new Answer.Given<>(first));
                  case MISSING ->
                      done(
                          new Answer.Refused<>(
                              Refusal.of(Refusal.Code.NOT_FOUND, OwnerShelf.unknown(owner))));
                  case EXISTS, STALE -> put(owner, first, racesLeft - 1);
                });
  }

  private static CompletableFuture<Answer<Terms>> done(Answer<Terms> answer) {
    return CompletableFuture.completedFuture(answer);
  }
}
