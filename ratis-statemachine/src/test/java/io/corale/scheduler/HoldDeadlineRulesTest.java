package io.corale.scheduler;

import static io.corale.scheduler.ControlCell.composition;
import static io.corale.scheduler.ControlCell.ended;
import static io.corale.scheduler.ControlCell.hold;
import static io.corale.scheduler.ControlCell.one;
import static io.corale.scheduler.ControlCell.owner;
import static io.corale.scheduler.ControlCell.release;
import static io.corale.scheduler.ControlCell.started;
import static io.corale.scheduler.ControlCell.submission;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.at;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.fork;
import static io.corale.scheduler.TestCell.onlyContinue;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Payload;
import io.corale.scheduler.Command.Hold.Target;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was held does not come last because of that (ADR 32). */
class HoldDeadlineRulesTest {
  private static final long HOUR = 3_600 * SECOND;

  private static Step run() {
    return new Step.Run(
        0, new RunSpec(TestCell.COMPOSITION, Payload.NULL, true, SECOND, 0, "/do/0/run"));
  }

  /** What is held with others comes back as it stood to them, and before what came later. */
  @Test
  void callsComeBackToTheirPlaces() {
    for (Target target : List.of(composition(), owner())) {
      TestCell cell = TestCell.open(1).keepingWaits();
      cell.apply(SECOND, submit("first"), submit("a"));
      cell.apply(SECOND, submit("b"));
      cell.apply(SECOND, hold(target));
      cell.apply(HOUR, ended("first"));

      Applied released = cell.apply(SECOND, submit("new"), release(target));

      assertThat(started(released)).as("%s", target).containsExactly("a");
      assertThat(started(cell.apply(0, ended("a")))).containsExactly("b");
      assertThat(started(cell.apply(0, ended("b")))).containsExactly("new");
    }
  }

  @Test
  void theDeadlineMovesOnByTheTimeInWhichAllOfItWasHeld() {
    for (Target target : List.of(one("a"), composition(), owner())) {
      TestCell cell = TestCell.open(1).keepingWaits();
      cell.apply(SECOND, submit("first"), submit("a"));
      long deadline = submission(cell, "a").deadlineMicros();
      cell.apply(SECOND, hold(target));

      cell.apply(HOUR, release(target));

      assertThat(submission(cell, "a").deadlineMicros())
          .as("%s", target)
          .isEqualTo(deadline + HOUR);
    }
  }

  /** From when its last call came to be held. */
  @Test
  void theTimeInWhichSomethingOfItRanCounts() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(SECOND, submit("a", steps(fork(2))));
    long deadline = submission(cell, "a").deadlineMicros();
    cell.apply(SECOND, hold(one("a")));
    cell.apply(3 * SECOND, settle(attempt("a", 1, 1), at(1, 1, new Step.Call(1, spec()))));

    cell.apply(HOUR, release(one("a")));

