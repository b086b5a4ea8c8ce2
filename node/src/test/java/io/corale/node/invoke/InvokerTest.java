package io.corale.node.invoke;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.CellId;
import io.corale.model.Limit;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.model.ScopeLimit;
import io.corale.node.provider.CallForm;
import io.corale.node.provider.Calls;
import io.corale.node.provider.Hold;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.SendGuard;
import io.corale.node.thread.Aside;
import io.corale.node.thread.ManualTimer;
import io.corale.wire.Freight;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class InvokerTest {
  private static final CellId ALPHA = CellId.home(new OwnerId("alpha"));
  private static final CellId BETA = CellId.home(new OwnerId("beta"));

  private static final Payload LARGE = Payload.ofJson("\"" + "x".repeat(100_000) + "\"");

  private final ManualTimer timer = new ManualTimer();
  private final HeldProvider far = new HeldProvider("held", CallForm.FUNCTION);
  private final HeldProvider asked = new HeldProvider("asked", CallForm.REQUEST);
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private Executor checks = Runnable::run;
  private Executor makers = Runnable::run;
  private final List<Landing> landed = new ArrayList<>();
  private final Invoker invoker =
      new Invoker(
          HeldProvider.together(far, asked),
          timer,
          timer::nowNanos,
          (cell, call, landing) -> landed.add(landing),
          new ByHand());
  private final List<Ended> ended = new ArrayList<>();

  private record Ended(Outcome outcome, long micros) {}

  private final class ByHand implements Aside {
    @Override
    public Executor readers(OwnerId owner) {
      return checks;
    }

    @Override
    public Executor makers(OwnerId owner, long bytes) {
      return makers;
    }
  }

  @Test
  void bringsTheOutcomeAndHowLongItTookSinceItLeft() {
    perform(ALPHA, call("a").call());
    timer.advanceMillis(5);
    assertThat(far.last().leave()).isTrue();
    timer.advanceMillis(7);

    far.last().answer().complete(new Outcome.Success(Payload.ofJson("{\"ok\":true}")));

    assertThat(ended)
        .containsExactly(new Ended(new Outcome.Success(Payload.ofJson("{\"ok\":true}")), 7_000));
    assertThat(invoker.outstanding()).isZero();
    assertThat(timer.pendingCount()).isZero();
  }

  @Test
  void givesARequestToNoProviderThatOnlyCallsFunctions() {
    perform(ALPHA, call("a").asking("{}").call());

    assertThat(far.held).isEmpty();
    assertThat(ended)
        .singleElement()
        .extracting(Ended::outcome)
        .isInstanceOfSatisfying(
            Outcome.FunctionError.class,
            error -> assertThat(error.detail()).contains("'acme'").contains("'held'"));
  }

  @Test
  void letsAnAttemptSendMoreWhileItIsUnderWay() {
    perform(ALPHA, call("a").call());
    SendGuard guard = far.last().call().guard();

    assertThat(guard.permitsMore()).as("has not left").isFalse();
    assertThat(guard.permits()).isTrue();
    assertThat(guard.permitsMore()).isTrue();
    assertThat(guard.permits()).as("leaves once").isFalse();
    far.last().answer().complete(new Outcome.Success(Payload.NULL));
    assertThat(guard.permitsMore()).as("has ended").isFalse();
  }

  @Test
  void whoWatchesSeesHowLongAnAttemptWaitedAndFlew() {
    Outcome done = new Outcome.Success(Payload.NULL);
    perform(ALPHA, call("a").call());
    timer.advanceMillis(5);
    far.last().leave();
    timer.advanceMillis(7);
    far.last().answer().complete(done);
    perform(ALPHA, call("b").call());
    timer.advanceMillis(3);
    far.last().answer().complete(new Outcome.NotSent("no"));

    assertThat(landed)
        .containsExactly(
            new Landing(done, true, 5_000_000, 7_000_000),
            new Landing(new Outcome.NotSent("no"), false, 3_000_000, 0));
  }

  @Test
  void whoWatchesSeesWhatWasNeverTriedToo() {
    perform(ALPHA, Calls.at("nowhere", Map.of()).call());

    assertThat(landed).singleElement().isEqualTo(Landing.unsent(ended.get(0).outcome()));
  }

  /** Effects may be asked for twice. */
  @Test
  void sendsAnAttemptInFlightOnlyOnce() {
    perform(ALPHA, call("a").call());
    perform(ALPHA, call("a").call());
    far.last().answer().complete(new Outcome.Success(Payload.NULL));

    assertThat(far.held).hasSize(1);
    assertThat(ended).hasSize(1);
  }

  @Test
  void keepsTheSameInvocationIdOfTwoOwnersApart() {
    perform(ALPHA, call("a").call());
    perform(BETA, call("a").call());

    assertThat(far.held).hasSize(2);
    assertThat(invoker.outstanding()).isEqualTo(2);
  }

  @Test
  void leavesHalfOfTheFlightsToOtherOwners() {
    for (int i = 0; i < Invoker.MAX_OF_OWNER; i++) {
      perform(ALPHA, call("a" + i).call());
    }
    assertThat(ended).isEmpty();

    perform(ALPHA, call("more").call());
    perform(BETA, call("other").call());

    assertThat(ended)
        .singleElement()
        .extracting(Ended::outcome)
        .isEqualTo(Outcome.Throttled.byUs(Duration.ofSeconds(1)));
    assertThat(far.last().call().attempt().call().invocation().value()).isEqualTo("other");

    far.held.get(0).answer().complete(new Outcome.Success(Payload.NULL));
    perform(ALPHA, call("next").call());
    assertThat(far.last().call().attempt().call().invocation().value()).isEqualTo("next");
  }

  /** Rule 10: the cell's guard is the last word. */
  @Test
  void letsNothingLeaveThatTheCellForbids() {
    perform(ALPHA, call("a").guardedBy(() -> false).call());

    assertThat(far.last().leave()).isFalse();
  }

  /** Rule 10: what the invoker gave up must not leave behind its back. */
  @Test
  void letsNothingLeaveAfterItsEnd() {
    perform(ALPHA, call("a").call());

    timer.advanceMillis(3_000);

    assertThat(ended)
        .as("nothing runs, and no slot need be leased")
        .containsExactly(new Ended(new Outcome.NotSent("it did not leave in time"), 3_000_000));
    assertThat(far.last().leave()).isFalse();
  }

  @Test
  void endsTheWaitItselfASecondAfterTheTimeout() {
    perform(ALPHA, call("a").call());
    far.last().leave();

    timer.advanceMillis(2_999);
    assertThat(ended).isEmpty();
    timer.advanceMillis(1);
    boolean cameLate = far.last().answer().complete(new Outcome.Success(Payload.NULL));

    assertThat(ended).containsExactly(new Ended(new Outcome.TimedOut(true), 3_000_000));
    assertThat(cameLate).isFalse();
  }

  @Test
  void takesAProviderThatThrowsForOneThatMayHaveSent() {
    perform(ALPHA, call("a").to(Map.of("throws", "yes")).call());
    perform(ALPHA, call("b").call());
    far.last().answer().completeExceptionally(new IllegalStateException("planted"));

    assertThat(ended)
        .hasSize(2)
        .allSatisfy(
            end -> {
              assertThat(end.outcome()).isInstanceOf(Outcome.Unavailable.class);
              assertThat(end.outcome().mayHaveRun()).isTrue();
            });
  }

  @Test
  void namesAProviderThatThisNodeDoesNotHave() {
    perform(ALPHA, Calls.at("lambda", Map.of()).call());

    assertThat(ended)
        .containsExactly(new Ended(new Outcome.NotSent("this node has no provider 'lambda'"), 0));
  }

  /** Rule 33: an over-size outcome becomes a function error. */
  @Test
  void namesSizeAndLimitOfAResultTooLargeForTheLog() {
    Outcome outcome = outcomeOf(Payload.ofJson("\"" + "x".repeat(Payload.MAX_BYTES) + "\""));

    assertThat(outcome)
        .isEqualTo(
            new Outcome.FunctionError(
                "the result of function 'resize' has 8388610 bytes; the limit is 8388608", false));
  }

  @Test
  void readsLargeResultsElsewhereThanWhereTheyCome() {
    checks = waiting::add;
    Payload large = Payload.ofJson("\"" + "x".repeat(Payload.MAX_INLINE_BYTES) + "\"");

    perform(ALPHA, call("a").call());
    far.last().leave();
    far.last().answer().complete(new Outcome.Success(large));
    boolean waits = ended.isEmpty();
    waiting.remove().run();

    assertThat(waits).isTrue();
    assertThat(ended).containsExactly(new Ended(new Outcome.Success(large), 0));
  }

  /** Or a function that has answered would run again. */
  @Test
  void givesUpNoResultThatWaitsToBeRead() {
    checks = waiting::add;
    Payload large = Payload.ofJson("\"" + "x".repeat(Payload.MAX_INLINE_BYTES) + "\"");
    perform(ALPHA, call("a").call());
    far.last().leave();
    timer.advanceMillis(1_900);
    far.last().answer().complete(new Outcome.Success(large));

    timer.advanceMillis(5_000);
    boolean waits = ended.isEmpty();
    waiting.remove().run();

    assertThat(waits).isTrue();
    assertThat(ended)
        .singleElement()
        .extracting(Ended::outcome)
        .isEqualTo(new Outcome.Success(large));
  }

  /** It has been read by then: who brought it counts it no more. */
  @Test
  void countsALargeResultFromItsComingOn() {
    checks = waiting::add;
    Freight freight = new Freight(16 * Payload.MAX_INLINE_BYTES, 0);
    Hold hold = hold(freight);
    Payload large = Payload.ofJson("\"" + "x".repeat(Payload.MAX_INLINE_BYTES) + "\"");
    perform(ALPHA, call("a").holding(hold).call());
    far.last().leave();

    far.last().answer().complete(new Outcome.Success(large));

    assertThat(freight.reading().usedBytes()).isEqualTo(large.sizeBytes());
  }

  @Test
  void sendsNoLargeArgumentsForWhichThereIsNoRoom() {
    Freight freight = new Freight(150_000, 0);

    perform(ALPHA, call("a").with(LARGE.json()).holding(hold(freight)).call());
    perform(ALPHA, call("b").with(LARGE.json()).holding(hold(freight)).call());
    perform(ALPHA, call("c").holding(hold(freight)).call());

    assertThat(ended)
        .singleElement()
        .extracting(Ended::outcome)
        .isEqualTo(Outcome.Throttled.byUs(Duration.ofSeconds(1)));
    assertThat(far.held).hasSize(2);
    far.held.get(0).call().sent();
    assertThat(freight.reading().usedBytes()).as("it has left").isZero();
  }

  /** What is made of them is kept as long as it may have to be sent again. */
  @Test
  void countsTheMessageOfARequestAsWell() {
    Freight freight = new Freight(300_000, 0);
    ProviderCall request = call("a").asking(LARGE.json()).at("asked").holding(hold(freight)).call();

    perform(ALPHA, request);
    assertThat(freight.reading().usedBytes()).isEqualTo(2L * LARGE.sizeBytes());

    asked.last().call().sent();
    assertThat(freight.reading().usedBytes()).isEqualTo(LARGE.sizeBytes());

    asked.last().call().hold().release();
    assertThat(freight.reading().usedBytes()).isZero();
  }

  @Test
  void makesAMessageOfLargeArgumentsElsewhereThanWhereTheyAreSent() {
    makers = waiting::add;
    ProviderCall request = call("a").asking(LARGE.json()).at("asked").call();

    perform(ALPHA, request);
    assertThat(asked.held).isEmpty();
    waiting.remove().run();

    assertThat(asked.held).hasSize(1);
  }

  @Test
  void sendsNothingThatWasStoppedOrWaitedTooLongForAThread() {
    makers = waiting::add;
    perform(ALPHA, call("a").asking(LARGE.json()).at("asked").call());
    perform(ALPHA, call("b").asking(LARGE.json()).at("asked").call());
    invoker.stop(ALPHA, Calls.attempt("a", 1));
    waiting.remove().run();
    timer.advanceMillis(800);
    waiting.remove().run();

    assertThat(asked.held).isEmpty();
    assertThat(ended)
        .extracting(Ended::outcome)
        .containsExactly(
            new Outcome.NotSent("stopped before it left"),
            Outcome.Throttled.byUs(Duration.ofSeconds(1)));
    assertThat(invoker.outstanding()).isZero();
  }

  @Test
  void sendsLaterWhereTooMuchWaitsToBecomeAMessage() {
    makers =
        task -> {
          throw new RejectedExecutionException("full");
        };

    perform(ALPHA, call("a").asking(LARGE.json()).at("asked").call());

    assertThat(ended)
        .extracting(Ended::outcome)
        .containsExactly(Outcome.Throttled.byUs(Duration.ofSeconds(1)));
  }

  /** The function has answered in time: what takes so long is this node. */
  @Test
  void givesAnAnswerThatWaitsForRoomMoreTime() {
    Freight freight = new Freight(100_000, 0);
    Freight.Load others = freight.add(100_000);
    Hold hold = hold(freight);
    perform(ALPHA, call("a").holding(hold).call());
    far.last().leave();
    CompletableFuture<Void> room = hold.room(100_000);

    timer.advanceMillis(30_000);
    assertThat(ended).isEmpty();
    others.release();
    assertThat(room).isCompleted();
    timer.advanceMillis(61_000);

    assertThat(ended)
        .as("now it is the provider that breaks its promise")
        .extracting(Ended::outcome)
        .containsExactly(new Outcome.TimedOut(true));
  }

  /** Its provider reads it; the invoker's time is not over meanwhile. */
  @Test
  void givesUpNoAnswerThatItsProviderReads() {
    Hold hold = new Hold(Freight.unbounded(), ALPHA.owner(), (bytes, task) -> waiting.add(task));
    perform(ALPHA, call("a").holding(hold).call());
    far.last().leave();
    hold.read(100_000, () -> far.last().answer().complete(new Outcome.Success(Payload.NULL)));

    timer.advanceMillis(5_000);
    assertThat(ended).isEmpty();
    waiting.remove().run();

    assertThat(ended).extracting(Ended::outcome).containsExactly(new Outcome.Success(Payload.NULL));
  }

  @Test
  void refusesAResultThatIsNotOneJsonValue() {
    for (String text : List.of("", "hello", "{} {}", "{\"a\":", "[1,]")) {
      assertThat(outcomeOf(Payload.ofJson(text)))
          .as(text)
          .isInstanceOf(Outcome.FunctionError.class);
    }
  }

  /** Half of a character can neither be stored nor sent. */
  @Test
  void shortensAnErrorBetweenCharacters() {
    perform(ALPHA, call("a").call());
    String faces = "\uD83D\uDE00".repeat(Problem.MAX_DETAIL_CHARS);

    far.last().answer().complete(new Outcome.FunctionError(faces, false));

    assertThat(((Outcome.FunctionError) ended.get(0).outcome()).detail())
        .hasSizeLessThanOrEqualTo(Problem.MAX_DETAIL_CHARS)
        .endsWith("\uDE00...");
  }

  @Test
  void stopsAnAttemptBeforeItLeaves() {
    perform(ALPHA, call("a").call());

    invoker.stop(ALPHA, Calls.attempt("a", 1));

    assertThat(ended).extracting(Ended::outcome).hasOnlyElementsOfType(Outcome.NotSent.class);
    assertThat(far.last().leave()).isFalse();
  }

  /** Rule 13: a stop ends the use of the answer, not the slot; the answer still proves the end. */
  @Test
  void goesOnWaitingForTheProofOfAStoppedAttempt() {
    perform(ALPHA, call("a").call());
    far.last().leave();

    invoker.stop(ALPHA, Calls.attempt("a", 1));
    assertThat(ended).isEmpty();
    far.last().answer().complete(new Outcome.TimedOut(false));

    assertThat(ended).containsExactly(new Ended(new Outcome.TimedOut(false), 0));
  }

  /** Or one that never ends would keep its slot for ever. */
  @Test
  void givesUpWhatNobodyWouldWatchOver() {
    timer.shutdown();

    perform(ALPHA, call("a").call());

    assertThat(ended).containsExactly(new Ended(new Outcome.NotSent("the node is stopping"), 0));
    assertThat(far.last().leave()).isFalse();
  }

  @Test
  void toldToCloseTellsWhatMayHaveRunFromWhatNeverLeft() {
    perform(ALPHA, call("sent").call());
    far.last().leave();
    perform(BETA, call("waiting").call());

    invoker.close();
    perform(ALPHA, call("late").call());

    assertThat(ended)
        .extracting(Ended::outcome)
        .containsExactlyInAnyOrder(
            new Outcome.Unavailable("the node is stopping", true),
            new Outcome.NotSent("the node is stopping"),
            new Outcome.NotSent("the node is stopping"));
    assertThat(far.last().leave()).isFalse();
  }

  /** Rule 15: what the rate of its scope has no room for waits, and leaves nothing behind. */
  @Test
  void sendsWhatARateHasNoRoomForALittleLater() {
    Account account = paced(1);
    perform(ALPHA, call("a").of(account).call());
    timer.advanceMillis(700);

    perform(ALPHA, call("b").of(account).call());
    assertThat(far.held).hasSize(1);
    timer.advanceMillis(350);

    assertThat(far.held).hasSize(2);
    assertThat(ended).isEmpty();
  }

  /** They may have waited for a thread, or for room; what an answer has sent on has not begun. */
  @Test
  void countsAgainstARateWhenTheBytesOfTheFirstMessageHaveLeft() {
    Account account = paced(1);
    perform(ALPHA, call("a").of(account).call());
    assertThat(far.last().leave()).isTrue();
    timer.advanceMillis(300);
    far.last().call().written();
    timer.advanceMillis(400);
    far.last().call().written();
    timer.advanceMillis(400);

    perform(ALPHA, call("b").of(account).call());
    assertThat(far.held).hasSize(1);
    timer.advanceMillis(240);

    assertThat(far.held).hasSize(2);
  }

  @Test
  void givesBackUnsentWhatWouldWaitBeyondHalfOfTheGrace() {
    Account account = paced(1);
    perform(ALPHA, call("a").of(account).call());

    perform(ALPHA, call("b").of(account).call());

    assertThat(ended).containsExactly(new Ended(Outcome.Throttled.byUs(Duration.ofMillis(500)), 0));
    assertThat(far.held).hasSize(1);
    assertThat(invoker.outstanding()).isOne();
  }

  @Test
  void stopsWhatWaitsForItsPace() {
    Account account = paced(1);
    perform(ALPHA, call("a").of(account).call());
    timer.advanceMillis(700);
    perform(ALPHA, call("b").of(account).call());

    invoker.stop(ALPHA, Calls.attempt("b", 1));
    timer.advanceMillis(350);

    assertThat(far.held).hasSize(1);
    assertThat(ended).extracting(Ended::outcome).hasOnlyElementsOfType(Outcome.NotSent.class);
  }

  private static Account paced(int starts) {
    Account plain = Calls.account("held", Map.of());
    List<Limit> rate = List.of(new Limit.Rate(starts, Limit.Window.SECOND));
    return new Account(
        plain.id(),
        plain.provider(),
        1,
        plain.policy(),
        plain.settings(),
        List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 4, rate)));
  }

  private static Hold hold(Freight freight) {
    return new Hold(freight, ALPHA.owner(), (bytes, task) -> task.run());
  }

  private Outcome outcomeOf(Payload result) {
    ended.clear();
    perform(ALPHA, call("a").call());
    far.last().answer().complete(new Outcome.Success(result));
    return ended.get(0).outcome();
  }

  private void perform(CellId cell, ProviderCall call) {
    invoker.perform(
        cell, call, ScopeLimit.ROOT, (outcome, micros) -> ended.add(new Ended(outcome, micros)));
  }

  private static Calls call(String invocation) {
    return Calls.at("held", Map.of()).named(invocation, 1).within(Duration.ofSeconds(2));
  }
}
