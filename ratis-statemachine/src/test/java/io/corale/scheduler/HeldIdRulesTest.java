package io.corale.scheduler;

import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.fork;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.starts;
import static io.corale.scheduler.TestCell.steps;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.AttemptId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.model.Refusal;
import io.corale.model.Retention;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Retry;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * An id may come again: not while an attempt of it may run, and with calls of names of their own
 * (rules 13 and 24).
 */
final class HeldIdRulesTest {
  /** Of what {@link TestCell#submit} submits. */
  private static final long RECEIPT = 60 * SECOND;

  /** Far longer than that. */
  private static final long TIMEOUT = 300 * SECOND;

  private static final CallSpec SLOW =
      new CallSpec(
          "resize",
          "cheap",
          TestCell.ACCOUNT,
          "label",
          Payload.ofJson("{}"),
          TIMEOUT,
          SECOND,
          SECOND,
          Retry.NEVER,
          "/do/0/resize");

  private static final RunSpec RUN =
      new RunSpec(TestCell.COMPOSITION, Payload.NULL, false, SECOND, SECOND, "/do/0/run");

  private TestCell cell = TestCell.open(2);

  private void activate() {
    cell.apply(0, new Command.ActivateVersion(Entry.NEWEST_FORMAT));
  }

  private void pass(long micros) {
    cell.apply(micros, new Command.Tick());
  }

  private AttemptId beginAndCancel() {
    AttemptId started = starts(cell.apply(1, TestCell.submit("a", SLOW))).get(0);
    cell.apply(SECOND, new Command.Cancel(id("a"), "enough"));
    return started;
  }

  private Result submit() {
    return cell.apply(1, TestCell.submit("a", SLOW)).results().get(0);
  }

  private AttemptId callAfterEightDropped() {
    Step[] dropping = fork(8, new Step.Fail(-1, Problem.validation("enough", "")));
    Applied begun = cell.apply(1, TestCell.submit("a", steps(dropping)));
    Applied called = cell.apply(1, advance(TestCell.onlyContinue(begun), new Step.Call(0, SLOW)));
    return starts(called).get(0);
  }

  private static Refusal refusal(Result result) {
    return ((Result.Refused) result).refusal();
  }

  @Test
  void waitsForTheLastFenceOfWhatHadItBefore() {
    activate();
    beginAndCancel();
    pass(RECEIPT);
    assertThat(cell.scheduler.status(id("a"))).isEmpty();

    Refusal refusal = refusal(submit());

    assertThat(refusal.code()).isEqualTo(Refusal.Code.OVERLOADED);
    assertThat(refusal.retryAfter()).isPositive();
    assertThat(cell.slots()).isEqualTo("0+1");
    pass(TIMEOUT);
    assertThat(cell.slots()).isEqualTo("0+0");
    assertThat(submit()).isEqualTo(new Result.Accepted());
    assertThat(cell.slots()).isEqualTo("1+0");
  }

  /** It comes home after its fence, when the next invocation of the id runs. */
  @Test
  void whatCameOfAnEarlierOneSettlesNothing() {
    activate();
    AttemptId late = beginAndCancel();
    pass(RECEIPT);
    pass(TIMEOUT);
    AttemptId started = starts(cell.apply(1, TestCell.submit("a", SLOW))).get(0);

    cell.apply(1, TestCell.settle(late, steps(end(0))));
    cell.apply(1, TestCell.settle(late, new Outcome.NotSent("too late")));
    cell.apply(1, new Command.Proved(late));

    assertThat(started.call()).isNotEqualTo(late.call());
    assertThat(cell.slots()).isEqualTo("1+0");
    assertThat(cell.status("a").ending()).isEmpty();
    assertThat(cell.status("a").callsEnded()).isZero();
    cell.apply(1, TestCell.settle(started, steps(end(0))));
    assertThat(cell.status("a").ending()).isPresent();
    assertThat(cell.status("a").callsEnded()).isEqualTo(1);
  }

  /** Also a proof of the earlier one's end frees nothing, once the next one's slot is leased. */
  @Test
  void whatProvesTheEndOfAnEarlierOneFreesNothing() {
    activate();
    AttemptId late = beginAndCancel();
    pass(RECEIPT);
    pass(TIMEOUT);
    cell.apply(1, TestCell.submit("a", SLOW));
    cell.takeOver();

    cell.apply(1, new Command.Proved(late));

    assertThat(cell.slots()).isEqualTo("0+1");
  }

  /** By the numbers of calls that were dropped as they were opened as well. */
  @Test
  void callsOfTheNextAreNumberedOn() {
    activate();
    AttemptId first = callAfterEightDropped();
    cell.apply(1, TestCell.settle(first, steps(end(0))));
    pass(RECEIPT);

    AttemptId second = starts(cell.apply(1, TestCell.submit("a", SLOW))).get(0);

    assertThat(second.call().number()).isGreaterThan(first.call().number());
  }

