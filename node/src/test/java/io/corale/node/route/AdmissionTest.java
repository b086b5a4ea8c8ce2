package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.flow.Compilation;
import io.corale.flow.Compiler;
import io.corale.flow.Composition;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.OwnerId;
import io.corale.model.Policy;
import io.corale.model.Refusal;
import io.corale.model.ScopeLimit;
import io.corale.model.Terms;
import io.corale.node.cell.StillCell;
import io.corale.node.door.Caller;
import io.corale.node.step.Compositions;
import io.corale.node.thread.FairPool;
import io.corale.node.thread.Narrows;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A full cell refuses at its desk, and at no cost (P12, ADR 33). */
class AdmissionTest {
  private static final Caller ADA = new Caller("ada", false, new TreeMap<>());
  private static final int MOST = 2;
  private static final Composition NAP =
      ((Compilation.Compiled)
              Compiler.compile(
                  """
                  document: {dsl: '1.0.3', namespace: test, name: nap, version: 1.0.0}
                  use:
                    functions:
                      f: {call: faas, with: {implementations: [
                          {id: only, account: lab, timeout: PT60S, path: /f}]}}
                  do: [{a: {call: f}}]
                  """))
          .composition();

  private final StillCell cell = new StillCell(List.of(NAP));
  private final FairPool<OwnerId> evaluation = FairPool.start("evaluation", 1, 16);
  private final List<String> seen = new ArrayList<>();
  private final Admission admission =
      new Admission(
          new Compositions(),
          new Furnishing(asked -> CompletableFuture.completedFuture(List.of())),
          evaluation,
          new Narrows(1, 16),
          Clock.fixed(Instant.ofEpochSecond(1_000), ZoneOffset.UTC),
          (owner, what) -> seen.add(owner + " " + what));

  @AfterEach
  void stop() {
    evaluation.close();
  }

