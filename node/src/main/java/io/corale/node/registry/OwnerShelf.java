package io.corale.node.registry;

import com.google.protobuf.ByteString;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CompositionRef;
import io.corale.model.OwnerId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** The owners of a cluster in ZooKeeper, each read as a whole. */
final class OwnerShelf {
  private final RegistryPaths paths;
  private final ZooKeeperSession session;
  private final AccountShelf accounts;
  private final ShortMemory<OwnerId, OwnerEntry> lately;
  private final Clock clock;

  OwnerShelf(
      RegistryPaths paths,
      ZooKeeperSession session,
      ShortMemory<OwnerId, OwnerEntry> lately,
      Clock clock) {
    this.paths = paths;
    this.session = session;
    this.accounts = new AccountShelf(paths, session);
    this.lately = lately;
    this.clock = clock;
  }

  CompletableFuture<Boolean> createOwner(OwnerId owner) {
    SortedMap<String, ByteString> nodes = new TreeMap<>();
    nodes.put(paths.owner(owner), RegistryRecords.owner(clock.instant()));
    nodes.put(paths.accounts(owner), ByteString.EMPTY);
    nodes.put(paths.compositions(owner), ByteString.EMPTY);
    nodes.put(paths.cells(owner), ByteString.EMPTY);
    return session
        .createAll(nodes)
        .thenCompose(
            write ->
                write.end() == Write.End.MISSING
                    ? session
                        .createDeep(paths.foundations())
                        .thenCompose(done -> session.createAll(nodes))
                    : done(write))
        .thenApply(
            write -> {
              lately.outdate(owner);
              return write.isDone();
            });
  }

  /** Writes an account; the answer carries the version chosen for it. */
  CompletableFuture<Answer<Account>> putAccount(OwnerId owner, Account account) {
    return accounts
        .put(owner, account)
        .thenApply(
            answer -> {
              lately.outdate(owner);
              return answer;
            });
  }

  /** One account, read anew. */
  CompletableFuture<Optional<Versioned<Registration>>> account(OwnerId owner, AccountId account) {
    return accounts.read(owner, account);
  }

  /** Writes an account with what its provider allows. */
  CompletableFuture<Answer<Optional<Registration>>> putDiscovered(
      OwnerId owner, Versioned<Registration> read, Registration next) {
    return accounts
        .discovered(owner, read, next)
        .thenApply(
            answer -> {
              lately.outdate(owner);
              return answer;
            });
  }

  CompletableFuture<Optional<OwnerEntry>> owner(OwnerId owner) {
    return lately.get(owner, () -> readOwner(owner));
  }

  /** Who asks next gets what is read after this moment. */
  void outdate(OwnerId owner) {
    lately.outdate(owner);
  }

  private CompletableFuture<Optional<OwnerEntry>> readOwner(OwnerId owner) {
    return session
        .read(paths.owner(owner))
        .thenCompose(
            znode -> {
              if (znode.isEmpty()) {
                return done(Optional.empty());
              }
              RegistryRecords.requireOwner(paths.owner(owner), znode.get().content());
              return readAccounts(owner)
                  .thenCombine(
                      compositionNames(owner),
                      (found, names) -> Optional.of(entry(owner, found, names)));
            });
  }

  private OwnerEntry entry(OwnerId owner, List<Registration> accounts, List<CompositionRef> names) {
    SortedMap<AccountId, Registration> byId = new TreeMap<>();
    accounts.forEach(account -> byId.put(account.id(), account));
    return new OwnerEntry(owner, byId, new TreeSet<>(names), clock.instant());
  }

  private CompletableFuture<List<Registration>> readAccounts(OwnerId owner) {
    return session
        .children(paths.accounts(owner))
        .thenCompose(
            names -> {
              List<CompletableFuture<Optional<Versioned<Registration>>>> reads = new ArrayList<>();
              for (String name : names.orElse(List.of())) {
                reads.add(accounts.read(owner, new AccountId(name)));
              }
              return all(reads);
            })
        .thenApply(
            found -> found.stream().flatMap(Optional::stream).map(Versioned::value).toList());
  }

  private CompletableFuture<List<CompositionRef>> compositionNames(OwnerId owner) {
    return session
        .children(paths.compositions(owner))
        .thenApply(
            names ->
                names.orElse(List.of()).stream().map(RegistryPaths::compositionNamed).toList());
  }

  /** What is said about an owner that was never entered. */
  static String unknown(OwnerId owner) {
    return "owner '" + owner + "' is not known; enter it with 'corale owner create " + owner + "'";
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }

  private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .thenApply(ended -> futures.stream().map(CompletableFuture::join).toList());
  }
}
