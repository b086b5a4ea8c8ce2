package io.corale.scheduler;

import static io.corale.scheduler.ControlCell.ME;
import static io.corale.scheduler.ControlCell.composition;
import static io.corale.scheduler.ControlCell.ended;
import static io.corale.scheduler.ControlCell.hold;
import static io.corale.scheduler.ControlCell.one;
import static io.corale.scheduler.ControlCell.owner;
import static io.corale.scheduler.ControlCell.prioritize;
import static io.corale.scheduler.ControlCell.release;
import static io.corale.scheduler.ControlCell.started;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.onlyContinue;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.starts;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Command.Hold.Target;
import io.corale.scheduler.Transition.Retry;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Holds that come late, meet what ends, or last through a change of superpeers (ADR 32). */
class HoldEdgeRulesTest {
  private static final long HOUR = 3_600 * SECOND;

  private static Step run() {
    return new Step.Run(
        0, new RunSpec(TestCell.COMPOSITION, Payload.NULL, true, SECOND, 0, "/do/0/run"));
  }

  /** Rule 22: what was asked for on several ways is not done behind what undoes it. */
  @Test
  void aLateCopyHoldsNothingThatWasReleased() {
    for (Target target : List.of(one("a"), composition(), owner())) {
      TestCell cell = TestCell.open(1);
      cell.apply(SECOND, submit("first"), submit("a"));
      Command pause = new Command.Hold(target, true, ME, "", cell.scheduler.nextUntilMicros());
      cell.apply(SECOND, pause);
      Applied again = cell.apply(0, pause);
      cell.apply(0, new Command.Hold(target, false, ME, "", cell.scheduler.nextUntilMicros()));

      Applied late = cell.apply(0, pause);

      assertThat(again.results().get(0)).isInstanceOf(Result.Done.class);
      assertThat(refusal(late).code()).as("%s", target).isEqualTo(Refusal.Code.EXPIRED);
      assertThat(cell.scheduler.holds(10)).isEmpty();
      assertThat(started(cell.apply(0, ended("first")))).containsExactly("a");
    }
  }

  @Test
  void aLateCopyTakesNoNewerPriorityAway() {
    TestCell cell = TestCell.open(1);
    cell.apply(SECOND, submit("first"), submit("a"));
    Command batch = prioritize(cell, ServiceClass.BATCH);
    cell.apply(SECOND, batch);
    cell.apply(0, prioritize(cell, ServiceClass.URGENT));

    Applied late = cell.apply(0, batch);

    assertThat(refusal(late).code()).isEqualTo(Refusal.Code.EXPIRED);
    assertThat(cell.status("a").serviceClass()).isEqualTo(ServiceClass.URGENT);
  }

  private static Command prioritize(TestCell cell, ServiceClass its) {
    return new Command.Prioritize(
        id("a"), Optional.of(its), OptionalLong.empty(), ME, cell.scheduler.nextUntilMicros());
  }

  /** It counts from when it was asked for, however often that is heard. */
  @Test
  void aCopyGivesNoNewDeadline() {
    TestCell cell = TestCell.open(1);
    cell.apply(SECOND, submit("first"), submit("a"));
    Command urgent = prioritize(cell, ServiceClass.URGENT);
    cell.apply(SECOND, urgent);
    long deadline = ControlCell.submission(cell, "a").deadlineMicros();

    Applied again = cell.apply(SECOND, urgent);

    assertThat(again.results().get(0)).isInstanceOf(Result.Done.class);
    assertThat(ControlCell.submission(cell, "a").deadlineMicros()).isEqualTo(deadline);
  }

  /** Whoever was told no holds to that. */
  @Test
  void aCopyOfWhatWasRefusedIsNotDoneLater() {
    TestCell cell = TestCell.open(1);
    Command pause = new Command.Hold(one("a"), true, ME, "", cell.scheduler.nextUntilMicros());
    Applied refused = cell.apply(0, pause);
    cell.apply(0, submit("a"));

    Applied late = cell.apply(0, pause);

    assertThat(refusal(refused).code()).isEqualTo(Refusal.Code.NOT_FOUND);
    assertThat(refusal(late).code()).isEqualTo(Refusal.Code.EXPIRED);
    assertThat(cell.scheduler.holds(10)).isEmpty();
  }

  /** While nobody leads, copies wait; behind that time nobody knows of them any more. */
  @Test
  void whatComesAfterItsTimeIsNotDone() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    Command pause = new Command.Hold(one("a"), true, ME, "", cell.scheduler.nextUntilMicros());

    Applied late = cell.apply(Command.Control.TIMELY_MICROS + 1, pause);

