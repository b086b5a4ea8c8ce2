package io.corale.scheduler;

import static io.corale.scheduler.TestCell.FENCE;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.at;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.fork;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.onlyContinue;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.starts;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static io.corale.scheduler.TestCell.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Ending;
import io.corale.model.Payload;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the timers of a branch do to it (rules 7 and 19). */
class TimerRulesTest {
  private static final Step CALL = new Step.Call(0, spec());

  @Test
  void wakesABranchThatWaitsForTimeOnly() {
    TestCell cell = TestCell.open(1);
    Applied armed = cell.apply(0, submit("a", steps(new Step.Arm(0, 3, SECOND))));

    Applied early = cell.apply(SECOND - 1, new Command.Tick());
    Applied due = cell.apply(1, new Command.Tick());

    assertThat(armed.effects()).containsExactly(new Effect.WakeAt(SECOND));
    assertThat(early.effects()).isEmpty();
    assertThat(onlyContinue(due).signal()).isEqualTo(new Signal.Elapsed(3));
    assertThat(onlyContinue(due).branch().step()).isEqualTo(2);
    assertThat(onlyContinue(due).branch().moment().ageMicros()).isEqualTo(SECOND);
    assertThat(cell.lastEvents("a", 1)).containsExactly(TraceEvent.Kind.WAITED);
    cell.apply(0, advance(onlyContinue(due), end(0)));
    assertThat(cell.status("a").phase()).isEqualTo(InvocationView.Phase.COMPLETED);
  }

  /** What has ended in time costs no entry when its time is over. */
  @Test
  void wakesNobodyForATimerThatWasCalledOff() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", steps(new Step.Arm(0, 0, SECOND), CALL)));

    Applied inTime = cell.apply(SECOND / 2, settle(attempt("a", 1, 1), at(0, 2, end(0))));