    assertThat(submission(cell, "a").deadlineMicros()).isEqualTo(deadline + HOUR);
  }

  @Test
  void theDeadlineStaysWhereSomethingOfItRunsStill() {
    TestCell cell = TestCell.open(1);
    cell.apply(SECOND, submit("a", steps(fork(2))));
    long deadline = submission(cell, "a").deadlineMicros();
    cell.apply(SECOND, hold(one("a")));

    cell.apply(HOUR, release(one("a")));

    assertThat(submission(cell, "a").deadlineMicros()).isEqualTo(deadline);
  }

  @Test
  void theDeadlineOfWhatAwaitsItMovesOnAsWell() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(SECOND, submit("first"));
    Applied begun = cell.apply(SECOND, submit("a", steps(run())));
    cell.apply(0, advance(onlyContinue(begun), new Step.Call(0, spec())));
    long deadline = submission(cell, "a").deadlineMicros();
    cell.apply(0, hold(one("a~1")));

    cell.apply(HOUR, release(one("a~1")));

    assertThat(submission(cell, "a~1").deadlineMicros()).isEqualTo(deadline + HOUR);
    assertThat(submission(cell, "a").deadlineMicros()).isEqualTo(deadline + HOUR);
  }

  @Test
  void whatIsHeldWithItsOwnerAsWellHasWaitedSinceThen() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(SECOND, submit("first"), submit("a"));
    long deadline = submission(cell, "a").deadlineMicros();
    cell.apply(SECOND, hold(owner()));
    cell.apply(HOUR, hold(one("a")));
    cell.apply(HOUR, release(owner()));

    cell.apply(HOUR, release(one("a")));

    assertThat(submission(cell, "a").deadlineMicros()).isEqualTo(deadline + 3 * HOUR);
  }

  private static Step runAt(int branch) {
    return new Step.Run(
        branch, new RunSpec(TestCell.COMPOSITION, Payload.NULL, true, SECOND, 0, "/do/0/run"));
  }

  /** One that awaits two, each with a call. */
  private static TestCell awaitingTwo() {
    TestCell cell = TestCell.open(1).keepingWaits();
    Applied begun =
        cell.apply(
            SECOND, submit("a", steps(new Step.Open(0), new Step.Open(0), runAt(-1), runAt(-2))));
    for (Effect.Continue next : effects(begun, Effect.Continue.class)) {
      cell.apply(0, advance(next, new Step.Call(0, spec())));
    }
    return cell;
  }

  /** Else all that it calls next would come last. */
  @Test
  void theDeadlineOfWhatAwaitsAnotherThatGoesOnStays() {
    TestCell cell = awaitingTwo();
    long deadline = submission(cell, "a").deadlineMicros();
    cell.apply(SECOND, hold(one("a~2")));

    cell.apply(HOUR, release(one("a~2")));

    assertThat(submission(cell, "a~2").deadlineMicros()).isEqualTo(deadline + HOUR);
    assertThat(submission(cell, "a").deadlineMicros()).isEqualTo(deadline);
    assertThat(submission(cell, "a~1").deadlineMicros()).isEqualTo(deadline);
  }

  /** Its own call is held, but what it awaits runs. */
  @Test
  void theDeadlineOfOneWhoseAwaitedOneRunsStays() {
    TestCell cell = TestCell.open(1).keepingWaits();
    Applied begun =
        cell.apply(
            SECOND,
            submit(
                "a",
                steps(new Step.Open(0), new Step.Open(0), runAt(-1), new Step.Call(-2, spec()))));
    cell.apply(0, advance(onlyContinue(begun), new Step.Call(0, spec())));
    Applied next = cell.apply(0, settle(attempt("a", 1, 1), at(2, 1, new Step.Call(2, spec()))));
    assertThat(started(next)).containsExactly("a~1");
    long deadline = submission(cell, "a").deadlineMicros();
    cell.apply(SECOND, hold(one("a")));

    cell.apply(HOUR, release(one("a")));

    assertThat(submission(cell, "a").deadlineMicros()).isEqualTo(deadline);
  }

  /** What nothing awaits is moved with all that it awaits, where all of that was held. */
  @Test
  void aWorkThatIsHeldAsAWholeMovesAsAWhole() {
    for (Target target : List.of(one("a"), composition())) {
      TestCell cell = TestCell.open(1).keepingWaits();
      cell.apply(SECOND, submit("first"));
      Applied begun =
          cell.apply(
              SECOND, submit("a", steps(new Step.Open(0), new Step.Open(0), runAt(-1), runAt(-2))));
      for (Effect.Continue next : effects(begun, Effect.Continue.class)) {
        cell.apply(0, advance(next, new Step.Call(0, spec())));
      }
      long deadline = submission(cell, "a").deadlineMicros();
      cell.apply(0, hold(target));

      cell.apply(HOUR, release(target));

      for (String each : List.of("a", "a~1", "a~2")) {
        assertThat(submission(cell, each).deadlineMicros()).isEqualTo(deadline + HOUR);
      }
    }
  }
}
