package io.corale.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.model.Payload;
import io.corale.wire.Door;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A superpeer that is asked to stop (SIGTERM) hands over what it leads, and then leaves. */
final class LeavingIT {
  private static final Duration TO_LEAVE = Duration.ofSeconds(10);

  /** As after a kill: nobody waits longer because a node was stopped politely. */
  private static final Duration TO_ANSWER = Duration.ofSeconds(5);

  private static final Duration PACE = Duration.ofMillis(10);

  private static final String COMPOSITION =
      """
      document: {dsl: '1.0.3', namespace: leaving, name: two, version: 1.0.0}
      use: {functions: {f: {call: faas, with: {implementations: [{id: s, account: sim, timeout: PT2S}]}}}}
      do:
        - a: {call: f, with: {}}
        - b: {call: f, with: {}}
      """;

  @Test
  void handsOverUnderLoadLeavesInTimeAndIsRememberedAlike(@TempDir Path directory)
      throws Exception {
    try (LocalCluster cluster = LocalCluster.start(new LocalCluster.Plan(directory, 3, ""));
        Client client = cluster.client("leaving").build()) {
      Owners.enter(client, Owners.account("sim", "sim", 20, "latency", "PT0.05S"));
      Owners.publish(client, COMPOSITION);
      Invocation first = client.start("two", Payload.NULL);
      assertThat(first.result().get(60, TimeUnit.SECONDS))
          .isInstanceOf(ClientOutcome.Completed.class);
      final Door.TraceReport before = trace(client, first);
      CoraleProcess superpeer = superpeer(cluster, client);

      try (SteadyLoad load = new SteadyLoad(client, "two", PACE)) {
        load.awaitAcknowledged(200);
        long askedNanos = System.nanoTime();
        boolean leftByItself = superpeer.stop(TO_LEAVE);
        Duration took = Duration.ofNanos(System.nanoTime() - askedNanos);
        load.awaitAcknowledged(200);
        List<ClientOutcome> outcomes = load.end();
        Duration silence = load.longestSilence(askedNanos, System.nanoTime());

        System.out.printf(
            "%s left %d ms after SIGTERM; %d invocations, longest silence %d ms%n",
            superpeer.name(), took.toMillis(), outcomes.size(), silence.toMillis());
        assertThat(leftByItself).as("left within " + TO_LEAVE).isTrue();
        assertThat(silence).isLessThan(TO_ANSWER);
        assertThat(outcomes).allMatch(ClientOutcome.Completed.class::isInstance);
      }
      assertThat(superpeer(cluster, client).name()).isNotEqualTo(superpeer.name());
      assertThat(directory.resolve(superpeer.name()).resolve("node.log"))
          .content()
          .containsPattern("INFO +cell leaving\\.0 handed over to n[1-3]")
          .containsPattern("node " + superpeer.name() + "#[0-9]+ has left");
      assertThat(trace(client, first)).isEqualTo(before);
    }
  }

  private static CoraleProcess superpeer(LocalCluster cluster, Client client) throws Exception {
    String name = Owners.superpeer(client);
    return cluster.node(cluster.indexOf(name));
  }

  /** What was recorded of it; but for the index at which that was read. */
  private static Door.TraceReport trace(Client client, Invocation invocation) throws Exception {
    Door.TraceReport.Builder trace = Owners.given(client.trace(invocation.id()).get()).toBuilder();
    trace.getStatusBuilder().clearIndex();
    return trace.build();
  }
}
