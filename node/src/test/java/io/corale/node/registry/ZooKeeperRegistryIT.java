package io.corale.node.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Allowance;
import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.Discovered;
import io.corale.model.FunctionRef;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.model.Policy;
import io.corale.model.Refusal;
import io.corale.model.Right;
import io.corale.model.ScopeLimit;
import io.corale.model.SealedSecret;
import io.corale.model.SecretName;
import io.corale.model.Terms;
import io.corale.node.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class ZooKeeperRegistryIT {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final OwnerId ACME = new OwnerId("acme");
  private static final CompositionRef RESIZE = new CompositionRef("resize", "1.0.0");

  @TempDir private Path data;
  private EmbeddedZooKeeper server;
  private Registry registry;

  @BeforeEach
  void open() throws Exception {
    server = EmbeddedZooKeeper.start(data, loopback(FreePort.tcp()));
    registry = connect();
  }

  @AfterEach
  void close() throws Exception {
    registry.close();
    server.close();
  }

  @Test
  void anOwnerIsEnteredOnce() {
    assertThat(registry.owner(ACME).join()).isEmpty();

    assertThat(registry.createOwner(ACME).join()).isTrue();
    assertThat(registry.createOwner(ACME).join()).isFalse();

    assertThat(registry.owner(ACME).join().orElseThrow().accounts()).isEmpty();
  }

  @Test
  void anAccountGetsTheNextVersionAndKeepsItWhenNothingChanged() {
    registry.createOwner(ACME).join();

    Account first = given(registry.putAccount(ACME, account("cheap", 4)).join());
    Account same = given(registry.putAccount(ACME, account("cheap", 4)).join());
    Account second = given(registry.putAccount(ACME, account("cheap", 5)).join());

    assertThat(first.version()).isEqualTo(1);
    assertThat(same.version()).isEqualTo(1);
    assertThat(second.version()).isEqualTo(2);
    assertThat(registry.owner(ACME).join().orElseThrow().accounts().values())
        .containsExactly(second);
  }

  /** ADR 40: what an owner puts meanwhile wins over what was found out for another version. */
  @Test
  void whatIsDiscoveredStandsBesideWhatWasDeclaredUnlessTheAccountWasChanged() throws Exception {
    registry.createOwner(ACME).join();
    Account asking =
        new Account(
            new AccountId("asking"),
            "http",
            0,
            Policy.LST_BL,
            new TreeMap<>(Map.of(Account.LIMITS, "https://far/limits")),
            List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 8)));
    given(registry.putAccount(ACME, asking).join());
    Versioned<Registration> read = registry.account(ACME, asking.id()).join().orElseThrow();

    Registration found =
        given(registry.putDiscovered(ACME, read, read.value().found(allowed(3))).join())
            .orElseThrow();
    assertThat(found.version()).isEqualTo(2);
    assertThat(registry.owner(ACME).join().orElseThrow().accounts().get(asking.id()))
        .isEqualTo(found.inForce())
        .extracting(Account::concurrency)
        .isEqualTo(3);
    assertThat(given(registry.putAccount(ACME, asking).join()).version())
        .as("the same is declared")
        .isEqualTo(2);
    assertThat(given(registry.putDiscovered(ACME, read, read.value().found(allowed(5))).join()))
        .as("of a version that stands no more")
        .isEmpty();
    Account anew = asking.withScopes(List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 9)));
    assertThat(given(registry.putAccount(ACME, anew).join()).concurrency()).isEqualTo(3);
    assertThat(registry.account(ACME, asking.id()).join().orElseThrow().value())
        .isEqualTo(new Registration(anew.withVersion(3), Optional.of(allowed(3))));
  }

  private static Discovered allowed(int concurrency) {
    return new Discovered(
        List.of(new Allowance(ScopeLimit.ROOT, OptionalInt.of(concurrency), List.of())),
        Instant.ofEpochMilli(1_000));
  }

  @Test
  void eachOfManyWritersOfOneAccountGetsItsOwnVersion() throws Exception {
    registry.createOwner(ACME).join();

    List<Answer<Account>> answers =
        fromThreads(8, n -> registry.putAccount(ACME, account("cheap", 10 + n)).join());

    assertThat(answers.stream().map(answer -> given(answer).version()))
        .containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
  }

  @Test
  void termsHaveAVersionForEachChange() {
    assertThat(refused(registry.putTerms(ACME, becoming(Terms.STANDARD)).join()).code())
        .isEqualTo(Refusal.Code.NOT_FOUND);
    registry.createOwner(ACME).join();
    Terms few = new Terms(99, 5, 5, 5, 5, new TreeMap<>());

    assertThat(registry.terms(ACME).join()).isEmpty();
    assertThat(given(registry.putTerms(ACME, becoming(few)).join())).isEqualTo(few.withVersion(1));
    assertThat(given(registry.putTerms(ACME, becoming(few)).join())).isEqualTo(few.withVersion(1));
    assertThat(given(registry.putTerms(ACME, becoming(Terms.STANDARD)).join()).version())
        .isEqualTo(2);

    assertThat(registry.terms(ACME).join()).contains(Terms.STANDARD.withVersion(2));
  }

  private static TermsChange becoming(Terms terms) {
    return new TermsChange(terms, OptionalLong.empty(), Terms.STANDARD);
  }

  /** Each has read the same and changes another part of it. */
  @Test
  void ofManyWhoReplaceTheSameTermsOneDoes() throws Exception {
    registry.createOwner(ACME).join();

    for (long version = 0; version < 2; version++) {
      OptionalLong replaces = OptionalLong.of(version);
      int many = 10 + 10 * (int) version;
      List<Answer<Terms>> answers =
          fromThreads(
              8,
              n ->
                  registry
                      .putTerms(
                          ACME,
                          new TermsChange(
                              new Terms(0, many + n, 1, 1, 0, new TreeMap<>()),
                              replaces,
                              Terms.STANDARD))
                      .join());

      assertThat(answers.stream().filter(Answer.Given.class::isInstance)).hasSize(1);
      assertThat(answers.stream().filter(Answer.Refused.class::isInstance))
          .allMatch(answer -> refused(answer).code() == Refusal.Code.CONFLICT);
    }
  }

  @Test
  void eachOfManyWritersOfTermsGetsItsOwnVersion() throws Exception {
    registry.createOwner(ACME).join();

    List<Answer<Terms>> answers =
        fromThreads(
            8,
            n ->
                registry
                    .putTerms(ACME, becoming(new Terms(0, 10 + n, 1, 1, 0, new TreeMap<>())))
                    .join());

    assertThat(answers.stream().map(answer -> given(answer).version()))
        .containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
  }

  @Test
  void aSecretThatIsRemovedKeepsItsVersionForTheNext() {
    registry.createOwner(ACME).join();

    assertThat(given(registry.changeSecret(ACME, KEY, sealing()).join())).contains(sealed(KEY, 1));
    given(
        registry
            .changeSecret(
                ACME, KEY, stands -> Optional.of(SealedSecret.removed(KEY, next(stands), 0)))
            .join());
    assertThat(registry.secrets(ACME).join()).containsExactly(SealedSecret.removed(KEY, 2, 0));
    given(registry.changeSecret(ACME, KEY, sealing()).join());

    assertThat(registry.secrets(ACME).join()).containsExactly(sealed(KEY, 3));
  }

  @Test
  void eachOfManyWritersOfOneSecretGetsItsOwnVersion() throws Exception {
    registry.createOwner(ACME).join();

    List<Answer<Optional<SealedSecret>>> answers =
        fromThreads(8, n -> registry.changeSecret(ACME, KEY, sealing()).join());

    assertThat(answers.stream().map(answer -> given(answer).orElseThrow().version()))
        .containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
  }

  @Test
  void anOwnerHasAHundredSecretsAndFourHundredNames() {
    registry.createOwner(ACME).join();
    assertThat(refused(registry.changeSecret(new OwnerId("globex"), KEY, sealing()).join()).code())
        .isEqualTo(Refusal.Code.NOT_FOUND);
    for (int i = 0; i < SecretShelf.MAX_NAMES; i++) {
      SecretName name = new SecretName("s" + i);
      given(registry.changeSecret(ACME, name, stands -> Optional.of(sealed(name, 1))).join());
      if (i >= SecretShelf.MAX_SECRETS - 1) {
        assertThat(refused(registry.changeSecret(ACME, KEY, sealing()).join()).message())
            .contains("'acme' has 100 secrets");
        given(
            registry
                .changeSecret(ACME, name, s -> Optional.of(SealedSecret.removed(name, 2, 0)))
                .join());
      }
    }

    assertThat(refused(registry.changeSecret(ACME, KEY, sealing()).join()).message())
        .contains("'acme' has used 400 names of secrets");
    SecretName last = new SecretName("s399");
    given(registry.changeSecret(ACME, last, s -> Optional.of(sealed(last, 3))).join());
  }

  private static final SecretName KEY = new SecretName("apiKey");

  private static SecretChange sealing() {
    return stands -> Optional.of(sealed(KEY, next(stands)));
  }

  private static long next(Optional<SealedSecret> stands) {
    return stands.map(SealedSecret::version).orElse(0L) + 1;
  }

  private static SealedSecret sealed(SecretName name, long version) {
    return new SealedSecret(name, version, 0, "k", text("sealed"));
  }

  @Test
  void whatBelongsToAnUnknownOwnerIsRefusedByName() {
    Refusal account = refused(registry.putAccount(ACME, account("cheap", 4)).join());
    Refusal composition = refused(registry.publish(ACME, RESIZE, text("a"), text("d")).join());

    assertThat(account.toString()).startsWith("NOT_FOUND: owner 'acme' is not known");
    assertThat(composition.code()).isEqualTo(Refusal.Code.NOT_FOUND);
  }

  @Test
  void publishingTheSameAgainIsNoChangeAndOtherContentIsRefused() {
    registry.createOwner(ACME).join();

    Publication first =
        given(registry.publish(ACME, RESIZE, text("do: []"), text("digest-1")).join());
    Publication again =
        given(registry.publish(ACME, RESIZE, text("do:   []"), text("digest-1")).join());
    Refusal other = refused(registry.publish(ACME, RESIZE, text("x"), text("digest-2")).join());

    assertThat(first.knownAlready()).isFalse();
    assertThat(again.knownAlready()).isTrue();
    assertThat(other.code()).isEqualTo(Refusal.Code.CONFLICT);
    assertThat(registry.composition(ACME, RESIZE).join().orElseThrow().source())
        .isEqualTo(text("do: []"));
  }

  @Test
  void aFunctionVersionIsPutOnceAndNeverChanges() {
    FunctionRef resize = new FunctionRef("resize", "1.10.0");
    FunctionRef older = new FunctionRef("resize", "1.9.0");
    Refusal nobody = refused(registry.putFunction(ACME, resize, text("x"), text("1")).join());
    registry.createOwner(ACME).join();

    boolean first = given(registry.putFunction(ACME, resize, text("a"), text("1")).join());
    boolean again = given(registry.putFunction(ACME, resize, text("b"), text("1")).join());
    Refusal other = refused(registry.putFunction(ACME, resize, text("c"), text("2")).join());
    given(registry.putFunction(ACME, older, text("d"), text("1")).join());

    assertThat(nobody.code()).isEqualTo(Refusal.Code.NOT_FOUND);
    assertThat(first).isFalse();
    assertThat(again).isTrue();
    assertThat(other.code()).isEqualTo(Refusal.Code.CONFLICT);
    assertThat(registry.function(ACME, resize).join().orElseThrow().source()).isEqualTo(text("a"));
    assertThat(registry.functions(ACME).join()).containsExactly(older, resize);
    assertThat(registry.function(ACME, new FunctionRef("x", "1.0.0")).join()).isEmpty();
  }

  @Test
  void aFunctionVersionThatIsRemovedIsGoneAndMayBePutAnew() {
    FunctionRef resize = new FunctionRef("resize", "1.10.0");
    Refusal nobody = refused(registry.removeFunction(ACME, resize).join());
    registry.createOwner(ACME).join();
    boolean never = given(registry.removeFunction(ACME, resize).join());
    given(registry.putFunction(ACME, resize, text("a"), text("1")).join());

    boolean stood = given(registry.removeFunction(ACME, resize).join());
    boolean again = given(registry.removeFunction(ACME, resize).join());

    assertThat(nobody.code()).isEqualTo(Refusal.Code.NOT_FOUND);
    assertThat(List.of(never, stood, again)).containsExactly(false, true, false);
    assertThat(registry.function(ACME, resize).join()).isEmpty();
    assertThat(registry.functions(ACME).join()).isEmpty();
    assertThat(given(registry.putFunction(ACME, resize, text("b"), text("2")).join())).isFalse();
  }

  @Test
  void aSourceAboveTheLimitIsRefusedWithBothSizes() {
    registry.createOwner(ACME).join();
    ByteString large = ByteString.copyFrom(new byte[256 * 1024 + 1]);

    Refusal refusal = refused(registry.publish(ACME, RESIZE, large, text("d")).join());

    assertThat(refusal.code()).isEqualTo(Refusal.Code.TOO_LARGE);
    assertThat(refusal.message()).contains("262145", "262144");
  }

  @Test
  void theLatestReleaseIsTheHighestVersionWithoutPreReleases() {
    registry.createOwner(ACME).join();
    for (String version : List.of("1.2.0", "1.10.0", "2.0.0-rc1")) {
      given(
          registry
              .publish(ACME, new CompositionRef("resize", version), text(version), text(version))
              .join());
    }

    assertThat(registry.latestRelease(ACME, "resize").join())
        .contains(new CompositionRef("resize", "1.10.0"));
    assertThat(registry.latestRelease(ACME, "other").join()).isEmpty();
  }

  @Test
  void aTokenIsFoundByItsHashAlone() {
    TokenEntry token = token();

    assertThat(registry.createToken(token).join()).isTrue();
    assertThat(registry.createToken(token).join()).isFalse();

    assertThat(registry.token(token.hash()).join()).contains(token);
    assertThat(registry.token("ff".repeat(32)).join()).isEmpty();
    assertThat(registry.token("../owners").join()).isEmpty();
  }

  /** Rule 2: exactly one of any number of nodes becomes the one that creates the group. */
  @Test
  void ofEightBirthsAtOnceExactlyOneIsMade() throws Exception {
    registry.createOwner(ACME).join();
    CellId home = CellId.home(ACME);

    List<Optional<Versioned<Birth>>> answers =
        fromThreads(8, n -> registry.createBirth(home, birth("nonce-" + n)).join());

    List<Versioned<Birth>> winners = answers.stream().flatMap(Optional::stream).toList();
    assertThat(winners).hasSize(1);
    assertThat(registry.birth(home).join()).contains(winners.get(0));
  }

  /** Rule 2: OPEN is set by compare-and-set, once. */
  @Test
  void ofEightReplacementsOfOneVersionExactlyOneIsMade() throws Exception {
    registry.createOwner(ACME).join();
    CellId home = CellId.home(ACME);
    int version = registry.createBirth(home, birth("first")).join().orElseThrow().version();

    List<Optional<Versioned<Birth>>> answers =
        fromThreads(8, n -> registry.replaceBirth(home, version, birth("next-" + n)).join());

    assertThat(answers.stream().flatMap(Optional::stream)).hasSize(1);
    assertThat(registry.replaceBirth(home, version, birth("late")).join()).isEmpty();
  }

  @Test
  void aRepeatedBirthIsTakenForOnesOwn() {
    registry.createOwner(ACME).join();
    CellId home = CellId.home(ACME);
    Birth birth = birth("mine");
    Versioned<Birth> first = registry.createBirth(home, birth).join().orElseThrow();

    assertThat(registry.createBirth(home, birth).join()).contains(first);

    Versioned<Birth> open =
        registry.replaceBirth(home, first.version(), birth.opened()).join().orElseThrow();
    assertThat(registry.replaceBirth(home, first.version(), birth.opened()).join()).contains(open);
  }

  @Test
  void allThatWasAcknowledgedSurvivesARestart() throws Exception {
    registry.createOwner(ACME).join();
    given(registry.putAccount(ACME, account("cheap", 4)).join());
    given(registry.publish(ACME, RESIZE, text("do: []"), text("d")).join());
    registry.createToken(token()).join();
    registry.createBirth(CellId.home(ACME), birth("mine")).join();

    server.close();
    registry.close();
    server = EmbeddedZooKeeper.start(data, loopback(FreePort.tcp()));
    registry = connect();

    OwnerEntry entry = registry.owner(ACME).join().orElseThrow();
    assertThat(entry.accounts()).containsOnlyKeys(new AccountId("cheap"));
    assertThat(entry.compositions()).containsExactly(RESIZE);
    assertThat(registry.token(token().hash()).join()).contains(token());
    assertThat(registry.birth(CellId.home(ACME)).join().orElseThrow().value())
        .isEqualTo(birth("mine"));
  }

  @Test
  void withoutZooKeeperWhatIsKnownServesOnAndTheRestIsUnavailableInTime() throws Exception {
    registry.createOwner(ACME).join();
    registry.createToken(token()).join();
    OwnerEntry known = registry.owner(ACME).join().orElseThrow();
    registry.token(token().hash()).join();
    int port = new InetSocketAddress("localhost", portOf(server)).getPort();
    server.close();

    long begun = System.nanoTime();
    assertThatThrownBy(() -> registry.birth(CellId.home(ACME)).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(RegistryUnavailable.class);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE.plusSeconds(20));
    registry.refresh(ACME);
    assertThat(registry.owner(ACME).join())
        .as("with the time at which it was read")
        .contains(known);
    assertThat(registry.token(token().hash()).join()).isPresent();
    assertThatThrownBy(() -> registry.owner(new OwnerId("stranger")).join())
        .hasCauseInstanceOf(RegistryUnavailable.class);

    server = EmbeddedZooKeeper.start(data, loopback(port));
    assertThat(eventually(() -> registry.createOwner(new OwnerId("later")))).isTrue();
  }

  @Test
  void aRecordOfANewerVersionIsRefusedByName() throws Exception {
    registry.createOwner(ACME).join();
    ByteString newer =
        RegistryRecords.birthRecord(birth("mine")).toBuilder().setVersion(2).build().toByteString();
    String path = new RegistryPaths("test").cell(CellId.home(ACME));
    try (ZooKeeperSession session =
        new ZooKeeperSession(server.connectString(), PATIENCE, RegistryWatch.NONE)) {
      session.create(path, newer).join();
    }

    assertThatThrownBy(() -> registry.birth(CellId.home(ACME)).join())
        .hasCauseInstanceOf(UnknownRecordException.class)
        .hasMessageContaining(path + " has version 2, which this node cannot read");
  }

  @Test
  void aSecondServerIsKeptOffTheDataDirectory() {
    assertThatThrownBy(() -> EmbeddedZooKeeper.start(data, loopback(0)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is in use by another process");
  }

  /** Its answer may have been lost when the shelf was not full yet. */
  @Test
  void aFullShelfStillKnowsWhatStandsOnIt() {
    registry.createOwner(ACME).join();
    ByteString digest = ByteString.copyFromUtf8("digest");
    String path = new RegistryPaths("test").composition(ACME, RESIZE);
    ImmutableShelf.Version version =
        new ImmutableShelf.Version(ACME, RESIZE.toString(), path, digest, digest);
    int full = ImmutableShelf.MAX_VERSIONS;
    try (ZooKeeperSession session =
        new ZooKeeperSession(server.connectString(), PATIENCE, RegistryWatch.NONE)) {
      ImmutableShelf shelf =
          new ImmutableShelf(session, "composition", "published", (at, record) -> record);

      assertThat(shelf.enter(version, full).join()).isInstanceOf(Answer.Refused.class);
      assertThat(shelf.enter(version, full - 1).join()).isEqualTo(new Answer.Given<>(false));
      assertThat(shelf.enter(version, full).join()).isEqualTo(new Answer.Given<>(true));
    }
  }

  private Registry connect() {
    return new ZooKeeperRegistry(
        server.connectString(), "test", PATIENCE, Clock.systemUTC(), RegistryWatch.NONE);
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static int portOf(EmbeddedZooKeeper server) {
    String address = server.connectString();
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private interface Asked<T> {
    CompletableFuture<T> ask();
  }

  private static <T> T eventually(Asked<T> asked) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try {
        return asked.ask().join();
      } catch (CompletionException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
      }
    }
  }

  private interface Turn<T> {
    T take(int number);
  }

  private static <T> List<T> fromThreads(int count, Turn<T> turn) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        futures.add(threads.submit(() -> turn.take(number)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdown();
    }
  }

  private static <T> T given(Answer<T> answer) {
    assertThat(answer).isInstanceOf(Answer.Given.class);
    return ((Answer.Given<T>) answer).value();
  }

  private static Refusal refused(Answer<?> answer) {
    assertThat(answer).isInstanceOf(Answer.Refused.class);
    return ((Answer.Refused<?>) answer).refusal();
  }

  private static ByteString text(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static Account account(String id, int limit) {
    return new Account(
        new AccountId(id),
        "http",
        0,
        Policy.LST_BL,
        new TreeMap<>(),
        List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), limit)));
  }

  private static TokenEntry token() {
    TreeMap<OwnerId, Set<Right>> rights = new TreeMap<>();
    rights.put(ACME, EnumSet.of(Right.INVOKE, Right.READ));
    return new TokenEntry("ab".repeat(32), "alice", false, rights);
  }

  private static Birth birth(String nonce) {
    return new Birth(
        Birth.State.BORN,
        1,
        nonce,
        List.of(
            new BornMember(
                new Incarnation(new NodeId("n1"), 1),
                "localhost_7500",
                "localhost:7500",
                "localhost:7400")));
  }
}