    assertThat(refusal(late).code()).isEqualTo(Refusal.Code.EXPIRED);
    assertThat(cell.scheduler.holds(10)).isEmpty();
  }

  /** Who makes up a time far ahead loses what it is for, and keeps nobody from anything. */
  @Test
  void aTimeThatNobodyWasToldBlocksNobody() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"), hold(one("a")));
    cell.apply(SECOND, new Command.Tick());

    cell.apply(0, new Command.Hold(one("a"), false, ME, "", cell.scheduler.nextUntilMicros()));

    assertThat(cell.scheduler.holds(10)).isEmpty();
  }

  private static Refusal refusal(Applied applied) {
    return ((Result.Refused) applied.results().get(0)).refusal();
  }

  @Test
  void saysWhoHolds() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    cell.apply(0, new Command.Hold(one("a"), true, "alice", "wrong input", SECOND));

    assertThat(cell.scheduler.holds(1).get(0).by()).isEqualTo("alice");
    assertThat(cell.status("a").held().orElseThrow().by()).isEqualTo("alice");
    TraceView trace = cell.scheduler.trace(id("a")).orElseThrow();
    assertThat(trace.events().get(trace.events().size() - 1).detail())
        .isEqualTo("by alice: wrong input");
  }

  /** A cell may have a hundred thousand of them; {@code corale holds} knows why. */
  @Test
  void theTraceOfEachOfACompositionHoldsItsNameOnly() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    cell.apply(0, hold(composition(), "x".repeat(500)));

    TraceView trace = cell.scheduler.trace(id("a")).orElseThrow();
    assertThat(trace.events().get(trace.events().size() - 1).detail())
        .isEqualTo("composition 'shop'");
  }

  @Test
  void callsThatWaitForTheirOwnerAreHeld() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, hold(owner()), submit("a"));

    assertThat(cell.status("a").callsHeld()).isEqualTo(1);
    assertThat(cell.status("a").callsQueued()).isEqualTo(1);
    cell.apply(0, release(owner()));
    assertThat(cell.status("a").callsHeld()).isZero();
  }

  /** What is measured is how long calls wait for a slot. */
  @Test
  void theTimeInWhichTheOwnerWasHeldIsNoWait() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(SECOND, submit("first"), submit("a"));
    cell.apply(2 * SECOND, hold(owner()), submit("b"));
    cell.apply(HOUR, release(owner()));

    Applied first = cell.apply(3 * SECOND, ended("first"));
    Applied second = cell.apply(0, ended("a"));

    assertThat(waited(first)).hasValue(5 * SECOND);
    assertThat(waited(second)).hasValue(3 * SECOND);
  }

  private static OptionalLong waited(Applied applied) {
    return effects(applied, Effect.Start.class).get(0).waitedMicros();
  }

  @Test
  void aCallThatWaitedForAFenceIsHeldBehindIt() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", spec(new Retry(2, 0, 0))));
    cell.apply(0, hold(one("a")), settle(attempt("a", 1, 1), new Outcome.TimedOut(true)));
    assertThat(cell.slots()).isEqualTo("0+1");

    Applied freed = cell.apply(HOUR, new Command.Tick());

    assertThat(starts(freed)).isEmpty();
    assertThat(cell.status("a").callsHeld()).isEqualTo(1);
    assertThat(starts(cell.apply(0, release(one("a"))))).containsExactly(attempt("a", 1, 2));
  }

  @Test
  void aCallThatWasLostToATakeOverIsHeldBehindItsFence() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"), hold(one("a")));
    cell.apply(0, release(one("a")));
    cell.apply(0, hold(one("a")));
    cell.takeOver();

    Applied freed = cell.apply(HOUR, new Command.Tick());

    assertThat(starts(freed)).isEmpty();
    assertThat(cell.status("a").callsHeld()).isEqualTo(1);
    assertThat(starts(cell.apply(0, release(one("a"))))).containsExactly(attempt("a", 1, 2));
  }

  @Test
  void theNextSuperpeerReleasesWhatWasHeldBefore() {
    for (Target target : List.of(one("a"), composition(), owner())) {
      TestCell cell = TestCell.open(1);
      cell.apply(0, hold(owner()), submit("a"), hold(target));
      cell.apply(0, target.equals(owner()) ? hold(owner()) : release(owner()));

      Applied taken = cell.takeOver();

      assertThat(starts(taken)).isEmpty();
      assertThat(started(cell.apply(0, release(target)))).as("%s", target).containsExactly("a");
    }
  }

  @Test
  void aHeldPartEndsWithWhatAwaitsIt() {
    TestCell cell = TestCell.open(1);
    Applied begun = cell.apply(0, submit("a", steps(run())), hold(one("a")));
    cell.apply(0, advance(onlyContinue(begun), new Step.Call(0, spec())));
    cell.apply(0, hold(one("a~1")));

    cell.apply(0, new Command.Cancel(id("a"), "enough"));

    assertThat(cell.scheduler.heldCalls()).isZero();
    assertThat(cell.scheduler.live()).isZero();
    assertThat(cell.scheduler.holds(10)).isEmpty();
  }

  /** Each of its invocations is looked through once, though all are of the composition. */
  @Test
  void aCompositionThatAwaitsItselfIsHeldAndReleasedAsAWhole() {
    TestCell cell = TestCell.open(4);
    Applied begun = cell.apply(0, submit("a", steps(run())));
    Applied deeper = cell.apply(0, advance(onlyContinue(begun), run()));
    cell.apply(0, hold(composition()));
    cell.apply(0, advance(onlyContinue(deeper), new Step.Call(0, spec())));
    assertThat(cell.scheduler.heldCalls()).isEqualTo(1);

    Applied released = cell.apply(HOUR, release(composition()));

    assertThat(started(released)).containsExactly("a~1~1");
  }

  /** It would come back to nothing, and no replica could apply that. */
  @Test
  void aScopeOfHeldCallsCannotGo() {
    TestCell cell = cellOfTwoScopes();
    cell.apply(0, LimitCell.submit("x", "a"), LimitCell.submit("y", "a"));
    cell.apply(0, hold(one("y")), LimitCell.succeeded(cell, "x"));

    Applied refused = cell.apply(0, withoutScope());

    assertThat(refusal(refused).code()).isEqualTo(Refusal.Code.CONFLICT);
    assertThat(refusal(refused).message()).contains("'a' cannot go");
    assertThat(started(cell.apply(0, release(one("y"))))).containsExactly("y");
    cell.apply(0, LimitCell.succeeded(cell, "y"));
    assertThat(cell.apply(0, withoutScope()).results().get(0)).isInstanceOf(Result.Done.class);
  }

  @Test
  void aScopeOfCallsThatAreToBeTriedAgainCannotGo() {
    TestCell cell = cellOfTwoScopes();
    cell.apply(0, LimitCell.submit("x", "a", new Retry(2, SECOND, SECOND)));
    cell.apply(
        0, settle(LimitCell.attempt(cell, "x"), new Outcome.Unavailable("it is away", false)));

    Applied refused = cell.apply(0, withoutScope());

    assertThat(refusal(refused).code()).isEqualTo(Refusal.Code.CONFLICT);
    assertThat(started(cell.apply(2 * SECOND, new Command.Tick()))).containsExactly("x");
  }

  private static TestCell cellOfTwoScopes() {
    TestCell cell = LimitCell.open(LimitCell.root(1), LimitCell.leaf("a", 1));
    cell.apply(0, new Command.ActivateVersion(Entry.CONTROL_FORMAT));
    return cell;
  }

  private static Command withoutScope() {
    return new Command.Configure(LimitCell.account(2, LimitCell.root(1)));
  }

  /** What is late by then is late still; it waits in the lane of such. */
  @Test
  void whatWasLateBeforeItWasHeldComesBackLate() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(SECOND, submit("first"), submit("a"));
    cell.apply(100 * SECOND, hold(one("a")));
    cell.apply(SECOND, submit("b"));
    cell.apply(HOUR, release(one("a")));
    cell.apply(0, submit("c"));

    long late = ControlCell.submission(cell, "a").deadlineMicros();
    assertThat(late).isLessThan(cell.scheduler.cellTimeMicros());
    assertThat(started(cell.apply(0, ended("first")))).containsExactly("c");
    assertThat(cell.scheduler.invariants()).isEmpty();
  }

  /** Rule 36: what stood in a log of older formats is held by what the newer one says. */
  @Test
  void whatWasQueuedInAnOlderFormatIsHeldOnceTheNewOneIsActive() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("first"), submit("a"));
    TestCell restored = new TestCell(OwnerScheduler.restore(cell.scheduler.image()));

    restored.apply(0, new Command.ActivateVersion(Entry.CONTROL_FORMAT), hold(one("a")));

    assertThat(started(restored.apply(HOUR, ended("first")))).isEmpty();
    assertThat(started(restored.apply(0, release(one("a"))))).containsExactly("a");
  }

  /** Its provider had no room for it: it waits where it waited, and that is nowhere by now. */
  @Test
  void aCallThatIsThrottledIsHeld() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"), new Command.ActivateVersion(Entry.CONTROL_FORMAT));
    Outcome noRoom = Outcome.Throttled.byProvider(Duration.ofSeconds(1));
    cell.apply(0, hold(one("a")), settle(attempt("a", 1, 1), noRoom));

    Applied later = cell.apply(HOUR, new Command.Tick());

    assertThat(starts(later)).isEmpty();
    assertThat(cell.status("a").callsHeld()).isEqualTo(1);
    assertThat(starts(cell.apply(0, release(one("a"))))).containsExactly(attempt("a", 1, 2));
  }

  /** Nobody waits for its fence, and it is held at once. */
  @Test
  void aCallWhoseExecutorHasCrashedIsHeld() {
    TestCell cell = new TestCell().opened(TestCell.fastAccount(1, 1));
    cell.apply(0, submit("a"), hold(one("a")));
    cell.apply(0, release(one("a")));
    cell.apply(0, hold(one("a")));
    cell.takeOver();

    Applied freed = cell.apply(0, new Command.Crashed(TestCell.executor(1)));

    assertThat(starts(freed)).isEmpty();
    assertThat(cell.status("a").callsHeld()).isEqualTo(1);
    assertThat(starts(cell.apply(0, release(one("a"))))).hasSize(1);
  }
}
