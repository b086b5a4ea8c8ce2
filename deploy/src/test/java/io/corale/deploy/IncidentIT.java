package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.client.Reply;
import io.corale.client.StartOptions;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fails for good waits for a person, whoever leads, and goes on from there (ADR 39). */
final class IncidentIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PAUSE_MILLIS = 100;

  private static final String CHARGE =
      """
      document: {dsl: '1.0.3', namespace: failing, name: charge, version: 1.0.0}
      use:
        functions:
          charge:
            call: faas
            with: {implementations: [{id: sim, account: sim, timeout: PT2S}]}
      do:
        - before: {set: {amount: 7}}
        - charge: {call: charge}
        - after: {set: {charged: '${ .amount }'}}
      """;

  @TempDir private static Path directory;

  @Test
  void aFailedCallIsTriedAgainFromWhereItFailed() throws Exception {
    try (LocalCluster cluster = LocalCluster.start(new LocalCluster.Plan(directory, 3, ""));
        Client owner = cluster.client("failing").patience(PATIENCE).build()) {
      Owners.enter(owner, Owners.account("sim", "sim", 8, "failures", "100"));
      Owners.publish(owner, CHARGE);

      Invocation same = startWanting(owner, "same");
      Invocation other = startWanting(owner, "other");
      Invocation given = startWanting(owner, "given");
      long first = awaitIncident(owner, same.id()).getNumber();
      long second = awaitIncident(owner, other.id()).getNumber();
      long third = awaitIncident(owner, given.id()).getNumber();
      String superpeer = Owners.superpeer(owner);
      cluster.node(cluster.indexOf(superpeer)).kill();

      assertThat(awaitIncident(owner, same.id()).getNumber()).isEqualTo(first);
      assertThat(Owners.given(owner.status(same.id()).get()).getIncidents()).isEqualTo(1);
      Door.IncidentReport shown =
          Owners.given(owner.incident(other.id(), second).get()).getIncidents(0);
      assertThat(Decode.payload(shown.getArguments())).isEqualTo(Payload.ofJson("{\"amount\":7}"));
      Owners.given(owner.putAccount(Owners.account("sim", "sim", 8, "failures", "0")).get());
      Owners.given(owner.retryIncident(same.id(), first, Optional.empty()).get());
      Owners.given(
          owner
              .retryIncident(other.id(), second, Optional.of(Payload.ofJson("{\"amount\":1}")))
              .get());
      Owners.given(owner.giveUpIncident(given.id(), third).get());

      requireOutput(same, "{\"charged\":7}");
      requireOutput(other, "{\"charged\":1}");
      assertThat(given.result().get(60, TimeUnit.SECONDS))
          .isInstanceOf(ClientOutcome.Faulted.class);
      assertThat(Owners.given(owner.incidents(Optional.empty(), 10, 0).get()).getIncidentsCount())
          .isZero();
      assertThat(Owners.given(owner.trace(same.id()).get()).getEventsList())
          .extracting(Door.TraceEvent::getKind)
          .contains(Door.TraceEvent.Kind.INCIDENT, Door.TraceEvent.Kind.RESOLVED);
      assertThat(owner.giveUpIncident(given.id(), third).get())
          .isInstanceOfSatisfying(
              Reply.Refused.class,
              refused -> assertThat(refused.refusal().code()).isEqualTo(Refusal.Code.CONFLICT));
    }
  }

  private static void requireOutput(Invocation invocation, String json) throws Exception {
    assertThat(invocation.result().get(60, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            ClientOutcome.Completed.class,
            completed -> assertThat(completed.output()).isEqualTo(Payload.ofJson(json)));
  }

  /** A cell that was born just now has activated nothing yet. */
  private static Invocation startWanting(Client owner, String id) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    StartOptions options = StartOptions.DEFAULTS.withId(id).withIncidents();
    Invocation started = owner.start("charge", Payload.NULL, options);
    while (started.accepted().get() instanceof Reply.Refused<?> no
        && no.refusal().code() == Refusal.Code.UNSUPPORTED
        && System.nanoTime() < until) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      started = owner.start("charge", Payload.NULL, options);
    }
    Owners.given(started.accepted().get());
    return started;
  }

  private static Door.IncidentReport awaitIncident(Client owner, InvocationId id) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    Door.IncidentList list = Owners.given(owner.incidents(Optional.of(id), 10, 0).get());
    while (list.getIncidentsCount() == 0 && System.nanoTime() < until) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      list = Owners.given(owner.incidents(Optional.of(id), 10, 0).get());
    }
    assertThat(list.getIncidentsList()).hasSize(1);
    return list.getIncidents(0);
  }
}
