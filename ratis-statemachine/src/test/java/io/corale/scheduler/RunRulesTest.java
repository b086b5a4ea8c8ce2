package io.corale.scheduler;

import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.at;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.onlyContinue;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CompositionRef;
import io.corale.model.Ending;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.model.ServiceClass;
import io.corale.scheduler.InvocationView.Phase;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How invocations of one owner run each other (rule 21). */
class RunRulesTest {
  private static final Payload INPUT = Payload.ofJson("{\"n\":1}");
  private static final Payload OUTPUT = Payload.ofJson("\"out0\"");
  private static final Problem PROBLEM = Problem.validation("no", "/do/3");

  private static RunSpec run(CompositionRef composition, boolean isAwaited) {
    return new RunSpec(composition, INPUT, isAwaited, SECOND, 3 * SECOND, "/do/0/run");
  }

  private static Step run(int branch) {
    return new Step.Run(branch, run(TestCell.COMPOSITION, true));
  }

  private static Step start(int branch) {
    return new Step.Run(branch, run(TestCell.COMPOSITION, false));
  }

  private static List<Effect.Continue> continues(Applied applied) {
    return effects(applied, Effect.Continue.class);
  }

  @Test
  void recordsTheChildInTheEntryThatAsksForIt() {
    TestCell cell = TestCell.open(1);

    Applied applied = cell.apply(0, submit("a", ServiceClass.URGENT, steps(run(0))));

    Effect.Continue child = onlyContinue(applied);
    assertThat(child.branch().invocation()).isEqualTo(id("a").run(1));
    assertThat(child.branch().composition()).isEqualTo(TestCell.COMPOSITION);
    assertThat(child.signal()).isEqualTo(new Signal.Begun(INPUT, 3 * SECOND));
    InvocationView view = cell.status("a~1");
    assertThat(view.parent()).contains(id("a"));
    assertThat(view.caller()).isEqualTo("ada");
    assertThat(view.serviceClass()).isEqualTo(ServiceClass.URGENT);
    assertThat(cell.status("a").runs()).isEqualTo(1);
    assertThat(deadline(cell, "a~1")).isEqualTo(deadline(cell, "a"));
  }

  private static long deadline(TestCell cell, String id) {
    return cell.scheduler.image().invocations().stream()
        .filter(each -> each.submission().id().value().equals(id))
        .findFirst()
        .orElseThrow()
        .submission()
        .deadlineMicros();
  }

  @Test
  void itsOutputIsTheSignalOfItsParentInTheSameEntry() {
    TestCell cell = TestCell.open(1);
    Applied begun = cell.apply(0, submit("a", steps(run(0))));
    cell.apply(0, advance(onlyContinue(begun), new Step.Call(0, spec())));

    Applied ended = cell.apply(0, settle(attempt("a~1", 1, 1), at(0, 1, end(0))));

    Effect.Continue parent = onlyContinue(ended);
    assertThat(parent.branch().invocation()).isEqualTo(id("a"));
    assertThat(parent.branch().step()).isEqualTo(1);
    assertThat(parent.signal()).isEqualTo(new Signal.Returned(OUTPUT));
    assertThat(cell.status("a~1").phase()).isEqualTo(Phase.COMPLETED);
    cell.apply(0, advance(parent, end(0)));
    assertThat(cell.status("a").phase()).isEqualTo(Phase.COMPLETED);
    assertThat(cell.lastEvents("a", 3))
        .containsExactly(TraceEvent.Kind.RAN, TraceEvent.Kind.RETURNED, TraceEvent.Kind.ENDED);
  }

