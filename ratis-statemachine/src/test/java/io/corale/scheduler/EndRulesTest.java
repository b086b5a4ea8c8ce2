package io.corale.scheduler;

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
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Ending;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a branch fails and how any branch completes its invocation (rules 18 and 19). */
class EndRulesTest {
  private static final Problem PROBLEM = Problem.validation("no", "/do/0");

  @Test
  void aFailureEndsItsSiblingsAlsoThoseThatHaveEnded() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", steps(fork(4))));
    cell.apply(0, settle(attempt("a", 1, 1), at(1, 1, end(1))));

    Applied failed = cell.apply(0, settle(attempt("a", 2, 1), at(2, 1, new Step.Fail(2, PROBLEM))));

    Effect.Continue parent = onlyContinue(failed);
    assertThat(parent.branch().branch()).isZero();
    assertThat(parent.branch().step()).isEqualTo(4);
    assertThat(parent.signal()).isEqualTo(new Signal.Failed(PROBLEM));
    assertThat(effects(failed, Effect.Stop.class))
        .containsExactly(new Effect.Stop(attempt("a", 3, 1)));
    assertThat(cell.queued()).isZero();
    assertThat(cell.slots()).isEqualTo("0+1");
    assertThat(cell.scheduler.image().branches()).hasSize(1);
    assertThat(cell.lastEvents("a", 2))
        .containsExactly(TraceEvent.Kind.FAILED, TraceEvent.Kind.LEASED);
  }

  /** The parent may catch it, and the siblings that are gone disturb nobody. */
  @Test
  void aParentGoesOnAfterAFailure() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", steps(fork(2))));
    Applied failed = cell.apply(0, settle(attempt("a", 1, 1), at(1, 1, new Step.Fail(1, PROBLEM))));
    cell.apply(0, advance(onlyContinue(failed), new Step.Call(0, spec())));

    Applied sibling = cell.apply(0, settle(attempt("a", 2, 1), at(2, 1, end(2))));

    assertThat(sibling.effects()).noneMatch(Effect.Continue.class::isInstance);
    cell.apply(0, settle(attempt("a", 3, 1), at(0, 3, end(0))));
    assertThat(cell.status("a").phase()).isEqualTo(InvocationView.Phase.COMPLETED);
  }

  @Test
  void aFailureClimbsFromBranchToBranch() {
    TestCell cell = TestCell.open(9);
    cell.apply(0, submit("a", steps(fork(2))));
    cell.apply(
        0,
        settle(
            attempt("a", 1, 1), at(1, 1, new Step.Open(1), new Step.Open(1), call(-1), call(-2))));

    Applied inner = cell.apply(0, settle(attempt("a", 3, 1), at(3, 1, new Step.Fail(3, PROBLEM))));
    Applied outer = cell.apply(0, advance(onlyContinue(inner), new Step.Fail(1, PROBLEM)));
    Applied last = cell.apply(0, advance(onlyContinue(outer), new Step.Fail(0, PROBLEM)));

    assertThat(onlyContinue(inner).branch().branch()).isEqualTo(1);
    assertThat(effects(inner, Effect.Stop.class)).hasSize(1);
    assertThat(onlyContinue(outer).branch().branch()).isZero();
    assertThat(effects(outer, Effect.Stop.class)).hasSize(1);
    assertThat(effects(last, Effect.Answer.class))
        .containsExactly(new Effect.Answer(id("a"), new Ending.Faulted(PROBLEM)));
  }

  /** As with a join, the parent's next steps may travel with the failure. */
  @Test
  void foldsTheHandlingIntoTheFailure() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", steps(fork(1))));
    Transition fold =
        new Transition(
            List.of(new Guard(0, 1), new Guard(1, 1)),
            List.of(new Step.Fail(1, PROBLEM), new Step.Call(0, spec())));

    Applied applied = cell.apply(0, settle(attempt("a", 1, 1), fold));

    assertThat(effects(applied, Effect.Continue.class)).isEmpty();
    assertThat(TestCell.starts(applied)).containsExactly(attempt("a", 2, 1));
  }

  /** What one join gathers is bounded, and its parent may do something about it. */
  @Test
  void aJoinOfTooMuchFails() {
    int width = (int) (Family.mostBytes(new Texts()) / Payload.MAX_INLINE_BYTES);
    Payload large = Payload.ofJson("\"" + "x".repeat(Payload.MAX_INLINE_BYTES - 2) + "\"");

    assertThat(joinOf(width, large)).isInstanceOf(Signal.Joined.class);
    assertThat(joinOf(width + 1, large))
        .isInstanceOfSatisfying(
            Signal.Failed.class,
            failed -> assertThat(failed.problem().detail()).contains("more than 4194304 bytes"));
  }

  private static Signal joinOf(int width, Payload output) {
    TestCell cell = TestCell.open(width);
    Applied applied = cell.apply(0, submit("a", steps(fork(width))));
    for (int i = 1; i <= width; i++) {
      Transition end = at(i, 1, new Step.End(i, output));
      applied = cell.apply(0, settle(attempt("a", i, 1), end));
    }
    return onlyContinue(applied).signal();
  }

  @Test
  void anyBranchMayCompleteTheInvocation() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", steps(fork(3, new Step.Arm(-3, 1, 1)))));

    Applied applied =
        cell.apply(
            0, settle(attempt("a", 1, 1), at(1, 1, new Step.Complete(Payload.ofJson("42")))));

    assertThat(effects(applied, Effect.Answer.class))
        .containsExactly(new Effect.Answer(id("a"), new Ending.Completed(Payload.ofJson("42"))));
    assertThat(effects(applied, Effect.Stop.class)).hasSize(1);
    assertThat(cell.queued()).isZero();
    assertThat(cell.scheduler.image().branches()).isEmpty();
  }

  @Test
  void completingIsTheLastStepAndHasAGuard() {
    Step complete = new Step.Complete(Payload.NULL);
    assertThat(problemOf(at(0, 1, complete, end(0)))).contains("follows the end");
    assertThat(problemOf(steps(complete))).contains("from no branch");
    Payload large = Payload.ofJson("\"" + "x".repeat(Payload.MAX_INLINE_BYTES) + "\"");
    assertThat(problemOf(at(0, 1, new Step.Complete(large)))).contains("at most 32768");
  }

  private static Step call(int branch) {
    return new Step.Call(branch, spec());
  }

  private static String problemOf(Transition transition) {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    Applied applied = cell.apply(0, settle(attempt("a", 1, 1), transition));
    Ending ending = effects(applied, Effect.Answer.class).get(0).ending();
    return ((Ending.Faulted) ending).problem().detail();
  }

  /** Or failures with long stories would fill a memory that counts them as nothing. */
  @Test
  void whatIsSaidOfAFailureWeighs() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a"), submit("a".repeat(101)));
    Problem problem = Problem.runtime("why".repeat(300), "/do/0");
    Invocation invocation = cell.scheduler.image().invocations().get(0);
    Branch branch = cell.scheduler.image().branches().get(0);

    assertThat(problem.sizeBytes()).isGreaterThan(900);
    assertThat(weight(invocation, new Ending.Faulted(problem)))
        .isEqualTo(weight(invocation, new Ending.Cancelled("")) + problem.sizeBytes());
    assertThat(weight(invocation, new Ending.Cancelled("r".repeat(70))))
        .isEqualTo(weight(invocation, new Ending.Cancelled("")) + 70);
    assertThat(branch.signalled(new Signal.Failed(problem)).sizeBytes())
        .isEqualTo(branch.sizeBytes() + problem.sizeBytes());
    assertThat(cell.scheduler.image().invocations().get(1).sizeBytes())
        .isEqualTo(invocation.sizeBytes() + 100);
  }

  private static long weight(Invocation invocation, Ending how) {
    return invocation.ended(new Invocation.Ended(how, 0)).sizeBytes();
  }
}
