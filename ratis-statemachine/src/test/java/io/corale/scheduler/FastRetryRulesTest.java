package io.corale.scheduler;

import static io.corale.scheduler.TestCell.FENCE;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.at;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.executor;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.starts;
import static io.corale.scheduler.TestCell.submit;
import static io.corale.scheduler.TestCell.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.Outcome;
import io.corale.scheduler.Transition.Retry;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a crash does to the calls of an account that would rather not wait (rule 12). */
class FastRetryRulesTest {
  private static final Command CRASHED = new Command.Crashed(executor(1));

  @Test
  void triesAtOnceAgainWhatACrashedExecutorHadInFlight() {
    TestCell cell = crashed(TestCell.fastAccount(1, 2), 2);

    Applied applied = cell.apply(0, CRASHED);

    assertThat(starts(applied)).containsExactly(attempt("a", 1, 2), attempt("b", 1, 2));
    assertThat(starts(applied).get(0).call()).as("the key").isEqualTo(attempt("a", 1, 1).call());
    assertThat(cell.slots()).isEqualTo("2+0");
  }

  @Test
  void leavesTheSlotsOfOtherAccountsLeased() {
    TestCell cell = crashed(TestCell.account(1, 2), 2);

    Applied applied = cell.apply(0, CRASHED);

    assertThat(applied.effects()).isEmpty();
    assertThat(cell.slots()).isEqualTo("0+2");
    assertThat(starts(cell.apply(FENCE, new Command.Tick()))).hasSize(2);
  }

  /** A take-over alone is no crash: who handed over still brings home what runs. */
  @Test
  void waitsWhereNobodyHasCrashed() {
    TestCell cell = crashed(TestCell.fastAccount(1, 1), 1);

    assertThat(cell.slots()).isEqualTo("0+1");
    assertThat(starts(cell.apply(SECOND, new Command.Tick()))).isEmpty();
  }

  /** The first outcome wins, and it is the one of the attempt that took the other's place. */
  @Test
  void endsACallOnceThoughItsOldAttemptEndsAsWell() {
    TestCell cell = crashed(TestCell.fastAccount(1, 1), 1);
    cell.apply(0, CRASHED);

    Applied late = cell.apply(0, settle(attempt("a", 1, 1), at(0, 1, end(0))));
    Applied first = cell.apply(0, settle(attempt("a", 1, 2), at(0, 1, end(0))));
    Applied again = cell.apply(0, settle(attempt("a", 1, 1), success()));

    assertThat(late.effects()).isEmpty();
    assertThat(effects(first, Effect.Answer.class)).hasSize(1);
    assertThat(again.effects()).isEmpty();
    assertThat(cell.slots()).isEqualTo("0+0");
  }

  /** Else what may run beside the limit would be more than what was in flight at the crash. */
  @Test
  void waitsForTheFenceOfWhatWasLeasedForAnotherReason() {
    TestCell cell = new TestCell().opened(TestCell.fastAccount(1, 2));
    cell.apply(0, submit("a", spec(new Retry(2, 0, 0))), submit("b"));
    cell.apply(0, settle(attempt("a", 1, 1), new Outcome.TimedOut(true)));
    cell.takeOver();

    Applied applied = cell.apply(0, CRASHED);

    assertThat(starts(applied)).containsExactly(attempt("b", 1, 2));
    assertThat(cell.slots()).isEqualTo("1+1");
  }

  /** Rule 22. */
  @Test
  void freesOnce() {
    TestCell cell = crashed(TestCell.fastAccount(1, 1), 1);
    cell.apply(0, CRASHED);

    Applied twice = cell.apply(0, CRASHED);

    assertThat(twice.results()).containsExactly(new Result.Done());
    assertThat(twice.effects()).isEmpty();
  }

  @Test
  void doesNotTakeThePresentExecutorForCrashed() {
    TestCell cell = crashed(TestCell.fastAccount(1, 1), 1);
    cell.apply(0, CRASHED);

    Applied applied = cell.apply(0, new Command.Crashed(executor(2)));

    assertThat(applied.results()).first().isInstanceOf(Result.Refused.class);
    assertThat(cell.slots()).isEqualTo("1+0");
  }

  @Test
  void namesTheOrphansThatWaitForNoFence() {
    TestCell cell = crashed(TestCell.fastAccount(1, 1), 1);

    assertThat(cell.scheduler.resume())
        .contains(
            new Effect.Inquire(
                executor(1), List.of(new Orphan(attempt("a", 1, 1), 2, FENCE, true))));
  }

  /** So many calls run when the executor of term 1 loses the cell. */
  private static TestCell crashed(Account account, int calls) {
    TestCell cell = new TestCell().opened(account);
    for (AttemptId id : List.of(attempt("a", 1, 1), attempt("b", 1, 1)).subList(0, calls)) {
      cell.apply(0, submit(id.call().invocation().value()));
    }
    cell.takeOver();
    return cell;
  }
}
