package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.wire.Door;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Rule 21: one owner runs what another has published, once for each call, whoever is lost. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RunElsewhereIT {
  private static final long PATIENCE_SECONDS = 180;
  private static final Duration PATIENCE = Duration.ofSeconds(PATIENCE_SECONDS);
  private static final long PAUSE_MILLIS = 200;

  private static final String PAY =
      """
      document: {dsl: '1.0.3', namespace: bank, name: pay, version: 1.0.0}
      do:
        - check:
            if: .sum < 0
            raise: {error: {type: 'https://bank.example/negative', status: 422, title: Negative}}
        - pause: {wait: '${ .wait // "PT0.1S" }'}
        - paid: {set: {paid: '${ .sum }'}}
      """;
  private static final String SHOP =
      """
      document: {dsl: '1.0.3', namespace: shop, name: buy, version: 1.0.0}
      do:
        - pay:
            run: {workflow: {namespace: bank, name: pay, version: 1.0.0}}
            metadata: {account: bank, timeout: PT30S}
        - tell: {set: '${ {bought: .paid} }'}
      """;

  @TempDir static Path directory;

  private static Optional<LocalCluster> cluster = Optional.empty();
  private static Optional<Client> shop = Optional.empty();
  private static Optional<Client> bank = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    LocalCluster started = LocalCluster.start(new LocalCluster.Plan(directory, 3, ""));
    cluster = Optional.of(started);
    bank = Optional.of(started.client("bank").build());
    shop = Optional.of(started.client("shop").build());
    Owners.enter(bank.get());
    Owners.publish(bank.get(), PAY);
    Owners.enter(shop.get(), account(started.token()));
    Owners.publish(shop.get(), SHOP);
  }

  private static Account account(String token) {
    return new Account(
        new AccountId("bank"),
        "corale",
        0,
        Policy.LST_BL,
        new TreeMap<>(Map.of("owner", "bank", "token", token)),
        List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 4)));
  }

  @AfterAll
  static void stop() {
    shop.ifPresent(Client::close);
    bank.ifPresent(Client::close);
    cluster.ifPresent(LocalCluster::close);
  }

  private static ClientOutcome end(Invocation invocation) throws Exception {
    return invocation.result().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static Invocation buy(String input) {
    return shop.orElseThrow().start("buy", Payload.ofJson(input));
  }

  private static List<Door.InvocationStatus> atTheBank() throws Exception {
    return Owners.given(
            bank.orElseThrow()
                .list(Door.ListInvocations.newBuilder().setLimit(100).setLabel("by=shop").build())
                .get())
        .getInvocationsList();
  }

  @Test
  @Order(1)
  void givesTheOutputOfTheOtherOwnersComposition() throws Exception {
    assertThat(end(buy("{\"sum\":7}")))
        .isEqualTo(new ClientOutcome.Completed(Payload.ofJson("{\"bought\":7}")));
    assertThat(atTheBank()).hasSize(1);
  }

  @Test
  @Order(2)
  void itsFaultIsTheSameProblemHere() throws Exception {
    assertThat(end(buy("{\"sum\":-1}")))
        .isInstanceOfSatisfying(
            ClientOutcome.Faulted.class,
            faulted -> {
              assertThat(faulted.problem().type()).isEqualTo("https://bank.example/negative");
              assertThat(faulted.problem().status()).isEqualTo(422);
              assertThat(faulted.problem().instance()).isEqualTo("/do/0/pay");
            });
  }

  @Test
  @Order(3)
  void aCancelHereIsACancelThere() throws Exception {
    Invocation invocation = buy("{\"sum\":1,\"wait\":\"PT1H\"}");
    awaitAtTheBank(3, Door.Phase.RUNNING);

    Owners.given(shop.orElseThrow().cancel(invocation.id(), "changed mind").get());

    awaitAtTheBank(3, Door.Phase.CANCELLED);
  }

  /** The last of so many comes to this. */
  private static void awaitAtTheBank(int count, Door.Phase phase) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    List<Door.InvocationStatus> there = atTheBank();
    while (!isLast(there, count, phase) && System.nanoTime() < until) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      there = atTheBank();
    }
    assertThat(isLast(there, count, phase)).as(there.toString()).isTrue();
  }

  private static boolean isLast(List<Door.InvocationStatus> there, int count, Door.Phase phase) {
    return there.size() == count && there.get(count - 1).getPhase() == phase;
  }

  @Test
  @Order(4)
  void isRunOnceThoughTheSuperpeerOfTheOtherOwnerIsLost() throws Exception {
    Invocation invocation = buy("{\"sum\":9,\"wait\":\"PT6S\"}");
    awaitAtTheBank(4, Door.Phase.RUNNING);

    LocalCluster nodes = cluster.orElseThrow();
    String superpeer = Owners.superpeer(bank.orElseThrow());
    nodes.node(nodes.indexOf(superpeer)).kill();

    assertThat(end(invocation))
        .isEqualTo(new ClientOutcome.Completed(Payload.ofJson("{\"bought\":9}")));
    assertThat(atTheBank()).hasSize(4);
  }
}
