package io.corale.scheduler;

import static io.corale.scheduler.TestCell.at;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.starts;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static io.corale.scheduler.TestCell.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.AccountId;
import io.corale.model.Ending;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Retry;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a step does to an invocation, whole or not at all. */
class TransitionRulesTest {
  private static final Payload STATE = Payload.ofJson("\"here\"");

  /** Rule 18: a chain of k steps costs k + 1 commands. */
  @Test
  void goesOnAndEndsInTheSettlementsOfItsCalls() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));

    Applied next =
        cell.apply(
            0,
            settle(
                attempt("a", 1, 1),
                at(0, 1, new Step.Remember(0, STATE), new Step.Call(0, spec()))));
    Effect.Start start = effects(next, Effect.Start.class).get(0);
    assertThat(start.attempt()).isEqualTo(attempt("a", 2, 1));
    assertThat(start.branch().step()).isEqualTo(3);
    assertThat(start.branch().state()).isEqualTo(STATE);

    Applied last = cell.apply(0, settle(attempt("a", 2, 1), at(0, 3, end(0))));
    assertThat(last.results()).containsExactly(new Result.Done());
    assertThat(cell.status("a").phase()).isEqualTo(InvocationView.Phase.COMPLETED);
    assertThat(cell.status("a").callsEnded()).isEqualTo(2);
  }

  /** Rules 18 and 19: a stale transition loses nothing, its outcome is asked about again. */
  @Test
  void keepsTheSignalOfAStaleTransition() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));

    Applied stale = cell.apply(0, settle(attempt("a", 1, 1), at(0, 7, end(0))));

    assertThat(stale.results()).containsExactly(new Result.Stale());
    Effect.Continue again = effects(stale, Effect.Continue.class).get(0);
    assertThat(again.signal()).isEqualTo(new Signal.Returned(Payload.ofJson("1")));
    assertThat(cell.scheduler.resume()).containsExactly(again);
    assertThat(cell.slots()).isEqualTo("0+0");

    Applied done =
        cell.apply(0, new Command.Advance(id("a"), at(0, again.branch().step(), end(0))));
    assertThat(done.results()).containsExactly(new Result.Done());
    assertThat(cell.scheduler.resume()).isEmpty();
  }

  /** Rule 18: one guard that does not hold keeps every step from happening. */
  @Test
  void appliesNothingWhereOneGuardFails() {
    TestCell cell = TestCell.open(3);
    cell.apply(0, submit("a", fork(2)));
    Transition both =
        new Transition(List.of(new Guard(1, 1), new Guard(2, 9)), List.of(end(1), end(2)));

    Applied applied = cell.apply(0, settle(attempt("a", 1, 1), both));

    assertThat(applied.results()).containsExactly(new Result.Stale());
    assertThat(cell.status("a").callsRunning()).isEqualTo(1);
    assertThat(effects(applied, Effect.Continue.class)).hasSize(1);
  }

  /** Rule 22: the second of two equal advances finds its guard gone. */
  @Test
  void advancesOnceOnly() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    cell.apply(0, settle(attempt("a", 1, 1), success()));
    Command.Advance advance = new Command.Advance(id("a"), at(0, 1, new Step.Call(0, spec())));

    cell.apply(0, advance);
    Applied again = cell.apply(0, advance);

    assertThat(again.results()).containsExactly(new Result.Stale());
    assertThat(again.effects()).isEmpty();
  }

  /** Rule 19: children end in any order, the join has their outputs in the order of opening. */
  @Test
  void joinsInTheOrderOfOpening() {
    TestCell cell = TestCell.open(3);
    cell.apply(0, submit("a", fork(3)));
    cell.apply(0, settle(attempt("a", 3, 1), at(3, 1, end(3))));
    cell.apply(0, settle(attempt("a", 1, 1), at(1, 1, end(1))));

    Applied last = cell.apply(0, settle(attempt("a", 2, 1), at(2, 1, end(2))));

    Effect.Continue join = effects(last, Effect.Continue.class).get(0);
    assertThat(join.branch().branch()).isZero();
    assertThat(((Signal.Joined) join.signal()).outputs())
        .extracting(Payload::json)
        .containsExactly("\"out1\"", "\"out2\"", "\"out3\"");
    cell.apply(0, new Command.Advance(id("a"), at(0, join.branch().step(), end(0))));
    assertThat(cell.status("a").phase()).isEqualTo(InvocationView.Phase.COMPLETED);
  }

  /** The last child may fold the join into its own settlement. */
  @Test
  void foldsTheJoinIntoTheLastSettlement() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", fork(1)));
    Transition fold =
        new Transition(
            List.of(new Guard(0, 1), new Guard(1, 1)),
            List.of(end(1), new Step.Remember(0, STATE), new Step.Call(0, spec())));

    Applied applied = cell.apply(0, settle(attempt("a", 1, 1), fold));

    assertThat(effects(applied, Effect.Continue.class)).isEmpty();
    assertThat(starts(applied)).containsExactly(attempt("a", 2, 1));
  }

  /** Rule 19: ending a branch ends its descendants, and stops what they have running. */
  @Test
  void endsDescendantsWithTheirBranch() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", fork(3)));

    Applied applied =
        cell.apply(0, settle(attempt("a", 1, 1), new Transition(twoGuards(), List.of(end(0)))));

    assertThat(effects(applied, Effect.Stop.class))
        .containsExactly(new Effect.Stop(attempt("a", 2, 1)));
    assertThat(cell.slots()).isEqualTo("0+1");
    assertThat(effects(applied, Effect.Answer.class)).hasSize(1);
    assertThat(starts(cell.apply(0, submit("b")))).containsExactly(attempt("b", 1, 1));
  }

  private static List<Guard> twoGuards() {
    return List.of(new Guard(0, 3), new Guard(1, 1));
  }

  @Test
  void aFaultEndsEverything() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", fork(3)));
    Problem problem = Problem.validation("no", "/do/0");

    Applied applied = cell.apply(0, settle(attempt("a", 1, 1), at(1, 1, new Step.Fault(problem))));

    assertThat(effects(applied, Effect.Answer.class))
        .containsExactly(new Effect.Answer(id("a"), new Ending.Faulted(problem)));
    assertThat(cell.slots()).isEqualTo("0+0");
    assertThat(cell.scheduler.accountViews().get(0).scopes().get(0).queued()).isZero();
  }

  /** Rule 18: what makes no sense faults the invocation, with nothing of it applied. */
  @Test
  void faultsOnWhatMakesNoSense() {
    assertThat(problemOf(new Step.Remember(0, STATE))).contains("nothing to wait for");
    assertThat(problemOf(end(4))).contains("without a guard");
    assertThat(problemOf(end(-1))).contains("before it opens");
    assertThat(problemOf(end(0), end(0))).contains("follows the end");
    assertThat(problemOf(new Step.Call(0, spec()), new Step.Call(0, spec())))
        .contains("waits already");
    assertThat(problemOf(new Step.Open(0))).contains("nothing to wait for");
    assertThat(problemOf(new Step.Call(0, callAt("nowhere", "label"))))
        .contains("account 'nowhere' is not configured");
    assertThat(problemOf(new Step.Call(0, callAt("lab", "nothing"))))
        .contains("no scope 'nothing'");
    Payload large = Payload.ofJson("\"" + "x".repeat(Payload.MAX_INLINE_BYTES) + "\"");
    assertThat(problemOf(new Step.End(0, large))).contains("at most 32768");
    assertThat(
            problemOf(
                new Step.Remember(0, large),
                new Step.Remember(0, large),
                new Step.Remember(0, large),
                new Step.Remember(0, large)))
        .contains(String.valueOf(Transition.MAX_BYTES));
  }

  private static String problemOf(Step... steps) {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    Applied applied = cell.apply(0, settle(attempt("a", 1, 1), at(0, 1, steps)));
    Ending ending = effects(applied, Effect.Answer.class).get(0).ending();
    return ((Ending.Faulted) ending).problem().detail();
  }

  private static CallSpec callAt(String account, String scope) {
    CallSpec spec = spec();
    return new CallSpec(
        spec.function(),
        spec.implementation(),
        new AccountId(account),
        scope,
        spec.arguments(),
        spec.timeoutMicros(),
        spec.rankMicros(),
        spec.estimateMicros(),
        Retry.NEVER,
        spec.place());
  }

  @Test
  void boundsTheBranchesOfAnInvocation() {
    TestCell cell = TestCell.open(1);

    Applied applied = cell.apply(0, submit("a", fork(Draft.MAX_BRANCHES)));

    Ending ending = effects(applied, Effect.Answer.class).get(0).ending();
    assertThat(((Ending.Faulted) ending).problem().detail())
        .contains("one of " + Draft.MAX_BRANCHES);
  }

  /** Rule 14: a call without a timeout cannot be said. */
  @Test
  void everyCallHasATimeout() {
    CallSpec spec = spec();
    assertThatThrownBy(
            () ->
                new CallSpec(
                    spec.function(),
                    spec.implementation(),
                    spec.account(),
                    spec.scope(),
                    spec.arguments(),
                    0,
                    spec.rankMicros(),
                    spec.estimateMicros(),
                    spec.retry(),
                    spec.place()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Branches 1 to {@code width}, each with a call. */
  private static Transition fork(int width) {
    List<Step> steps = new ArrayList<>();
    for (int i = 1; i <= width; i++) {
      steps.add(new Step.Open(0));
      steps.add(new Step.Call(-i, spec()));
    }
    return steps(steps.toArray(new Step[0]));
  }
}
