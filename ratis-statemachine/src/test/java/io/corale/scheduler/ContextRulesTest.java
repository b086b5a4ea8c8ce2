package io.corale.scheduler;

import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.fork;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.onlyContinue;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static io.corale.scheduler.TestCell.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Ending;
import io.corale.model.Payload;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What branches share, and how they give each other a turn (rules 18 and 19). */
class ContextRulesTest {
  private static final Payload VALUE = Payload.ofJson("{\"total\":1}");
  private static final Step EXPORT = new Step.Export(VALUE);

  @Test
  void isSeenByEveryBranchOnceItIsExported() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", steps(fork(2))));
    cell.apply(0, settle(attempt("a", 1, 1), at(0, 1, 1, EXPORT, new Step.Call(1, spec()))));

    Applied other = cell.apply(0, settle(attempt("a", 2, 1), success()));

    assertThat(onlyContinue(other).branch().context()).isEqualTo(new BranchView.Context(VALUE, 1));
  }

  /** Two branches that saw the same context: the second is asked again, with the new one. */
  @Test
  void aTransitionThatSawAnOlderOneIsAskedForAgain() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", steps(fork(2))));

    Applied both =
        cell.apply(
            0,
            settle(attempt("a", 1, 1), at(0, 1, 1, EXPORT, end(1))),
            settle(attempt("a", 2, 1), at(0, 2, 1, EXPORT, end(2))));

    assertThat(both.results()).containsExactly(new Result.Done(), new Result.Stale());
    Effect.Continue again = onlyContinue(both);
    assertThat(again.branch().branch()).isEqualTo(2);
    assertThat(again.branch().context().version()).isEqualTo(1);
    assertThat(again.signal()).isEqualTo(new Signal.Returned(Payload.ofJson("1")));
    assertThat(cell.scheduler.resume()).containsExactly(again);

    Applied late = cell.apply(0, new Command.Advance(id("a"), at(0, 2, 1, EXPORT, end(2))));
    assertThat(late.results()).containsExactly(new Result.Stale());
    assertThat(onlyContinue(late)).isEqualTo(again);
    Applied joined = cell.apply(0, new Command.Advance(id("a"), at(1, 2, 1, EXPORT, end(2))));
    assertThat(onlyContinue(joined).branch().context().version()).isEqualTo(2);
  }

  @Test
  void isGuardedByWhoOnlyReadsIt() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", steps(fork(2))));
    cell.apply(0, settle(attempt("a", 1, 1), at(0, 1, 1, EXPORT, end(1))));

    Applied reader = cell.apply(0, settle(attempt("a", 2, 1), at(0, 2, 1, end(2))));

    assertThat(reader.results()).containsExactly(new Result.Stale());
  }

  @Test
  void disturbsNobodyWhoDoesNotReadIt() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", steps(fork(2))));
    cell.apply(0, settle(attempt("a", 1, 1), at(0, 1, 1, EXPORT, end(1))));

    Applied other = cell.apply(0, settle(attempt("a", 2, 1), TestCell.at(2, 1, end(2))));

    assertThat(other.results()).containsExactly(new Result.Done());
  }

  @Test
  void mayBeReplacedTwiceInOneTransition() {
    TestCell cell = TestCell.open(1);
    Payload last = Payload.ofJson("2");

    Applied applied =
        cell.apply(
            0,
            submit(
                "a",
                new Transition(
                    List.of(),
                    OptionalLong.of(0),
                    List.of(EXPORT, new Step.Export(last), new Step.Call(0, spec())))));

    assertThat(effects(applied, Effect.Start.class).get(0).branch().context())
        .isEqualTo(new BranchView.Context(last, 2));
  }

  @Test
  void isNotReplacedWithoutAGuardNorByTooMuch() {
    Payload large = Payload.ofJson("\"" + "x".repeat(Payload.MAX_INLINE_BYTES) + "\"");
    assertThat(problemOf(TestCell.at(0, 1, EXPORT, end(0)))).contains("without a guard");
    assertThat(problemOf(at(0, 0, 1, new Step.Export(large), end(0)))).contains("context of");
  }

  /** Rule 35; the invariants weigh it. */
  @Test
  void survivesASnapshotAndEndsWithItsInvocation() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", steps(fork(2))));
    cell.apply(0, settle(attempt("a", 1, 1), at(0, 1, 1, EXPORT, new Step.Call(1, spec()))));
    TestCell restored = new TestCell(OwnerScheduler.restore(cell.scheduler.image()));

    Applied other = restored.apply(0, settle(attempt("a", 2, 1), success()));
    assertThat(onlyContinue(other).branch().context().value()).isEqualTo(VALUE);

    restored.apply(0, new Command.Cancel(id("a"), "enough"));
    assertThat(restored.scheduler.image().invocations().get(0).context())
        .isEqualTo(BranchView.Context.NONE);
  }

  /** A loop without calls comes back through the log, and others come in between. */
  @Test
  void aBranchGivesOthersATurn() {
    TestCell cell = TestCell.open(1);
    Applied first =
        cell.apply(0, submit("a", steps(new Step.Yield(0), new Step.Arm(0, 0, SECOND))));
    assertThat(onlyContinue(first).signal()).isEqualTo(new Signal.Resumed());
    assertThat(cell.scheduler.resume()).contains(onlyContinue(first));

    Applied again = cell.apply(0, advance(onlyContinue(first), new Step.Yield(0)));

    assertThat(onlyContinue(again).signal()).isEqualTo(new Signal.Resumed());
    assertThat(onlyContinue(again).branch().step()).isEqualTo(3);
    assertThat(onlyContinue(cell.apply(SECOND, new Command.Tick())).signal())
        .isEqualTo(new Signal.Elapsed(0));
  }

  @Test
  void aBranchThatWaitsGivesNoTurn() {
    assertThat(problemOf(TestCell.at(0, 1, new Step.Call(0, spec()), new Step.Yield(0))))
        .contains("waits already");
    assertThat(problemOf(TestCell.at(0, 1, new Step.Open(0), new Step.Yield(0))))
        .contains("waits already");
  }

  private static Transition at(long context, int branch, long step, Step... steps) {
    return new Transition(
        List.of(new Guard(branch, step)), OptionalLong.of(context), List.of(steps));
  }

  private static String problemOf(Transition transition) {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    Applied applied = cell.apply(0, settle(attempt("a", 1, 1), transition));
    Ending ending = effects(applied, Effect.Answer.class).get(0).ending();
    return ((Ending.Faulted) ending).problem().detail();
  }
}
