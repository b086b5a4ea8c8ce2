package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.client.Reply;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.ServiceClass;
import io.corale.wire.Door;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an owner pauses starts nothing, and goes on when it is resumed (ADR 32). */
final class ControlIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PAUSE_MILLIS = 100;

  private static final String NAP =
      """
      document: {dsl: '1.0.3', namespace: paused, name: nap, version: 1.0.0}
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
  void aPausedCompositionStartsNothingUntilItIsResumed() throws Exception {
    try (LocalCluster cluster = LocalCluster.start(new LocalCluster.Plan(directory, 3, ""));
        Client owner = cluster.client("paused").patience(PATIENCE).build()) {
      Owners.enter(owner, Owners.account("sim", "sim", 8, "latency", "PT0.05S"));
      Owners.publish(owner, NAP);
      assertThat(owner.start("nap", Payload.NULL).result().get(60, TimeUnit.SECONDS))
          .isInstanceOf(ClientOutcome.Completed.class);
      awaitDone(() -> owner.pauseComposition("nap", "its provider is down"));

      List<Invocation> naps = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        naps.add(owner.start("nap", Payload.NULL));
        Owners.given(naps.get(i).accepted().get());
      }
      TimeUnit.SECONDS.sleep(2);

      for (Invocation nap : naps) {
        awaitHeld(owner, nap.id());
        Door.InvocationStatus status = Owners.given(owner.status(nap.id()).get());
        assertThat(status.getCallsHeld()).isEqualTo(1);
        assertThat(status.getCallsRunning() + status.getCallsEnded()).isZero();
        assertThat(status.getHeld().getComposition()).isEqualTo("nap");
        assertThat(status.getHeld().getReason()).isEqualTo("its provider is down");
      }
      assertThat(Owners.given(owner.holds().get()).getHoldsList())
          .singleElement()
          .satisfies(held -> assertThat(held.getHeldMicros()).isPositive())
          .satisfies(held -> assertThat(held.getHeldBy()).isNotEmpty());
      Owners.given(
          owner
              .prioritize(naps.get(2).id(), Optional.of(ServiceClass.URGENT), Optional.empty())
              .get());
      Owners.given(owner.resumeComposition("nap").get());
      for (Invocation nap : naps) {
        assertThat(nap.result().get(60, TimeUnit.SECONDS))
            .isInstanceOf(ClientOutcome.Completed.class);
      }

      requireOwnerHeld(owner);
      requireClearRefusals(owner, naps.get(0).id());
    }
  }

  private static void requireOwnerHeld(Client owner) throws Exception {
    Owners.given(owner.pauseOwner("maintenance").get());
    Invocation nap = owner.start("nap", Payload.NULL);
    Owners.given(nap.accepted().get());
    TimeUnit.SECONDS.sleep(1);
    assertThat(nap.result()).isNotDone();
    awaitHeld(owner, nap.id());
    Owners.given(owner.resumeOwner().get());
    assertThat(nap.result().get(60, TimeUnit.SECONDS)).isInstanceOf(ClientOutcome.Completed.class);
    awaitSo("nothing held", () -> Owners.given(owner.holds().get()).getHoldsCount() == 0);
  }

  private static void awaitHeld(Client owner, InvocationId id) throws Exception {
    awaitSo("a held call of " + id, () -> Owners.given(owner.status(id).get()).getCallsHeld() == 1);
  }

  private static void awaitSo(String what, Callable<Boolean> isSo) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!isSo.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(until);
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  private static void requireClearRefusals(Client owner, InvocationId ended) throws Exception {
    InvocationId unknown = new InvocationId("nobody");
    Optional<Duration> soon = Optional.of(Duration.ofSeconds(5));

    assertThat(code(owner.pause(ended, ""))).isEqualTo(Refusal.Code.CONFLICT);
    assertThat(code(owner.pause(unknown, ""))).isEqualTo(Refusal.Code.NOT_FOUND);
    assertThat(code(owner.pauseComposition("nup", ""))).isEqualTo(Refusal.Code.NOT_FOUND);
    assertThat(code(owner.prioritize(ended, Optional.empty(), soon)))
        .isEqualTo(Refusal.Code.CONFLICT);
    assertThat(code(owner.prioritize(unknown, Optional.empty(), soon)))
        .isEqualTo(Refusal.Code.NOT_FOUND);
    assertThat(code(owner.prioritize(ended, Optional.empty(), Optional.empty())))
        .isEqualTo(Refusal.Code.INVALID);
  }

  private static Refusal.Code code(CompletableFuture<Reply<Door.Done>> reply) throws Exception {
    return ((Reply.Refused<Door.Done>) reply.get()).refusal().code();
  }

  /** A cell that was born just now has activated nothing yet. */
  private static void awaitDone(Supplier<CompletableFuture<Reply<Door.Done>>> asking)
      throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    Reply<Door.Done> reply = asking.get().get();
    while (reply instanceof Reply.Refused<Door.Done> no
        && no.refusal().code() == Refusal.Code.UNSUPPORTED
        && System.nanoTime() < until) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      reply = asking.get().get();
    }
    Owners.given(reply);
  }
}