  /** So many calls may wait and so many invocations live; one runs at the only slot. */
  private void agree(int maxQueued, int maxLive, int submitsPerSecond) {
    ScopeLimit root = new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 1);
    Terms few =
        new Terms(
            1, maxQueued, Terms.MOST_QUEUED_BYTES, maxLive, submitsPerSecond, new TreeMap<>());
    cell.apply(
        0,
        List.of(
            new Command.ActivateVersion(Entry.TERMS_FORMAT),
            new Command.Agree(few),
            new Command.Configure(
                new Account(
                    new AccountId("lab"),
                    "sim",
                    1,
                    Policy.LST_BL,
                    new TreeMap<>(),
                    List.of(root)))));
  }

  private CompletableFuture<Door.Response.Builder> submit(String id) {
    return submit(Door.Submit.newBuilder().setInvocation(id).setComposition("nap"));
  }

  private CompletableFuture<Door.Response.Builder> submit(Door.Submit.Builder submit) {
    return admission.admit(cell, Door.Request.newBuilder().setSubmit(submit).build(), ADA);
  }

  private Common.Refusal refusalOf(CompletableFuture<Door.Response.Builder> answer) {
    assertThat(answer).as("nobody evaluates it").isDone();
    return answer.join().getRefused();
  }

  private void fill() {
    for (int i = 0; i <= MOST; i++) {
      assertThat(submit("i" + i).join().hasAccepted()).isTrue();
    }
  }

  @Test
  void whatIsFullRefusesWithoutEvaluationAndWithoutAnEntry() {
    agree(MOST, Terms.MOST_LIVE, Terms.ANY_RATE);
    fill();
    long applied = cell.applied();

    Common.Refusal refusal = refusalOf(submit("late"));

    assertThat(refusal.getCode()).isEqualTo(Common.Refusal.Code.OVERLOADED);
    assertThat(refusal.getMessage()).startsWith("queue: ");
    assertThat(refusal.getRetryAfterMillis()).isPositive();
    assertThat(cell.applied()).isEqualTo(applied);
  }

  @Test
  void soDoesWhatRuns() {
    agree(Terms.MOST_QUEUED, MOST + 1, Terms.ANY_RATE);
    fill();
    long applied = cell.applied();

    assertThat(refusalOf(submit("late")).getMessage()).startsWith("invocations: ");
    assertThat(cell.applied()).isEqualTo(applied);
    assertThat(seen).containsExactly("acme invocations");
  }

  @Test
  void soDoesALogThatHasNoRoom() {
    agree(Terms.MOST_QUEUED, Terms.MOST_LIVE, Terms.ANY_RATE);
    long applied = cell.applied();
    cell.crowd(
        Refusal.later(Refusal.Code.OVERLOADED, "cell: too many wait", Duration.ofMillis(500)));

    Common.Refusal refusal = refusalOf(submit("late"));

    assertThat(refusal.getMessage()).startsWith("cell: ");
    assertThat(refusal.getRetryAfterMillis()).isEqualTo(500);
    assertThat(cell.applied()).isEqualTo(applied);
    assertThat(seen).containsExactly("acme log");
  }

  /** A cell that is overloaded has no time to find out. */
  @Test
  void whatIsWrongInItselfIsRefusedForThatAsWell() {
    agree(MOST, Terms.MOST_LIVE, Terms.ANY_RATE);
    fill();

    Common.Refusal refusal =
        refusalOf(submit(Door.Submit.newBuilder().setInvocation("late").setComposition("none")));

    assertThat(refusal.getMessage()).startsWith("queue: ");
  }

  /** It is accepted, whatever is full by now. */
  @Test
  void whoAsksAgainForWhatWasAcceptedIsAnswered() {
    agree(MOST, Terms.MOST_LIVE, Terms.ANY_RATE);
    fill();

    assertThat(submit("i1").join().getAccepted().getKnownAlready()).isTrue();
    assertThat(seen).isEmpty();
  }

  /** Nothing disappears silently: who asked to have it kept is told if it is not. */
  @Test
  void saysWhetherWhatFailsWaitsForAPerson() {
    agree(MOST, Terms.MOST_LIVE, Terms.ANY_RATE);
    cell.apply(0, List.of(new Command.ActivateVersion(Entry.INCIDENTS_FORMAT)));
    Door.Submit.Builder kept =
        Door.Submit.newBuilder().setInvocation("kept").setComposition("nap").setIncidents(true);
    Door.Submit.Builder late = kept.clone().setInvocation("plain");

    assertThat(submit(kept).join().getAccepted().getIncidents()).isTrue();
    assertThat(submit("plain").join().getAccepted().getIncidents()).isFalse();
    Door.Accepted known = submit(late).join().getAccepted();
    assertThat(known.getKnownAlready()).isTrue();
    assertThat(known.getIncidents()).isFalse();
  }

  /** At the desk and in the log alike, and nothing but what is refused for now. */
  @Test
  void tellsWhoCountsWhatWasFull() {
    agree(MOST, Terms.MOST_LIVE, MOST + 2);
    fill();
    submit("late").join();
    submit(Door.Submit.newBuilder().setInvocation("i0").setComposition("none")).join();
    agreeAgain(MOST + 2);
    assertThat(submit("taken").join().hasAccepted()).isTrue();
    assertThat(submit("soon").join().getRefused().getMessage()).startsWith("quota: ");
    evaluation.close();
    submit("unread").join();

    assertThat(seen).containsExactly("acme queue", "acme quota", "acme node");
  }

  private void agreeAgain(int submitsPerSecond) {
    cell.apply(
        0,
        List.of(
            new Command.Agree(
                new Terms(
                    2,
                    Terms.MOST_QUEUED,
                    Terms.MOST_QUEUED_BYTES,
                    Terms.MOST_LIVE,
                    submitsPerSecond,
                    new TreeMap<>()))));
  }

  /** As they are said where they are refused. */
  @Test
  void whatIsFullIsTheFirstWordOfARefusal() {
    assertThat(Shortage.of("the cell is full: 5 receipts are kept").word()).isEqualTo("cell");
    assertThat(Shortage.of("cell: too many requests wait at it").word()).isEqualTo("log");
    assertThat(Shortage.of("its texts did not stay in the log").word()).isEqualTo("other");
  }
}
