package io.corale.scheduler;

import static io.corale.scheduler.TestCell.FENCE;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.starts;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Outcome;
import io.corale.scheduler.Transition.Retry;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What passes for time in a cell. */
class TimeRulesTest {
  private static final Outcome ERROR = new Outcome.FunctionError("busy", true);

  /** Rule 7: cell time is the sum of what the entries say. */
  @Test
  void addsUpWhatTheEntriesSay() {
    TestCell cell = TestCell.open(1);

    cell.apply(3 * SECOND, new Command.Tick());
    cell.takeOver();
    Applied applied = cell.apply(4 * SECOND, new Command.Tick());

    assertThat(applied.cellTimeMicros()).isEqualTo(7 * SECOND);
    assertThat(cell.scheduler.cellTimeMicros()).isEqualTo(7 * SECOND);
  }

  /** Rule 7: time that a proposer measured in another term may have been counted by others. */
  @Test
  void countsNoTimeOfAnotherTerm() {
    TestCell cell = TestCell.open(1);
    Entry late =
        new Entry(TestCell.executor(1), 9, 5 * SECOND, 0, false, List.of(new Command.Tick()));

    Applied applied = cell.scheduler.apply(2, 99, late);

    assertThat(applied.cellTimeMicros()).isZero();
  }

  /** Rule 7: a wrong clock can stop time, it cannot turn it back. */
  @Test
  void staysAtTheEndOfTime() {
    TestCell cell = TestCell.open(1);
    cell.apply(Long.MAX_VALUE, new Command.Tick());

    Applied applied = cell.apply(SECOND, submit("a"));

    assertThat(applied.cellTimeMicros()).isEqualTo(Long.MAX_VALUE);
  }

  /** Rule 7: timers fire in whatever entry reaches their time, before its commands. */
  @Test
  void firesTimersInAnyEntryBeforeItsCommands() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", spec(new Retry(2, SECOND, SECOND))));
    cell.apply(0, settle(attempt("a", 1, 1), ERROR), submit("b"));
    cell.apply(0, settle(attempt("b", 1, 1), TestCell.at(0, 1, TestCell.end(0))));

    Applied applied =
        cell.apply(SECOND, new Command.Configure(TestCell.account(2, 2)), submit("c"));

    assertThat(starts(applied)).containsExactly(attempt("a", 1, 2), attempt("c", 1, 1));
  }

  /** Rules 7 and 11: fences go on under the next superpeer, they do not begin again. */
  @Test
  void fencesAccumulateOverSuperpeers() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    cell.takeOver();
    cell.apply(FENCE / 2, new Command.Tick());
    cell.takeOver();
    assertThat(starts(cell.apply(FENCE - FENCE / 2 - 1, new Command.Tick()))).isEmpty();

    Applied applied = cell.apply(1, new Command.Tick());

    assertThat(starts(applied)).containsExactly(attempt("a", 1, 2));
  }

  /**
   * Rule 19: two outcomes that come after their fences, in two entries of one moment. The timer
   * that the first one set fires in the second, which sets another for the same moment.
   */
  @Test
  void asksToBeWokenAgainForATimerOfThisVeryMoment() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a"), submit("b"));
    cell.apply(2 * FENCE, new Command.Tick());
    cell.apply(0, settle(attempt("a", 1, 1), new Outcome.TimedOut(true)));

    Applied applied = cell.apply(0, settle(attempt("b", 1, 1), new Outcome.TimedOut(true)));

    assertThat(TestCell.effects(applied, Effect.WakeAt.class))
        .containsExactly(new Effect.WakeAt(2 * FENCE));
  }

  @Test
  void asksToBeWokenForTheFirstTimerOnly() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", spec(new Retry(2, SECOND, SECOND))));
    cell.apply(0, submit("b", spec(new Retry(2, SECOND, SECOND))));

    Applied first = cell.apply(0, settle(attempt("a", 1, 1), ERROR));
    Applied second = cell.apply(10, settle(attempt("b", 1, 1), ERROR));

    assertThat(first.effects()).contains(new Effect.WakeAt(SECOND));
    assertThat(TestCell.effects(second, Effect.WakeAt.class)).isEmpty();
    assertThat(cell.scheduler.resume()).containsExactly(new Effect.WakeAt(SECOND));
  }
}
