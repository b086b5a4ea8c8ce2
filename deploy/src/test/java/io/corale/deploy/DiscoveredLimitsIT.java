package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Reply;
import io.corale.deploy.FrugalFunctions.Seen;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.Refusal;
import io.corale.model.ScopeLimit;
import io.corale.model.SecretName;
import io.corale.wire.Door;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster follows what a provider allows, as far as its owner has declared it (ADR 40). */
final class DiscoveredLimitsIT {
  private static final AccountId WEB = new AccountId("web");
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** What allows more holds a minute after it is said, and after the entry before. */
  private static final Duration PATIENCE_FOR_MORE = Duration.ofMinutes(4);

  private static final long PAUSE_MILLIS = 50;
  private static final int DECLARED = 8;
  private static final int OPEN = 20;

  /** So many in a row are enough to see more than one at once. */
  private static final int ENDED = 5;

  private static final String NAP =
      """
      document: {dsl: '1.0.3', namespace: acme, name: nap, version: 1.0.0}
      use:
        functions:
          nap:
            call: faas
            with: {implementations: [{id: web, account: web, path: /nap, timeout: PT20S}]}
      do:
        - nap: {call: nap}
      """;

  @TempDir Path directory;

  @Test
  void whatAProviderAllowsIsInForceAsFarAsItWasDeclared() throws Exception {
    try (FrugalFunctions far = new FrugalFunctions(3, OptionalInt.empty());
        LocalCluster cluster = cluster("PT1S");
        Client client = cluster.client("acme").patience(PATIENCE).build()) {
      Owners.given(client.createOwner().get());
      assertThat(client.putAccount(account(DECLARED, Map.of("limits", "far/limits"))).get())
          .isInstanceOfSatisfying(
              Reply.Refused.class,
              no -> {
                assertThat(no.refusal().code()).isEqualTo(Refusal.Code.INVALID);
                assertThat(no.refusal().message()).contains("setting 'limits' must be http(s)://");
              });
      Owners.given(client.putSecret(new SecretName("far"), secret()).get());
      Owners.given(client.putAccount(asking(far, DECLARED)).get());
      Owners.publish(client, NAP);

      comesDownBeforeCallsAreRefused(client, far);
      try (Flood flood = new Flood(client)) {
        await(client, PATIENCE, web -> far.highest() >= 3);
        followsWhatIsLowered(client, far);
        followsWhatIsRaisedUpToWhatWasDeclared(client, far);
        Owners.given(client.putAccount(asking(far, 2)).get());
        await(client, PATIENCE, web -> limit(web) == 2 && isWithoutTrouble(web));
        assertThat(flood.end()).as("what did not complete").isEmpty();
      }
      far.allow(1);
      await(client, PATIENCE, web -> limit(web) == 1);
      Door.Done anew = Owners.given(client.putAccount(asking(far, DECLARED)).get());
      assertThat(limit(anew.getInForce())).isEqualTo(1);
      assertThat(anew.getInForce().getScopes(0).getSource())
          .isEqualTo(Door.ScopeInForce.Source.DISCOVERED);
      Owners.given(client.putAccount(account(DECLARED, Map.of("url", far.url()))).get());
      await(client, PATIENCE, web -> !web.hasAsking() && limit(web) == DECLARED);
      describe(client, owner -> owner.getDiscoveredCount() == 0);
    }
  }

  /**
   * A cell that was just born keeps no rates yet; long before the next regular question it does.
   */
  @Test
  void whatAProviderSaysFirstIsInForceSoonThoughTheCellIsYoung() throws Exception {
    try (FrugalFunctions far = new FrugalFunctions(3, OptionalInt.of(600));
        LocalCluster cluster = cluster("PT20M");
        Client client = cluster.client("acme").patience(PATIENCE).build()) {
      Owners.given(client.createOwner().get());
      Owners.given(client.putSecret(new SecretName("far"), secret()).get());
      Owners.given(client.putAccount(asking(far, DECLARED)).get());
      Owners.publish(client, NAP);
      Owners.given(client.start("nap", Payload.NULL).accepted().get());

      Door.AccountInForce web =
          await(
              client,
              PATIENCE.multipliedBy(2),
              it -> isWithoutTrouble(it) && it.getScopes(0).getRatesCount() > 0);
      assertThat(limit(web)).isEqualTo(3);
      assertThat(web.getScopes(0).getRates(0).getRate().getStarts()).isEqualTo(600);
    }
  }

  private LocalCluster cluster(String askEvery) throws Exception {
    return LocalCluster.start(
        new LocalCluster.Plan(
            directory,
            3,
            "http: {privateTargets: [127.0.0.1]}\nlimits: {askEvery: " + askEvery + "}\n"));
  }

  private static Payload secret() {
    return Payload.ofJson("{\"username\":\"ada\",\"password\":\"p4ssw0rd\"}");
  }