    assertThat(effects(inTime, Effect.WakeAt.class))
        .containsExactly(new Effect.WakeAt(Effect.WakeAt.NEVER));
    assertThat(cell.scheduler.resume()).isEmpty();
  }

  /** Rule 13: the attempt ends for us, its slot does not. */
  @Test
  void leasesTheSlotOfACallThatItInterrupts() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", steps(new Step.Arm(0, 0, SECOND), CALL)));

    Applied due = cell.apply(SECOND, new Command.Tick());

    assertThat(effects(due, Effect.Stop.class))
        .containsExactly(new Effect.Stop(attempt("a", 1, 1)));
    assertThat(onlyContinue(due).signal()).isEqualTo(new Signal.Elapsed(0));
    assertThat(cell.slots()).isEqualTo("0+1");
    assertThat(cell.lastEvents("a", 2))
        .containsExactly(TraceEvent.Kind.TIMED_OUT, TraceEvent.Kind.LEASED);

    assertThat(starts(cell.apply(FENCE - SECOND - 1, submit("b")))).isEmpty();
    assertThat(starts(cell.apply(1, new Command.Tick()))).containsExactly(attempt("b", 1, 1));
  }

  /**
   * Rule 19: what was interpreted before the timer was due is stale; the outcome frees its slot.
   */
  @Test
  void anOutcomeAfterItFreesTheSlotAndDoesNothingElse() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", steps(new Step.Arm(0, 0, SECOND), CALL)));
    cell.apply(SECOND, new Command.Tick());

    Applied late = cell.apply(0, settle(attempt("a", 1, 1), at(0, 2, end(0))));

    assertThat(late.effects()).noneMatch(Effect.Answer.class::isInstance);
    assertThat(cell.slots()).isEqualTo("0+0");
    assertThat(onlyResumed(cell).signal()).isEqualTo(new Signal.Elapsed(0));
  }

  @Test
  void takesTheInterruptedCallOutOfItsQueue() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"), submit("b", steps(new Step.Arm(0, 0, SECOND), CALL)));
    assertThat(cell.queued()).isEqualTo(1);

    Applied due = cell.apply(SECOND, new Command.Tick());

    assertThat(onlyContinue(due).branch().invocation()).isEqualTo(id("b"));
    assertThat(cell.queued()).isZero();
  }

  @Test
  void endsTheDescendantsOfItsBranchAndTheirTimers() {
    TestCell cell = TestCell.open(1);
    Step[] fork = fork(3, new Step.Arm(-1, 5, 2 * SECOND), new Step.Arm(-2, 5, SECOND));
    cell.apply(0, submit("a", steps(fork)));
    cell.apply(0, arm("a", 3, 0, SECOND));

    Applied due = cell.apply(2 * SECOND, new Command.Tick());

    assertThat(onlyContinue(due).branch().branch()).isZero();
    assertThat(onlyContinue(due).signal()).isEqualTo(new Signal.Elapsed(0));
    assertThat(effects(due, Effect.Stop.class)).hasSize(1);
    assertThat(cell.queued()).isZero();
    assertThat(cell.scheduler.image().branches()).hasSize(1);
    cell.apply(0, advance(onlyContinue(due), end(0)));
    assertThat(cell.status("a").phase()).isEqualTo(InvocationView.Phase.COMPLETED);
  }

  /** The timer that was set further out calls off those inside, whatever is due. */
  @Test
  void anOuterTimerBeatsAnInnerOne() {
    TestCell cell = TestCell.open(1);
    cell.apply(
        0, submit("a", steps(new Step.Arm(0, 1, 2 * SECOND), new Step.Arm(0, 2, SECOND), CALL)));

    Applied both = cell.apply(3 * SECOND, new Command.Tick());

    assertThat(onlyContinue(both).signal()).isEqualTo(new Signal.Elapsed(1));
    assertThat(cell.scheduler.image().branches().get(0).waiting().timers()).isEmpty();
  }

  @Test
  void callsOffTheTimersThatWereSetInsideIt() {
    TestCell cell = TestCell.open(1);
    cell.apply(
        0, submit("a", steps(new Step.Arm(0, 1, SECOND), new Step.Arm(0, 2, 2 * SECOND), CALL)));

    Applied outer = cell.apply(SECOND, new Command.Tick());
    Applied later = cell.apply(SECOND, new Command.Tick());

    assertThat(onlyContinue(outer).signal()).isEqualTo(new Signal.Elapsed(1));
    assertThat(later.effects()).isEmpty();
  }

  @Test
  void keepsTheTimersThatWereSetOutsideIt() {
    TestCell cell = TestCell.open(1);
    cell.apply(
        0, submit("a", steps(new Step.Arm(0, 1, 2 * SECOND), new Step.Arm(0, 2, SECOND), CALL)));

    Applied inner = cell.apply(SECOND, new Command.Tick());
    Applied outer = cell.apply(SECOND, new Command.Tick());

    assertThat(onlyContinue(inner).signal()).isEqualTo(new Signal.Elapsed(2));
    assertThat(onlyContinue(outer).signal()).isEqualTo(new Signal.Elapsed(1));
    assertThat(onlyContinue(outer).branch().step())
        .isEqualTo(onlyContinue(inner).branch().step() + 1);
  }

  @Test
  void theTimerWinsOverASignalThatNobodyHasInterpreted() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", steps(new Step.Arm(0, 0, SECOND), CALL)));
    cell.apply(0, settle(attempt("a", 1, 1), success()));

    Applied due = cell.apply(SECOND, new Command.Advance(id("a"), at(0, 2, end(0))));

    assertThat(due.results()).containsExactly(new Result.Stale());
    assertThat(onlyResumed(cell).signal()).isEqualTo(new Signal.Elapsed(0));
    assertThat(effects(due, Effect.Continue.class)).contains(onlyResumed(cell));
  }

  @Test
  void isCalledOffByDisarming() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", steps(new Step.Arm(0, 0, SECOND), CALL)));
    cell.apply(
        0,
        settle(
            attempt("a", 1, 1),
            at(0, 2, new Step.Disarm(0, 0), new Step.Disarm(0, 7), new Step.Call(0, spec()))));

    Applied tick = cell.apply(SECOND, new Command.Tick());

    assertThat(tick.effects()).isEmpty();
    assertThat(cell.slots()).isEqualTo("1+0");
  }

  @Test
  void armedAgainCountsFromThen() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", steps(new Step.Arm(0, 0, SECOND), CALL)));
    cell.apply(SECOND / 2, arm("a", 2, 0, SECOND));

    Applied first = cell.apply(SECOND / 2, new Command.Tick());
    Applied second = cell.apply(SECOND / 2, new Command.Tick());

    assertThat(effects(first, Effect.Continue.class)).isEmpty();
    assertThat(onlyContinue(second).signal()).isEqualTo(new Signal.Elapsed(0));
  }

  /** A sum that stays at the end of time never turns to its beginning. */
  @Test
  void staysAtTheEndOfTime() {
    TestCell cell = TestCell.open(1);
    cell.apply(SECOND, submit("a", steps(new Step.Arm(0, 0, Long.MAX_VALUE))));

    assertThat(cell.apply(SECOND, new Command.Tick()).effects()).isEmpty();
  }

  /** A wait of no time is over with the next entry, and there is one, whatever else was due. */
  @Test
  void asksToBeWokenAtOnceForATimerOfNoTime() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", steps(new Step.Arm(0, 0, SECOND))));

    Applied armed = cell.apply(SECOND, submit("b", steps(new Step.Arm(0, 0, 0))));
    Applied due = cell.apply(0, new Command.Tick());

    assertThat(armed.effects()).contains(new Effect.WakeAt(SECOND));
    assertThat(onlyContinue(due).branch().invocation()).isEqualTo(id("b"));
  }

  @Test
  void endsWithItsBranch() {
    TestCell cell = TestCell.open(2);
    Step[] fork = fork(2, new Step.Arm(-1, 4, SECOND), new Step.Arm(-2, 4, SECOND));
    cell.apply(0, submit("a", steps(fork)));
    cell.apply(0, settle(attempt("a", 1, 1), at(1, 2, end(1))));

    Applied due = cell.apply(SECOND, new Command.Tick());
    assertThat(onlyContinue(due).branch().branch()).isEqualTo(2);

    cell.apply(0, submit("b", steps(new Step.Arm(0, 0, SECOND), CALL)));
    cell.apply(0, new Command.Cancel(id("b"), "no more"));
    assertThat(effects(cell.apply(SECOND, new Command.Tick()), Effect.Continue.class)).isEmpty();
  }

  /** Rule 35: a replica that was restored has the same timers in the same order. */
  @Test
  void survivesASnapshot() {
    TestCell cell = TestCell.open(3);
    for (String id : List.of("a", "b", "c")) {
      cell.apply(0, submit(id, steps(new Step.Arm(0, 2, SECOND), new Step.Arm(0, 1, 2 * SECOND))));
    }
    TestCell restored = new TestCell(OwnerScheduler.restore(cell.scheduler.image()));

    Applied due = cell.apply(SECOND, new Command.Tick());

    assertThat(restored.scheduler.resume()).containsExactly(new Effect.WakeAt(SECOND));
    assertThat(effects(due, Effect.Continue.class)).hasSize(3);
    assertThat(restored.apply(SECOND, new Command.Tick()).effects()).isEqualTo(due.effects());
    assertThat(restored.scheduler.image().branches()).isEqualTo(cell.scheduler.image().branches());
  }

  /** Rule 7: it goes on under the next superpeer; rule 19: who leads next learns of it. */
  @Test
  void survivesATakeOver() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", steps(new Step.Arm(0, 0, 2 * SECOND))));
    cell.apply(SECOND, new Command.Tick());
    cell.takeOver();
    assertThat(cell.scheduler.resume()).containsExactly(new Effect.WakeAt(2 * SECOND));

    Applied due = cell.apply(SECOND, new Command.Tick());

    assertThat(cell.scheduler.resume()).containsExactly(onlyContinue(due));
  }

  @Test
  void manyAreDueInOneEntryInTheOrderOfTheirTimes() {
    TestCell cell = TestCell.open(1);
    List<Command> submits = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      submits.add(submit("i" + i, steps(new Step.Arm(0, 0, (i * 617L) % 1_000))));
    }
    cell.apply(0, submits.toArray(new Command[0]));

    Applied due = cell.apply(SECOND, new Command.Tick());

    List<Integer> order =
        effects(due, Effect.Continue.class).stream()
            .map(next -> Integer.parseInt(next.branch().invocation().value().substring(1)))
            .map(i -> (i * 617) % 1_000)
            .toList();
    assertThat(order).hasSize(1_000).isSorted();
  }

  @Test
  void areBoundedAtABranchAndArmedAgainAlsoThere() {
    assertThat(armed(Waiting.MAX_TIMERS, Waiting.MAX_TIMERS - 1).effects())
        .noneMatch(Effect.Answer.class::isInstance);

    Effect.Answer answer =
        effects(armed(Waiting.MAX_TIMERS, Waiting.MAX_TIMERS), Effect.Answer.class).get(0);

    assertThat(((Ending.Faulted) answer.ending()).problem().detail())
        .contains(Waiting.MAX_TIMERS + " timers");
  }

  /** Arms timers from 0 on, and then one more of this number. */
  private static Applied armed(int count, int more) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      steps.add(new Step.Arm(0, i, SECOND));
    }
    steps.add(new Step.Arm(0, more, SECOND));
    return TestCell.open(1).apply(0, submit("a", steps(steps.toArray(new Step[0]))));
  }

  private static Effect.Continue onlyResumed(TestCell cell) {
    List<Effect> outstanding =
        cell.scheduler.resume().stream().filter(Effect.Continue.class::isInstance).toList();
    assertThat(outstanding).hasSize(1);
    return (Effect.Continue) outstanding.get(0);
  }

  private static Command arm(String id, long step, int timer, long micros) {
    return new Command.Advance(
        id(id), at(0, step, new Step.Remember(0, Payload.NULL), new Step.Arm(0, timer, micros)));
  }
}
