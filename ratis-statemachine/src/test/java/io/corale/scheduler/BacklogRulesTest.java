package io.corale.scheduler;

import static io.corale.scheduler.ControlCell.submission;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.at;
import static io.corale.scheduler.TestCell.onlyContinue;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.AttemptId;
import io.corale.model.Payload;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a flow has outstanding is what has open calls, on every replica, however it came to where it
 * is (rules 17 and 35, ADR 33). Each invocation here has a rank of two seconds, and one slot.
 */
class BacklogRulesTest {
  private static final long RANK = 2 * SECOND;

  /** What a class allows at once: the deadline of one whose flow has nothing outstanding. */
  private static final long ALLOWED = Submissions.allowed(ServiceClass.STANDARD, RANK);

  /** An hour passes before anything goes on. */
  private static Command sleeping(String id) {
    return submit(id, steps(new Step.Arm(0, 0, 3_600 * SECOND)));
  }

  private static Step run(boolean isAwaited) {
    return new Step.Run(
        0, new RunSpec(TestCell.COMPOSITION, Payload.NULL, isAwaited, RANK, 0, "/do/0/run"));
  }

  /** By how much the deadline of a new invocation is behind what its class allows. */
  private static long pushedBack(TestCell cell, String id) {
    cell.apply(0, submit(id));
    Invocation.Submission its = submission(cell, id);
    return its.deadlineMicros() - its.acceptedMicros() - ALLOWED;
  }

  private static long work(TestCell cell, int count) {
    for (int i = 0; i < count; i++) {
      cell.apply(0, submit("work" + i));
    }
    return count * RANK;
  }

  @Test
  void whatHasOpenCallsPushesTheNextBack() {
    TestCell cell = TermsCell.open(1);
    long outstanding = work(cell, 20);

    assertThat(pushedBack(cell, "next")).isEqualTo(outstanding - ALLOWED);
  }

  /** A week of listening is no work; before, its caller paid for it all that time. */
  @Test
  void whatSleepsOrListensPushesNobodyBack() {
    TestCell cell = TermsCell.open(1);
    for (int i = 0; i < 50; i++) {
      cell.apply(0, sleeping("sleeping" + i));
    }

    assertThat(pushedBack(cell, "next")).isZero();
  }

  @Test
  void itDidBeforeItsFormatWasActive() {
    TestCell cell = TestCell.open(1);
    for (int i = 0; i < 50; i++) {
      cell.apply(0, sleeping("sleeping" + i));
    }

    assertThat(pushedBack(cell, "next")).isEqualTo(50 * RANK - ALLOWED);
  }

  /**
   * What is awaited has no rank: it is counted where it came from, which has no call of its own.
   */
  @Test
  void whatAwaitsAnotherCountsWhileThatHasOpenCalls() {
    TestCell cell = TermsCell.open(1);
    for (int i = 0; i < 20; i++) {
      Applied begun = cell.apply(0, submit("parent" + i, steps(run(true))));
      cell.apply(0, TestCell.advance(onlyContinue(begun), new Step.Call(0, spec())));
    }

    assertThat(pushedBack(cell, "next")).isEqualTo(20 * RANK - ALLOWED);
  }

  @Test
  void itEndsWithItsLastCall() {
    TestCell cell = TermsCell.open(1);
    work(cell, 20);
    for (int i = 0; i < 20; i++) {
      AttemptId running = cell.scheduler.image().slots().get(0).attempt();
      cell.apply(SECOND, TestCell.settle(running, at(0, 1, TestCell.end(0))));
    }

    assertThat(pushedBack(cell, "next")).isZero();
  }

  @Test
  void itEndsWithACancelledWork() {
    TestCell cell = TermsCell.open(1);
    work(cell, 20);
    for (int i = 0; i < 20; i++) {
      cell.apply(0, new Command.Cancel(TestCell.id("work" + i), "changed mind"));
    }

    assertThat(pushedBack(cell, "next")).isZero();
  }

  /** ADR 32: what is given another class counts to another flow. */
  @Test
  void itMovesWithItsClass() {
    TestCell cell = TermsCell.open(1);
    work(cell, 20);
    for (int i = 0; i < 20; i++) {
      cell.apply(0, ControlCell.prioritize("work" + i, ServiceClass.BATCH));
    }

    assertThat(pushedBack(cell, "next")).isZero();
  }

  /** At the activation all is counted anew: FLOWS_NOT_REBUILT. */
  @Test
  void aReplicaRestoredBeforeOrAfterTheActivationIsAsOneThatLived() {
    TestCell steady = TestCell.open(1);
    steady.apply(0, sleeping("sleeping"), submit("working"));
    steady.apply(0, submit("parent", steps(run(true))));
    TestCell before = new TestCell(OwnerScheduler.restore(steady.scheduler.image()));
    steady.apply(0, new Command.ActivateVersion(Entry.TERMS_FORMAT));
    before.apply(0, new Command.ActivateVersion(Entry.TERMS_FORMAT));
    TestCell after = new TestCell(OwnerScheduler.restore(steady.scheduler.image()));

    for (TestCell cell : List.of(steady, before, after)) {
      work(cell, 20);
      cell.apply(0, submit("next"));
    }

    long deadline = submission(steady, "next").deadlineMicros();
    assertThat(submission(before, "next").deadlineMicros()).isEqualTo(deadline);
    assertThat(submission(after, "next").deadlineMicros()).isEqualTo(deadline);
    assertThat(deadline).isEqualTo(21 * RANK);
  }

  /** WEIGHT_IGNORED: with four times the weight a quarter of the way back, alone in its queue. */
  @Test
  void aHeavyCallerIsPushedBackLess() {
    TestCell plain = TermsCell.open(1);
    TestCell heavy = TermsCell.open(1);
    heavy.apply(0, new Command.Agree(TermsCell.weighing("ada", 4)));
    for (TestCell cell : List.of(plain, heavy)) {
      work(cell, 40);
      cell.apply(0, otherCaller("other"));
      cell.apply(0, submit("next"));
    }

    // Of two flows one has weight 1: of weights 1 + 1 the half, of 4 + 1 four fifths.
    assertThat(submission(plain, "next").deadlineMicros()).isEqualTo(40 * RANK * 2);
    assertThat(submission(heavy, "next").deadlineMicros()).isEqualTo(40 * RANK * 5 / 4);
  }

  private static Command otherCaller(String id) {
    Command.Submit its = (Command.Submit) submit(id);
    return new Command.Submit(
        its.invocation(),
        its.composition(),
        its.input(),
        "bob",
        its.labels(),
        its.parent(),
        its.serviceClass(),
        its.deadlineMicros(),
        its.receiptMicros(),
        its.rankMicros(),
        its.transition(),
        its.acceptedWallMillis(),
        its.traceParent());
  }

  /** A settled call whose branch is not interpreted yet is no open call. */
  @Test
  void nothingIsLostWhereACallHandsOnToTheNext() {
    TestCell cell = TermsCell.open(1);
    cell.apply(0, submit("a"));
    for (int call = 1; call <= 5; call++) {
      AttemptId last = LimitCell.attempt(cell, "a");
      cell.apply(0, TestCell.settle(last, at(0, call, new Step.Call(0, spec()))));
    }

    cell.apply(0, new Command.Cancel(TestCell.id("a"), "enough"));

    assertThat(cell.scheduler.invariants()).isEmpty();
  }
}
