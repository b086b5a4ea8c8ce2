package io.corale.node.registry;

import com.github.benmanes.caffeine.cache.Ticker;
import com.google.protobuf.ByteString;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.FunctionRef;
import io.corale.model.OwnerId;
import io.corale.model.SealedSecret;
import io.corale.model.SecretName;
import io.corale.model.Terms;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The registry in ZooKeeper: create-only nodes and compare-and-set by version, no locks, no
 * ephemeral nodes, no watches. What repeats after a lost answer finds its own record standing and
 * takes it for its own, so every write is idempotent.
 */
public final class ZooKeeperRegistry implements Registry {
  /** How long any request may take; a person waits for it, and a birth retries. */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final long REMEMBERED_OWNERS = 2_000;
  private static final long REMEMBERED_TOKENS = 20_000;

  /** At 256 KiB each at most, so that sources take 64 MiB in the worst case. */
  private static final long REMEMBERED_COMPOSITIONS = 256;

  private final ZooKeeperSession session;
  private final OwnerShelf owners;
  private final TermsShelf terms;
  private final SecretShelf secrets;
  private final CompositionShelf compositions;
  private final FunctionShelf functions;
  private final TokenShelf tokens;
  private final BirthShelf births;

  /**
   * Starts a session; it need not find ZooKeeper yet.
   *
   * @param connectString {@code host:port}, several separated by commas
   * @param patience how long one exchange may take, usually {@link #PATIENCE}
   */
  public ZooKeeperRegistry(
      String connectString, String cluster, Duration patience, Clock clock, RegistryWatch watch) {
    RegistryPaths paths = new RegistryPaths(cluster);
    session = new ZooKeeperSession(connectString, patience, watch);
    owners = new OwnerShelf(paths, session, remembering(REMEMBERED_OWNERS), clock);
    terms = new TermsShelf(paths, session);
    secrets = new SecretShelf(paths, session);
    compositions =
        new CompositionShelf(paths, session, remembering(REMEMBERED_COMPOSITIONS), clock);
    functions = new FunctionShelf(paths, session, clock);
    tokens = new TokenShelf(paths, session, remembering(REMEMBERED_TOKENS));
    births = new BirthShelf(paths, session);
  }

  private <K, V> ShortMemory<K, V> remembering(long maxEntries) {
    return new ShortMemory<>(
        maxEntries, session.executor(), session::isConnected, Ticker.systemTicker());
  }

  @Override
  public boolean isConnected() {
    return session.isConnected();
  }

  @Override
  public CompletableFuture<Boolean> createOwner(OwnerId owner) {
    return owners.createOwner(owner);
  }

  @Override
  public CompletableFuture<Optional<OwnerEntry>> owner(OwnerId owner) {
    return owners.owner(owner);
  }

  @Override
  public void refresh(OwnerId owner) {
    owners.outdate(owner);
  }

  @Override
  public CompletableFuture<Answer<Account>> putAccount(OwnerId owner, Account account) {
    return owners.putAccount(owner, account);
  }

  @Override
  public CompletableFuture<Optional<Versioned<Registration>>> account(
      OwnerId owner, AccountId account) {
    return owners.account(owner, account);
  }

  @Override
  public CompletableFuture<Answer<Optional<Registration>>> putDiscovered(
      OwnerId owner, Versioned<Registration> read, Registration next) {
    return owners.putDiscovered(owner, read, next);
  }

  @Override
  public CompletableFuture<Optional<Terms>> terms(OwnerId owner) {
    return terms.of(owner);
  }

  @Override
  public CompletableFuture<Answer<Terms>> putTerms(OwnerId owner, TermsChange change) {
    return terms.put(owner, change);
  }

  @Override
  public CompletableFuture<List<SealedSecret>> secrets(OwnerId owner) {
    return secrets.all(owner);
  }

  @Override
  public CompletableFuture<Answer<Optional<SealedSecret>>> changeSecret(
      OwnerId owner, SecretName name, SecretChange change) {
    return secrets.change(owner, name, change);
  }

  @Override
  public CompletableFuture<Answer<Publication>> publish(
      OwnerId owner, CompositionRef composition, ByteString source, ByteString digest) {
    return compositions
        .publish(owner, composition, source, digest)
        .thenApply(
            answer -> {
              owners.outdate(owner);
              return answer;
            });
  }

  @Override
  public CompletableFuture<Optional<CompositionEntry>> composition(
      OwnerId owner, CompositionRef composition) {
    return compositions.composition(owner, composition);
  }

  @Override
  public CompletableFuture<Optional<CompositionRef>> latestRelease(OwnerId owner, String name) {
    return owner(owner)
        .thenApply(
            entry ->
                entry.stream()
                    .flatMap(it -> it.compositions().stream())
                    .filter(ref -> ref.name().equals(name) && ref.isRelease())
                    .max(Comparator.naturalOrder()));
  }

  @Override
  public CompletableFuture<Answer<Boolean>> putFunction(
      OwnerId owner, FunctionRef function, ByteString source, ByteString digest) {
    return functions.put(owner, function, source, digest);
  }

  @Override
  public CompletableFuture<Answer<Boolean>> removeFunction(OwnerId owner, FunctionRef function) {
    return functions.remove(owner, function);
  }

  @Override
  public CompletableFuture<Optional<FunctionEntry>> function(OwnerId owner, FunctionRef function) {
    return functions.function(owner, function);
  }

  @Override
  public CompletableFuture<List<FunctionRef>> functions(OwnerId owner) {
    return functions.functions(owner);
  }

  @Override
  public CompletableFuture<Boolean> createToken(TokenEntry token) {
    return tokens.create(token);
  }

  @Override
  public CompletableFuture<Optional<TokenEntry>> token(String hash) {
    return tokens.token(hash);
  }

  @Override
  public CompletableFuture<Optional<Versioned<Birth>>> birth(CellId cell) {
    return births.read(cell);
  }

  @Override
  public CompletableFuture<Optional<Versioned<Birth>>> createBirth(CellId cell, Birth birth) {
    return births.create(cell, birth);
  }

  @Override
  public CompletableFuture<Optional<Versioned<Birth>>> replaceBirth(
      CellId cell, int version, Birth next) {
    return births.replace(cell, version, next);
  }

  @Override
  public void close() {
    session.close();
  }
}