  private static void comesDownBeforeCallsAreRefused(Client client, FrugalFunctions far)
      throws Exception {
    Owners.given(client.start("nap", Payload.NULL).accepted().get());
    Door.AccountInForce web =
        await(client, PATIENCE, it -> isDiscovered(it) && limit(it) == 3 && isWithoutTrouble(it));

    assertThat(web.getAsking().getDiscovered().getDeclared(0).getConcurrency()).isEqualTo(DECLARED);
    Door.OwnerReport registered = describe(client, owner -> owner.getDiscoveredCount() == 1);
    assertThat(registered.getAccounts(0).getScopes(0).getConcurrency()).isEqualTo(DECLARED);
    assertThat(registered.getDiscovered(0).getAllowances(0).getConcurrency()).isEqualTo(3);
    assertThat(far.look().refused()).isZero();
  }

  private static void followsWhatIsLowered(Client client, FrugalFunctions far) throws Exception {
    Seen before = far.look();
    assertThat(before.highest()).as("all that is allowed").isEqualTo(3);
    assertThat(before.refused()).as("and no more").isZero();
    far.allow(1);
    await(client, PATIENCE, web -> limit(web) == 1 && taken(web) <= 1);

    far.look();
    await(client, PATIENCE, web -> far.ended() >= ENDED);
    Seen lowered = far.look();
    assertThat(lowered.refused()).as("none is sent beyond what is in force").isZero();
    assertThat(lowered.highest()).as("and work goes on").isEqualTo(1);
  }

  private static void followsWhatIsRaisedUpToWhatWasDeclared(Client client, FrugalFunctions far)
      throws Exception {
    far.allow(1_000);
    await(client, PATIENCE_FOR_MORE, web -> limit(web) == DECLARED);
    await(client, PATIENCE, web -> far.highest() >= DECLARED);
    Seen seen = far.look();
    assertThat(seen.highest()).isEqualTo(DECLARED);
    assertThat(seen.refused()).isZero();
  }

  /** Keeps some calls open until it is ended. */
  private static final class Flood implements AutoCloseable {
    private final Client client;
    private final Semaphore room = new Semaphore(OPEN);
    private final Queue<Object> failed = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::start, "flood");
    private volatile boolean isOver;

    Flood(Client client) {
      this.client = client;
      thread.setDaemon(true);
      thread.start();
    }

    private void start() {
      try {
        while (!isOver) {
          room.acquire();
          var unused = client.start("nap", Payload.NULL).result().whenComplete(this::ended);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void ended(ClientOutcome outcome, Throwable failure) {
      if (!(outcome instanceof ClientOutcome.Completed)) {
        failed.add(failure == null ? outcome : failure);
      }
      room.release();
    }

    /** Waits for what is open, and says what did not complete. */
    List<Object> end() throws InterruptedException {
      isOver = true;
      assertThat(room.tryAcquire(OPEN, PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      return List.copyOf(failed);
    }

    @Override
    public void close() {
      isOver = true;
      thread.interrupt();
    }
  }

  private static Account asking(FrugalFunctions far, int limit) {
    return account(
        limit, Map.of("url", far.url(), "limits", far.url() + "/limits", "limits.secret", "far"));
  }

  private static Account account(int limit, Map<String, String> settings) {
    return new Account(
        WEB,
        "http",
        0,
        Policy.LST_BL,
        new TreeMap<>(settings),
        List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), limit)));
  }

  private static int limit(Door.AccountInForce account) {
    return account.getScopes(0).getLimit();
  }

  private static int taken(Door.AccountInForce account) {
    return account.getScopes(0).getRunning() + account.getScopes(0).getLeased();
  }

  /** What is in force is so before the node that asked says what became of it. */
  private static boolean isDiscovered(Door.AccountInForce account) {
    return account.getScopes(0).getSource() == Door.ScopeInForce.Source.DISCOVERED
        && account.getAsking().hasDiscovered();
  }

  private static boolean isWithoutTrouble(Door.AccountInForce account) {
    return account.hasAsking() && account.getAsking().getTrouble().isEmpty();
  }

  private static Door.AccountInForce await(
      Client client, Duration patience, Predicate<Door.AccountInForce> isThere) throws Exception {
    return await(
            () -> client.inForce(Optional.of(WEB)),
            patience,
            all -> isThere.test(all.getAccounts(0)))
        .getAccounts(0);
  }

  /** Each node may say what it has read some seconds before. */
  private static Door.OwnerReport describe(Client client, Predicate<Door.OwnerReport> isThere)
      throws Exception {
    return await(client::describe, PATIENCE, isThere);
  }

  private static <T> T await(
      Supplier<CompletableFuture<Reply<T>>> question, Duration patience, Predicate<T> isThere)
      throws Exception {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      Reply<T> told = question.get().get();
      if (told instanceof Reply.Given<T> given && isThere.test(given.value())) {
        return given.value();
      }
      assertThat(System.nanoTime() - until).as("still %s", told).isNegative();
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
