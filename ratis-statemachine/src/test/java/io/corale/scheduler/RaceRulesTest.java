package io.corale.scheduler;

import static io.corale.scheduler.TestCell.FENCE;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.at;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.fork;
import static io.corale.scheduler.TestCell.onlyContinue;
import static io.corale.scheduler.TestCell.outputs;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.starts;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static io.corale.scheduler.TestCell.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Problem;
import io.corale.scheduler.Transition.Step;
import org.junit.jupiter.api.Test;

/** What becomes of branches that compete (rules 13 and 19). */
class RaceRulesTest {
  private static final Step RACE = new Step.Race(0);

  @Test
  void theFirstThatEndsEndsAllOthers() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", steps(fork(4, RACE))));

    Applied won = cell.apply(0, settle(attempt("a", 2, 1), at(2, 1, end(2))));

    assertThat(onlyContinue(won).branch().branch()).isZero();
    assertThat(outputs(onlyContinue(won))).containsExactly("\"out2\"");
    assertThat(effects(won, Effect.Stop.class))
        .containsExactly(new Effect.Stop(attempt("a", 1, 1)));
    assertThat(cell.queued()).isZero();
    assertThat(cell.scheduler.image().branches()).hasSize(1);
    assertThat(cell.lastEvents("a", 2))
        .containsExactly(TraceEvent.Kind.WON, TraceEvent.Kind.LEASED);
  }

  /** Rule 13: a loser may run on, and its slot is taken for as long. */
  @Test
  void aLosersSlotIsLeasedUntilProofOrFence() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", steps(fork(2, RACE))));
    cell.apply(0, settle(attempt("a", 1, 1), at(1, 1, end(1))));
    assertThat(cell.slots()).isEqualTo("0+1");

    cell.apply(0, submit("b"), submit("c"));
    assertThat(cell.slots()).isEqualTo("1+1");
    Applied fence = cell.apply(FENCE, new Command.Tick());

    assertThat(starts(fence)).containsExactly(attempt("c", 1, 1));
  }

  @Test
  void aLateOutcomeOfALoserOnlyFreesItsSlot() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", steps(fork(2, RACE))));
    Applied won = cell.apply(0, settle(attempt("a", 1, 1), at(1, 1, end(1))));

    Applied late = cell.apply(0, settle(attempt("a", 2, 1), at(2, 1, end(2))));

    assertThat(late.effects()).containsExactly(new Effect.WakeAt(Effect.WakeAt.NEVER));
    assertThat(cell.slots()).isEqualTo("0+0");
    cell.apply(0, advance(onlyContinue(won), end(0)));
    assertThat(cell.status("a").phase()).isEqualTo(InvocationView.Phase.COMPLETED);
  }

  /** Both come in one entry: the log's order decides, the second finds no branch any more. */
  @Test
  void oneEntryHasOneWinner() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", steps(fork(2, RACE))));

    Applied both =
        cell.apply(
            0,
            settle(attempt("a", 2, 1), at(2, 1, end(2))),
            settle(attempt("a", 1, 1), at(1, 1, end(1))));

    assertThat(outputs(onlyContinue(both))).containsExactly("\"out2\"");
    assertThat(cell.slots()).isEqualTo("0+0");
  }

  @Test
  void aFailureFailsTheRace() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", steps(fork(2, RACE))));
    Problem problem = Problem.validation("no", "/do/0");

    Applied failed = cell.apply(0, settle(attempt("a", 1, 1), at(1, 1, new Step.Fail(1, problem))));

    assertThat(onlyContinue(failed).signal()).isEqualTo(new Signal.Failed(problem));
    assertThat(effects(failed, Effect.Stop.class)).hasSize(1);
  }

  /** An interpreter may end a branch at once, before or after it says that they race. */
  @Test
  void isWonInTheTransitionThatOpensIt() {
    for (Step[] steps :
        new Step[][] {
          {open(), open(), RACE, new Step.Call(-1, spec()), end(-2)},
          {open(), open(), new Step.Call(-1, spec()), end(-2), RACE}
        }) {
      TestCell cell = TestCell.open(2);

      Applied applied = cell.apply(0, submit("a", steps(steps)));

      assertThat(outputs(onlyContinue(applied))).containsExactly("\"out-2\"");
      assertThat(starts(applied)).isEmpty();
    }
  }

  /** After its join a branch forks as ever. */
  @Test
  void isOverForTheNextFork() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", steps(fork(2, RACE))));
    cell.apply(0, settle(attempt("a", 2, 1), success()));
    Applied won = cell.apply(0, settle(attempt("a", 1, 1), at(1, 1, end(1))));
    cell.apply(0, advance(onlyContinue(won), fork(2)));

    Applied first = cell.apply(0, settle(attempt("a", 3, 1), at(3, 1, end(3))));
    Applied second = cell.apply(0, settle(attempt("a", 4, 1), at(4, 1, end(4))));

    assertThat(first.effects()).isEmpty();
    assertThat(outputs(onlyContinue(second))).containsExactly("\"out3\"", "\"out4\"");
  }

  private static Step open() {
    return new Step.Open(0);
  }
}
