package io.corale.node.registry;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The provider accounts of owners in ZooKeeper, changed by compare-and-set. */
final class AccountShelf {
  /** Each account is read with the owner; a person keeps a dozen. */
  static final int MAX_ACCOUNTS = 100;

  /** Lost races after which a writer is told to come back. */
  private static final int MAX_RACES = 16;

  private static final Duration RACE_PAUSE = Duration.ofSeconds(1);

  private final RegistryPaths paths;
  private final ZooKeeperSession session;

  AccountShelf(RegistryPaths paths, ZooKeeperSession session) {
    this.paths = paths;
    this.session = session;
  }

  /** One account with the version of its node. */
  CompletableFuture<Optional<Versioned<Registration>>> read(OwnerId owner, AccountId id) {
    String path = paths.account(owner, id);
    return session
        .read(path)
        .thenApply(
            znode ->
                znode.map(
                    it ->
                        new Versioned<>(
                            RegistryRecords.account(path, it.content()), it.version())));
  }

  CompletableFuture<Answer<Account>> put(OwnerId owner, Account account) {
    Optional<Refusal> tooLarge = tooLarge(Registration.of(account));
    return tooLarge.isPresent()
        ? done(new Answer.Refused<>(tooLarge.get()))
        : put(owner, account, MAX_RACES);
  }

  /**
   * Writes an account with what its provider allows, where it still is what was read; empty where
   * somebody has changed it since, whose word counts more.
   */
  CompletableFuture<Answer<Optional<Registration>>> discovered(
      OwnerId owner, Versioned<Registration> read, Registration next) {
    Optional<Refusal> tooLarge = tooLarge(next);
    if (tooLarge.isPresent()) {
      return done(new Answer.Refused<>(tooLarge.get()));
    }
    return session
        .replace(paths.account(owner, next.id()), read.version(), RegistryRecords.account(next))
        .thenApply(
            write -> new Answer.Given<>(write.isDone() ? Optional.of(next) : Optional.empty()));
  }

  private static Optional<Refusal> tooLarge(Registration account) {
    int bytes = RegistryRecords.account(account).size();
    return bytes <= ZooKeeperSession.MAX_RECORD_BYTES
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                Refusal.Code.TOO_LARGE,
                "account '"
                    + account.id()
                    + "' takes "
                    + bytes
                    + " bytes, at most "
                    + ZooKeeperSession.MAX_RECORD_BYTES));
  }

  private CompletableFuture<Answer<Account>> put(OwnerId owner, Account account, int racesLeft) {
    if (racesLeft == 0) {
      return done(
          new Answer.Refused<>(
              Refusal.later(
                  Refusal.Code.OVERLOADED,
                  "account '" + account.id() + "' is being changed by others at this moment",
                  RACE_PAUSE)));
    }
    return read(owner, account.id())
        .thenCompose(
            stands ->
                stands.isPresent()
                    ? change(owner, account, stands.get(), racesLeft)
                    : enter(owner, account, racesLeft));
  }

  private CompletableFuture<Answer<Account>> change(
      OwnerId owner, Account account, Versioned<Registration> stands, int racesLeft) {
    if (account.equals(stands.value().declared().withVersion(account.version()))) {
      return done(new Answer.Given<>(stands.value().inForce()));
    }
    Registration next = stands.value().putAnew(account);
    Optional<Refusal> tooLarge = tooLarge(next);
    if (tooLarge.isPresent()) {
      return done(new Answer.Refused<>(tooLarge.get()));
    }
    return session
        .replace(
            paths.account(owner, account.id()), stands.version(), RegistryRecords.account(next))
        .thenCompose(
            write ->
                write.isDone()
                    ? done(new Answer.Given<>(next.inForce()))
                    : put(owner, account, racesLeft - 1));
  }

  private CompletableFuture<Answer<Account>> enter(OwnerId owner, Account account, int racesLeft) {
    Registration first = Registration.of(account.withVersion(1));
    return session
        .read(paths.accounts(owner))
        .thenCompose(
            shelf -> {
              if (shelf.isEmpty()) {
                return refused(Refusal.Code.NOT_FOUND, OwnerShelf.unknown(owner));
              }
              if (shelf.get().children() >= MAX_ACCOUNTS) {
                return refused(
                    Refusal.Code.INVALID,
                    "owner '" + owner + "' has " + MAX_ACCOUNTS + " accounts, which is the most");
              }
              return session
                  .create(paths.account(owner, account.id()), RegistryRecords.account(first))
                  .thenCompose(
                      write ->
                          write.isDone()
                              ? done(new Answer.Given<>(first.inForce()))
                              : put(owner, account, racesLeft - 1));
            });
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }

  private static <T> CompletableFuture<Answer<T>> refused(Refusal.Code code, String message) {
    return done(new Answer.Refused<>(Refusal.of(code, message)));
  }
}
