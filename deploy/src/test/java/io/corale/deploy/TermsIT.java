package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.client.Reply;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.Terms;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beyond what an owner has agreed to nothing is taken on, and what was goes on (P12, ADR 33). */
final class TermsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SHORT_PATIENCE = Duration.ofSeconds(3);
  private static final long PAUSE_MILLIS = 100;
  private static final int MANY = 20;

  private static final String NAP =
      """
      document: {dsl: '1.0.3', namespace: agreed, name: nap, version: 1.0.0}
      use:
        functions:
          nap:
            call: faas
            with: {implementations: [{id: sim, account: sim, timeout: PT20S}]}
      do:
        - nap: {call: nap}
      """;

  @TempDir private static Path directory;

  @Test
  void whatIsBeyondTheTermsIsRefusedAndAllElseEnds() throws Exception {
    try (LocalCluster cluster = LocalCluster.start(new LocalCluster.Plan(directory, 3, ""));
        Client owner = cluster.client("agreed").patience(PATIENCE).build();
        Client hasty = cluster.client("agreed").retryFor(SHORT_PATIENCE).build()) {
      Owners.enter(owner, Owners.account("sim", "sim", 1, "latency", "PT2S"));
      Owners.publish(owner, NAP);
      assertThat(owner.start("nap", Payload.NULL).result().get(60, TimeUnit.SECONDS))
          .isInstanceOf(ClientOutcome.Completed.class);
      Terms few = new Terms(0, 3, 1_000_000, 50, Terms.ANY_RATE, new TreeMap<>(Map.of("ada", 5)));

      Door.TermsReport agreed = awaitAgreed(owner, few);
      List<Invocation> taken = new ArrayList<>();
      int refused = 0;
      for (Invocation nap : startMany(hasty)) {
        Reply<?> reply = nap.accepted().get(60, TimeUnit.SECONDS);
        if (reply instanceof Reply.Given<?>) {
          taken.add(nap);
        } else if (reply instanceof Reply.Refused<?> no) {
          assertThat(no.refusal().code()).isEqualTo(Refusal.Code.OVERLOADED);
          assertThat(no.refusal().message()).startsWith("queue: ");
          refused++;
        }
      }

      assertThat(Decode.terms(agreed.getTerms())).isEqualTo(few.withVersion(1));
      assertThat(Decode.terms(Owners.given(owner.terms().get()).getTerms()))
          .isEqualTo(few.withVersion(1));
      assertThat(refused).isPositive();
      assertThat(taken).isNotEmpty();
      for (Invocation nap : taken) {
        assertThat(nap.result().get(60, TimeUnit.SECONDS))
            .isInstanceOf(ClientOutcome.Completed.class);
      }
    }
  }

  private static List<Invocation> startMany(Client client) {
    List<Invocation> naps = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      naps.add(client.start("nap", Payload.NULL));
    }
    return naps;
  }

  /** A cell that was born just now has activated nothing yet. */
  private static Door.TermsReport awaitAgreed(Client owner, Terms terms) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    Reply<Door.TermsReport> reply = owner.putTerms(terms).get();
    while (reply instanceof Reply.Refused<Door.TermsReport> no
        && no.refusal().code() == Refusal.Code.UNSUPPORTED
        && System.nanoTime() < until) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      reply = owner.putTerms(terms).get();
    }
    return Owners.given(reply);
  }
}
