package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.Client;
import io.corale.client.StartOptions;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever asks a running cluster why a call waits is told what holds it. */
final class ExplainIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String NAP =
      """
      document: {dsl: '1.0.3', namespace: acme, name: nap, version: 1.0.0}
      use:
        functions:
          nap:
            call: faas
            with: {implementations: [{id: sim, account: sim, scope: naps, timeout: PT90S}]}
      do:
        - nap: {call: nap}
      """;

  @TempDir static Path directory;

  private static Optional<LocalCluster> cluster = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    cluster = Optional.of(LocalCluster.start(new LocalCluster.Plan(directory, 1, "")));
  }

  @AfterAll
  static void stop() {
    cluster.ifPresent(LocalCluster::close);
  }

  @Test
  void namesTheScopeThatHoldsACallAndWhoGoesBefore() throws Exception {
    try (Client client = cluster.orElseThrow().client("acme").patience(PATIENCE).build()) {
      Owners.enter(client, account());
      Owners.publish(client, NAP);
      for (String id : List.of("first", "second", "third")) {
        StartOptions options = StartOptions.DEFAULTS.withId(id);
        Owners.given(client.start("nap", Payload.NULL, options).accepted().get());
      }
    }

    Said third = corale("explain", "third");
    Said program = corale("explain", "third", "--json");
    Said running = corale("explain", "first");
    Said nobody = corale("explain", "nobody");
    Said pause = corale("pause", "invocation", "third", "--reason", "wrong input");
    Said held = corale("explain", "third");

    assertThat(third.exit()).as(third.err()).isZero();
    assertThat(third.out())
        .contains("held by      scope naps: 1 of 1 slots are taken")
        .doesNotContain("scope account:")
        .containsPattern("place        1 before it in scope naps, next is call \\d+ of second")
        .contains("not calibrated: a guess")
        .contains("with 2 slots in scope naps it starts in")
        .contains("accepted");
    assertThat(program.out()).contains("\"kind\" : \"concurrency\"", "\"before\" : 1");
    assertThat(running.out()).contains("runs at ").doesNotContain("held by");
    assertThat(pause.exit()).as(pause.err()).isZero();
    assertThat(held.out())
        .contains("stands       is held, since ")
        .containsPattern("held by      invocation third, paused by \\w+ since .*: wrong input")
        .contains("changes      all that is paused is resumed");
    assertThat(nobody.exit()).isNotZero();
    assertThat(nobody.err()).contains("has no invocation 'nobody'");
  }

  /** Naps so long that all of this happens within one. */
  private static Account account() {
    return new Account(
        new AccountId("sim"),
        "sim",
        0,
        Policy.LST_BL,
        new TreeMap<>(Map.of("latency", "PT50S")),
        List.of(
            new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 100),
            new ScopeLimit("naps", Optional.of(ScopeLimit.ROOT), 1)));
  }

  private static Said corale(String... arguments) {
    return Said.corale(cluster.orElseThrow(), arguments);
  }
}