  @Test
  void itsFaultAndItsCancelAreFailuresOfItsParent() {
    TestCell cell = TestCell.open(1);
    Applied begun = cell.apply(0, submit("a", steps(run(0))));
    Applied faulted = cell.apply(0, advance(onlyContinue(begun), new Step.Fault(PROBLEM)));
    assertThat(onlyContinue(faulted).signal()).isEqualTo(new Signal.Failed(PROBLEM));

    cell.apply(0, advance(onlyContinue(faulted), run(0)));
    Applied cancelled = cell.apply(0, new Command.Cancel(id("a~2"), "by hand"));

    assertThat(onlyContinue(cancelled).branch().invocation()).isEqualTo(id("a"));
    assertThat(onlyContinue(cancelled).signal())
        .isInstanceOfSatisfying(
            Signal.Failed.class,
            failed ->
                assertThat(failed.problem().detail())
                    .isEqualTo("invocation a~2 was cancelled: by hand"));
  }

  /** Sixteen generations, of which the last has a call in flight. */
  @Test
  void whatIsAwaitedEndsWithItsParentHoweverDeep() {
    TestCell cell = TestCell.open(1);
    Applied applied = cell.apply(0, submit("a", steps(run(0))));
    for (int depth = 1; depth < Runs.MAX_DEPTH; depth++) {
      applied = cell.apply(0, advance(onlyContinue(applied), run(0)));
    }
    cell.apply(0, advance(onlyContinue(applied), new Step.Call(0, spec())));
    assertThat(cell.slots()).isEqualTo("1+0");

    Applied cancelled = cell.apply(0, new Command.Cancel(id("a"), "enough"));

    assertThat(effects(cancelled, Effect.Answer.class)).hasSize(Runs.MAX_DEPTH + 1);
    assertThat(effects(cancelled, Effect.Stop.class)).hasSize(1);
    assertThat(continues(cancelled)).isEmpty();
    assertThat(cell.scheduler.live()).isZero();
    assertThat(cell.slots()).isEqualTo("0+1");
    assertThat(cell.status("a~1").ending())
        .contains(new Ending.Cancelled("invocation a has ended"));
  }

  @Test
  void nestsNoDeeperThanItMay() {
    TestCell cell = TestCell.open(1);
    Applied applied = cell.apply(0, submit("a", steps(run(0))));
    for (int depth = 1; depth < Runs.MAX_DEPTH; depth++) {
      applied = cell.apply(0, advance(onlyContinue(applied), run(0)));
    }

    Applied refused = cell.apply(0, advance(onlyContinue(applied), run(0)));

    assertThat(problem(onlyContinue(refused).signal()).detail()).contains("16 levels deep");
  }

  private static Problem problem(Signal signal) {
    return ((Signal.Failed) signal).problem();
  }

  @Test
  void whatLosesARaceOrIsLateEndsWithItsBranch() {
    TestCell cell = TestCell.open(1);
    cell.apply(
        0,
        submit(
            "a",
            steps(
                new Step.Open(0),
                new Step.Open(0),
                new Step.Race(0),
                run(-1),
                new Step.Call(-2, spec()))));
    Applied won = cell.apply(0, settle(attempt("a", 1, 1), at(2, 1, end(2))));
    assertThat(cell.status("a~1").phase()).isEqualTo(Phase.CANCELLED);

    cell.apply(0, advance(onlyContinue(won), new Step.Arm(0, 1, SECOND), run(0)));
    Applied late = cell.apply(SECOND, new Command.Tick());

    assertThat(onlyContinue(late).signal()).isEqualTo(new Signal.Elapsed(1));
    assertThat(cell.status("a~2").ending())
        .contains(new Ending.Cancelled("invocation a waits for it no more"));
  }

  /** What is opened and dropped by one transition never was. */
  @Test
  void whatItsOwnTransitionEndsNeverBegins() {
    TestCell cell = TestCell.open(1);

    cell.apply(
        0,
        submit("a", steps(new Step.Open(0), new Step.Open(0), run(-1), end(-2), new Step.Race(0))));

    assertThat(cell.scheduler.status(id("a~1"))).isEmpty();
    assertThat(cell.scheduler.live()).isEqualTo(1);
  }

