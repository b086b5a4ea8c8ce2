package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster follows what a provider allows, as far as its owner has declared it (ADR 40). */
final class DiscoveredLimitsIT {
  private static final AccountId WEB = new AccountId("web");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long PAUSE_MILLIS = 50;
  private static final int DECLARED = 8;
  private static final int CALLS = 110;

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

  @TempDir static Path directory;

  @Test
  void whatAProviderAllowsIsInForceAsFarAsItWasDeclared() throws Exception {
    try (FrugalFunctions far = new FrugalFunctions(3);
        LocalCluster cluster =
            LocalCluster.start(
                new LocalCluster.Plan(
                    directory,
                    3,
                    "http: {privateTargets: [127.0.0.1]}\nlimits: {askEvery: PT1S}\n"));
        Client client = cluster.client("acme").patience(PATIENCE).build()) {
      Owners.given(client.createOwner().get());
      assertThat(client.putAccount(account(DECLARED, Map.of("limits", "far/limits"))).get())
          .isInstanceOfSatisfying(
              Reply.Refused.class,
              no -> {
                assertThat(no.refusal().code()).isEqualTo(Refusal.Code.INVALID);
                assertThat(no.refusal().message()).contains("setting 'limits' must be http(s)://");
              });
      Owners.given(
          client
              .putSecret(
                  new SecretName("far"),
                  Payload.ofJson("{\"username\":\"ada\",\"password\":\"p4ssw0rd\"}"))
              .get());
      Owners.given(client.putAccount(asking(far, DECLARED)).get());
      Owners.publish(client, NAP);

      comesDownBeforeCallsAreRefused(client, far);
      List<Invocation> calls = flood(client);
      await(client, web -> far.running() == 3);
      followsWhatIsLowered(client, far);
      followsWhatIsRaisedUpToWhatWasDeclared(client, far);
      Owners.given(client.putAccount(asking(far, 2)).get());
      assertThat(await(client, web -> limit(web) == 2).getAsking().getTrouble()).isEmpty();
      for (Invocation call : calls) {
        assertThat(call.result().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
            .isInstanceOf(ClientOutcome.Completed.class);
      }
      far.allow(1);
      await(client, web -> limit(web) == 1);
      Owners.given(client.putAccount(account(DECLARED, Map.of("url", far.url()))).get());
      assertThat(limit(await(client, web -> !web.hasAsking()))).isEqualTo(DECLARED);
      assertThat(Owners.given(client.describe().get()).getDiscoveredList()).isEmpty();
    }
  }

  private static void comesDownBeforeCallsAreRefused(Client client, FrugalFunctions far)
      throws Exception {
    Owners.given(client.start("nap", Payload.NULL).accepted().get());
    Door.AccountInForce web = await(client, it -> it.hasAsking() && limit(it) == 3);

    assertThat(web.getScopes(0).getSource()).isEqualTo(Door.ScopeInForce.Source.DISCOVERED);
    assertThat(web.getAsking().getDiscovered().getDeclared(0).getConcurrency()).isEqualTo(DECLARED);
    Door.OwnerReport registered = Owners.given(client.describe().get());
    assertThat(registered.getAccounts(0).getScopes(0).getConcurrency()).isEqualTo(DECLARED);
    assertThat(registered.getDiscovered(0).getAllowances(0).getConcurrency()).isEqualTo(3);
    assertThat(far.look().refused()).isZero();
  }

  private static void followsWhatIsLowered(Client client, FrugalFunctions far) throws Exception {
    Seen before = far.look();
    assertThat(before.highest()).as("all that is allowed").isEqualTo(3);
    assertThat(before.refused()).as("and no more").isZero();
    far.allow(1);
    await(client, web -> limit(web) == 1 && taken(web) <= 1);

    far.look();
    Thread.sleep(1_500);
    Seen lowered = far.look();
    assertThat(lowered.refused()).as("none is sent beyond what is in force").isZero();
    assertThat(lowered.highest()).isEqualTo(1);
    assertThat(lowered.ended()).as("and work goes on").isPositive();
  }

  private static void followsWhatIsRaisedUpToWhatWasDeclared(Client client, FrugalFunctions far)
      throws Exception {
    far.allow(1_000);
    Door.AccountInForce raised = await(client, web -> far.running() == DECLARED);

    assertThat(limit(raised)).isEqualTo(DECLARED);
    Thread.sleep(500);
    Seen seen = far.look();
    assertThat(seen.highest()).isEqualTo(DECLARED);
    assertThat(seen.refused()).isZero();
  }

  private static List<Invocation> flood(Client client) {
    List<Invocation> calls = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      calls.add(client.start("nap", Payload.NULL));
    }
    return calls;
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

  private static Door.AccountInForce await(Client client, Predicate<Door.AccountInForce> isThere)
      throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Reply<Door.AccountsInForce> told = client.inForce(Optional.of(WEB)).get();
      if (told instanceof Reply.Given<Door.AccountsInForce> given
          && isThere.test(given.value().getAccounts(0))) {
        return given.value().getAccounts(0);
      }
      assertThat(System.nanoTime()).as("still %s", told).isLessThan(until);
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
