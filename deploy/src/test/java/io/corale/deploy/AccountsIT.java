package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.Client;
import io.corale.client.Invocation;
import io.corale.client.Reply;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Limit;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.Refusal;
import io.corale.model.ScopeLimit;
import io.corale.wire.Door;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an owner declares of its accounts is what is in force, or it is told what is. */
final class AccountsIT {
  private static final AccountId SIM = new AccountId("sim");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PAUSE_MILLIS = 50;

  private static final String NAP =
      """
      document: {dsl: '1.0.3', namespace: acme, name: nap, version: 1.0.0}
      use:
        functions:
          nap:
            call: faas
            with: {implementations: [{id: sim, account: sim, scope: naps, timeout: PT20S}]}
      do:
        - nap: {call: nap}
      """;

  @TempDir static Path directory;

  private static Optional<LocalCluster> cluster = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    cluster = Optional.of(LocalCluster.start(new LocalCluster.Plan(directory, 3, "")));
  }

  @AfterAll
  static void stop() {
    cluster.ifPresent(LocalCluster::close);
  }

  /** P14: whichever node was asked, and with nothing started beyond it meanwhile. */
  @Test
  void whoLowersALimitIsToldWhatIsInForceUntilItIs() throws Exception {
    List<Client> doors = doors("acme");
    Owners.enter(doors.get(0), sim(6, List.of()));
    Owners.publish(doors.get(0), NAP);
    for (int i = 0; i < 12; i++) {
      var unused = doors.get(0).start("nap", Payload.NULL);
    }
    awaitBorn(doors.get(0));
    await(doors.get(0), naps -> naps.getRunning() == 6 && naps.getQueued() == 6);

    int running = 6;
    for (Client door : doors) {
      Door.Done done = Owners.given(door.putAccount(sim(2, List.of())).get());
      Door.ScopeInForce naps = naps(done.getInForce());
      assertThat(done.getInForce().getAccount()).isEqualTo("sim");
      assertThat(naps.getLimit()).isEqualTo(2);
      assertThat(naps.getRunning()).as("while more run none starts").isBetween(1, running);
      assertThat(naps.getRunning() <= 2 || naps.getQueued() == 6).as("none has left").isTrue();
      running = Math.max(2, naps.getRunning());
    }

    Door.ScopeInForce lowered =
        await(
            doors.get(1),
            naps -> {
              assertThat(naps.getRunning() <= 2 || naps.getQueued() == 6).isTrue();
              return naps.getRunning() <= 2;
            });
    assertThat(lowered.getConcurrency()).isEqualTo(2);
    await(doors.get(2), naps -> naps.getRunning() == 0 && naps.getQueued() == 0);
    doors.forEach(Client::close);
  }

  @Test
  void aScopeThatIsInUseCannotGoAndNothingHasChanged() throws Exception {
    List<Client> doors = doors("busy");
    Owners.enter(doors.get(0), sim(1, List.of()));
    Owners.publish(doors.get(0), NAP.replace("acme", "busy"));
    accept(doors.get(0));
    await(doors.get(0), naps -> naps.getRunning() == 1);
    Account without = Owners.account("sim", "sim", 1, "latency", "PT8S");

    for (Client door : doors) {
      Reply<Door.Done> reply = door.putAccount(without).get();
      assertThat(reply)
          .isInstanceOfSatisfying(
              Reply.Refused.class,
              no -> {
                assertThat(no.refusal().code()).isEqualTo(Refusal.Code.CONFLICT);
                assertThat(no.refusal().message()).contains("scope 'naps' cannot go");
              });
      assertThat(Owners.given(door.describe().get()).getAccounts(0).getScopesCount()).isEqualTo(2);
    }
    await(doors.get(0), naps -> naps.getRunning() == 0);
    assertThat(Owners.given(doors.get(0).putAccount(without).get()).hasInForce()).isTrue();
    doors.forEach(Client::close);
  }

  /** Whoever is not served has nothing in force, and waits for nothing. */
  @Test
  void anOwnerThatNobodyServesIsToldNothing() throws Exception {
    List<Client> doors = doors("idle");
    Owners.enter(doors.get(0));

    for (Client door : doors) {
      assertThat(Owners.given(door.putAccount(sim(3, List.of())).get()).hasInForce()).isFalse();
    }
    assertThat(doors.get(0).inForce(Optional.of(SIM)).get()).isInstanceOf(Reply.Refused.class);
    doors.forEach(Client::close);
  }

  /** What an owner has declared before it was served must be there when its first work comes. */
  @Test
  void limitsAreInForceFromTheFirstCallOn() throws Exception {
    List<Client> doors = doors("rated");
    Owners.enter(doors.get(0), sim(9, List.of(new Limit.Rate(2, Limit.Window.MINUTE))));
    Owners.publish(doors.get(0), NAP.replace("acme", "rated"));
    for (int i = 0; i < 5; i++) {
      accept(doors.get(1));
    }

    Door.ScopeInForce full =
        await(doors.get(2), naps -> naps.getRunning() == 2 && naps.getQueued() == 3);

    assertThat(full.getRates(0).getStarts()).isEqualTo(2);
    assertThat(full.getShutMillis()).isPositive();
    Account faster = sim(9, List.of(new Limit.Rate(100, Limit.Window.SECOND)));
    Door.Done done = Owners.given(doors.get(2).putAccount(faster).get());
    assertThat(naps(done.getInForce()).getRates(0).getRate().getStarts()).isEqualTo(100);
    await(doors.get(0), naps -> naps.getRunning() + naps.getQueued() == 0);
    doors.forEach(Client::close);
  }

  /** Nothing is known of an owner that has run nothing yet. */
  private static void awaitBorn(Client client) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!(client.inForce(Optional.of(SIM)).get() instanceof Reply.Given)) {
      assertThat(System.nanoTime()).isLessThan(until);
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private static void accept(Client client) throws Exception {
    Invocation nap = client.start("nap", Payload.NULL);
    Owners.given(nap.accepted().get());
  }

  private static List<Client> doors(String owner) {
    LocalCluster nodes = cluster.orElseThrow();
    List<Client> doors = new ArrayList<>();
    for (String door : nodes.doors()) {
      doors.add(nodes.client(owner).nodes(door).patience(PATIENCE).build());
    }
    return doors;
  }

  private static Account sim(int naps, List<Limit> more) {
    return new Account(
        SIM,
        "sim",
        0,
        Policy.LST_BL,
        new TreeMap<>(Map.of("latency", "PT8S")),
        List.of(
            new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 100),
            new ScopeLimit("naps", Optional.of(ScopeLimit.ROOT), naps, more)));
  }

  private static Door.ScopeInForce await(Client client, Predicate<Door.ScopeInForce> isThere)
      throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Door.ScopeInForce naps =
          naps(Owners.given(client.inForce(Optional.of(SIM)).get()).getAccounts(0));
      if (isThere.test(naps)) {
        return naps;
      }
      assertThat(System.nanoTime()).as("still %s", naps).isLessThan(until);
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private static Door.ScopeInForce naps(Door.AccountInForce account) {
    return account.getScopesList().stream()
        .filter(scope -> scope.getScope().equals("naps"))
        .findFirst()
        .orElseThrow();
  }
}