  /** Also where the one before had its numbers while none of them counted, and is forgotten. */
  @Test
  void callsOfTheNextAreNumberedOnFromThoseOfOlderFormats() {
    AttemptId first = callAfterEightDropped();
    cell.apply(1, TestCell.settle(first, steps(end(0))));
    pass(RECEIPT);
    assertThat(cell.scheduler.status(id("a"))).isEmpty();
    activate();

    for (int life = 2; life < 12; life++) {
      AttemptId next = starts(cell.apply(1, TestCell.submit("a", SLOW))).get(0);
      assertThat(next.call().number()).isGreaterThan(first.call().number());
      cell.apply(1, TestCell.settle(next, steps(end(0))));
      pass(RECEIPT);
    }
  }

  /** It has its numbers from 1 for ever, and they count from then on. */
  @Test
  void callsOfTheNextAreNumberedOnFromThoseOfOneThatLivedThroughTheActivation() {
    AttemptId first = callAfterEightDropped();
    activate();
    cell = new TestCell(OwnerScheduler.restore(cell.scheduler.image()));
    cell.apply(1, TestCell.settle(first, steps(end(0))));
    pass(RECEIPT);

    AttemptId second = starts(cell.apply(1, TestCell.submit("a", SLOW))).get(0);

    assertThat(second.call().number()).isGreaterThan(first.call().number());
  }

  /** A cell that is born with it has left nothing behind. */
  @Test
  void numbersAreSmallWhereNothingHadBegun() {
    activate();

    AttemptId first = starts(cell.apply(1, TestCell.submit("a", SLOW))).get(0);

    assertThat(first.call().number()).isLessThan(10);
  }

  /**
   * As long as its receipt lives, it is known as ever; then it is readable, and taken all the same.
   */
  @Test
  void isHeldAlsoWhileItIsHistory() {
    activate();
    cell.apply(0, new Command.Retain(new Retention(Duration.ofDays(1), 10, 1 << 20)));
    beginAndCancel();

    assertThat(submit()).isInstanceOf(Result.Known.class);
    pass(RECEIPT);

    assertThat(refusal(submit()).code()).isEqualTo(Refusal.Code.OVERLOADED);
    assertThat(cell.status("a").ending()).isPresent();
  }

  /** A replica that was restored in between, under another superpeer, decides the same. */
  @Test
  void isHeldAfterARestoreAndATakeOver() {
    activate();
    beginAndCancel();
    pass(RECEIPT);
    cell = new TestCell(OwnerScheduler.restore(cell.scheduler.image()));

    assertThat(refusal(submit()).code()).isEqualTo(Refusal.Code.OVERLOADED);
    cell.takeOver();
    assertThat(refusal(submit()).code()).isEqualTo(Refusal.Code.OVERLOADED);

    pass(TIMEOUT);
    assertThat(submit()).isEqualTo(new Result.Accepted());
    assertThat(cell.slots()).isEqualTo("1+0");
  }

  @Test
  void isFreeAsSoonAsItsAttemptHasCertainlyEnded() {
    activate();
    AttemptId started = beginAndCancel();
    pass(RECEIPT);

    cell.apply(1, TestCell.settle(started, TestCell.success()));

    assertThat(cell.slots()).isEqualTo("0+0");
    assertThat(submit()).isEqualTo(new Result.Accepted());
  }

  @Test
  void whatItRunsTakesTheNextNumber() {
    activate();
    Applied begun = cell.apply(1, TestCell.submit("a", steps(new Step.Run(0, RUN))));
    Effect.Continue child =
        TestCell.effects(begun, Effect.Continue.class).stream()
            .filter(next -> next.branch().invocation().equals(id("a").run(1)))
            .findFirst()
            .orElseThrow();
    cell.apply(1, advance(child, new Step.Call(0, SLOW)));
    cell.apply(1, new Command.Cancel(id("a").run(1), "enough"));
    cell.apply(1, new Command.Cancel(id("a"), "enough"));
    pass(RECEIPT);
    assertThat(cell.scheduler.status(id("a").run(1))).isEmpty();
    assertThat(cell.slots()).isEqualTo("0+1");

    cell.apply(1, TestCell.submit("a", steps(new Step.Run(0, RUN))));

    assertThat(cell.scheduler.status(id("a").run(1))).isEmpty();
    assertThat(cell.scheduler.status(id("a").run(2))).isPresent();
  }

  /** Who asks after his time is told so, whatever stands. */
  @Test
  void whoseTimeIsOverIsToldSo() {
    activate();
    beginAndCancel();
    pass(RECEIPT);
    Command.Submit late = (Command.Submit) TestCell.submit("a", SLOW);

    Result result =
        cell.apply(
                1,
                new Command.Submit(
                    late.invocation(),
                    late.composition(),
                    late.input(),
                    late.caller(),
                    late.labels(),
                    Optional.empty(),
                    late.serviceClass(),
                    0,
                    0,
                    late.rankMicros(),
                    late.transition(),
                    late.acceptedWallMillis(),
                    ""))
            .results()
            .get(0);

    assertThat(refusal(result).code()).isEqualTo(Refusal.Code.EXPIRED);
  }

  /** As it went when they were written. */
  @Test
  void isFreeInLogsOfOlderFormats() {
    cell.withoutInvariants();
    AttemptId started = beginAndCancel();
    pass(RECEIPT);

    assertThat(started).isEqualTo(attempt("a", 1, 1));
    assertThat(starts(cell.apply(1, TestCell.submit("a", SLOW)))).containsExactly(started);
  }
}