  @Test
  void whatIsNotAwaitedLivesOn() {
    TestCell cell = TestCell.open(1);
    Applied begun = cell.apply(0, submit("a", steps(start(0))));
    Effect.Continue child = continues(begun).get(1);
    assertThat(continues(begun).get(0).signal()).isEqualTo(new Signal.Returned(Payload.NULL));
    assertThat(child.signal()).isEqualTo(new Signal.Begun(INPUT, 0));

    cell.apply(0, advance(continues(begun).get(0), end(0)));
    assertThat(cell.status("a").phase()).isEqualTo(Phase.COMPLETED);
    assertThat(cell.status("a~1").phase()).isEqualTo(Phase.RUNNING);
    Applied ended = cell.apply(0, advance(child, end(0)));

    assertThat(continues(ended)).isEmpty();
    assertThat(cell.status("a~1").phase()).isEqualTo(Phase.COMPLETED);
  }

  @Test
  void whatIsNotDefinedIsAFailureAtTheTask() {
    TestCell cell = TestCell.open(1);
    RunSpec gone = run(new CompositionRef("gone", "1.0.0"), true);

    Applied applied = cell.apply(0, submit("a", steps(new Step.Run(0, gone))));

    assertThat(problem(onlyContinue(applied).signal()))
        .isEqualTo(
            Problem.configuration("composition gone:1.0.0 is not defined here", "/do/0/run"));
  }

  /** Never a silent loss: who has no room for a child learns so, and may catch it. */
  @Test
  void aFullMemoryIsAFailureThatSaysSo() {
    TestCell cell =
        new TestCell(new OwnerScheduler(new Receipts.Capacity(3, 100, 1_000_000)))
            .opened(TestCell.account(1, 1));

    Applied applied =
        cell.apply(
            0,
            submit(
                "a",
                steps(
                    new Step.Open(0),
                    new Step.Open(0),
                    new Step.Open(0),
                    run(-1),
                    run(-2),
                    run(-3))));

    assertThat(cell.scheduler.live()).isEqualTo(3);
    Problem problem = problem(continues(applied).get(0).signal());
    assertThat(problem.status()).isEqualTo(503);
    assertThat(problem.detail()).isEqualTo("the cell is full: 1 invocations are running");
    assertThat(problem.instance()).isEqualTo("/do/0/run");
  }

  /** An id whose receipt has expired may be taken again, while what it began lives on. */
  @Test
  void takesNoIdThatAnotherHasStill() {
    TestCell cell = TestCell.open(1);
    Applied first = cell.apply(0, submit("a", steps(start(0))));
    cell.apply(0, advance(continues(first).get(0), end(0)));
    cell.apply(100 * SECOND, new Command.Tick());
    assertThat(cell.scheduler.status(id("a"))).isEmpty();

    cell.apply(0, submit("a", steps(run(0))));

    assertThat(cell.status("a~2").parent()).contains(id("a"));
    assertThat(cell.status("a~1").phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void anotherSuperpeerIsToldOfChildrenThatNobodyHasBegun() {
    TestCell cell = TestCell.open(1);
    Applied begun = cell.apply(0, submit("a", steps(run(0))));

    cell.takeOver();

    assertThat(cell.scheduler.resume()).contains(onlyContinue(begun));
  }

  @Test
  void aWorkThatRunsNothingItselfWaits() {
    TestCell cell = TestCell.open(1);
    Applied begun = cell.apply(0, submit("a", steps(run(0))));

    cell.apply(0, new Command.Advance(id("a"), at(0, 1, new Step.Call(0, spec()))));

    assertThat(cell.status("a").ending().orElseThrow())
        .isInstanceOfSatisfying(
            Ending.Faulted.class,
            faulted -> assertThat(faulted.problem().detail()).contains("waits already"));
    assertThat(cell.status("a~1").phase()).isEqualTo(Phase.CANCELLED);
    assertThat(onlyContinue(begun).branch().invocation()).isEqualTo(id("a~1"));
  }
}
