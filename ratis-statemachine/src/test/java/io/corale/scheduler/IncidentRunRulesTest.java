package io.corale.scheduler;

import static io.corale.scheduler.IncidentCell.call;
import static io.corale.scheduler.IncidentCell.fails;
import static io.corale.scheduler.IncidentCell.giveUp;
import static io.corale.scheduler.IncidentCell.only;
import static io.corale.scheduler.IncidentCell.submit;
import static io.corale.scheduler.IncidentCell.uncaught;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.onlyContinue;
import static io.corale.scheduler.TestCell.starts;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Payload;
import io.corale.scheduler.InvocationView.Phase;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whose failures wait where invocations run each other (rule 21, ADR 39). */
class IncidentRunRulesTest {
  private final TestCell cell = IncidentCell.open(3);

  private static Step run(boolean isAwaited, boolean isTried) {
    return new Step.Run(
        0,
        new RunSpec(
            TestCell.COMPOSITION, Payload.NULL, isAwaited, SECOND, 0, "/do/0/run", isTried));
  }

  /** The child of "a" calls, and that fails. */
  private Applied childFails(Step run) {
    Applied begun = cell.apply(0, submit("a", run));
    Effect.Continue child =
        effects(begun, Effect.Continue.class).stream()
            .filter(next -> next.branch().invocation().equals(id("a").run(1)))
            .findFirst()
            .orElseThrow();
    return fails(cell, starts(cell.apply(1, advance(child, call(0)))).get(0));
  }

  @Test
  void whatIsAwaitedIsAPartOfTheWork() {
    Applied kept = childFails(run(true, false));

    assertThat(kept.effects()).isEmpty();
    assertThat(cell.status("a~1").incidents()).isEqualTo(1);
    Applied given = cell.apply(1, giveUp(only(cell)));
    Applied faulted = cell.apply(1, uncaught(onlyContinue(given)));
    assertThat(onlyContinue(faulted).branch().invocation()).isEqualTo(id("a"));
  }

  /** The failure of what it runs is no call of its own: there is nothing there to try again. */
  @Test
  void theFailureOfWhatWasRunDoesNotWaitOnceMore() {
    childFails(run(true, false));
    Applied given = cell.apply(1, giveUp(only(cell)));
    Applied faulted = cell.apply(1, uncaught(onlyContinue(given)));

    cell.apply(1, uncaught(onlyContinue(faulted)));

    assertThat(cell.status("a").phase()).isEqualTo(Phase.FAULTED);
  }

  /** A try of the parent comes first: it may have something to do about it. */
  @Test
  void aTryAroundItComesFirst() {
    Applied ended = childFails(run(true, true));

    assertThat(cell.status("a~1").phase()).isEqualTo(Phase.FAULTED);
    assertThat(onlyContinue(ended).branch().invocation()).isEqualTo(id("a"));
  }

  @Test
  void whatIsOnlyBegunIsWorkOfItsOwn() {
    childFails(run(false, false));

    assertThat(cell.status("a~1").phase()).isEqualTo(Phase.FAULTED);
  }

  @Test
  void aCompositionThatWantsItHasItWhoeverRunsIt() {
    cell.apply(
        0, new Command.Define(TestCell.COMPOSITION, Payload.ofJson("{}"), Optional.empty(), true));

    childFails(run(false, true));

    assertThat(cell.status("a~1").incidents()).isEqualTo(1);
  }

  @Test
  void theEndOfTheParentEndsTheWait() {
    childFails(run(true, false));

    cell.apply(1, new Command.Cancel(id("a"), "enough"));

    assertThat(cell.status("a~1").phase()).isEqualTo(Phase.CANCELLED);
    assertThat(cell.scheduler.openIncidents()).isZero();
  }

  /** The parent ends when both have. */
  @Test
  void aSiblingOfWhatWaitsGoesOn() {
    Applied begun =
        cell.apply(0, submit("a", new Step.Open(0), new Step.Open(0), call(-1), runOf(-2)));
    Effect.Continue child =
        effects(begun, Effect.Continue.class).stream()
            .filter(next -> next.branch().invocation().equals(id("a").run(1)))
            .findFirst()
            .orElseThrow();
    fails(cell, starts(cell.apply(1, advance(child, call(0)))).get(0));
    assertThat(cell.status("a~1").incidents()).isEqualTo(1);

    cell.apply(1, TestCell.settle(starts(begun).get(0), TestCell.at(1, 1, end(1))));
    Applied again = cell.apply(1, IncidentCell.retry(only(cell)));
    cell.apply(1, TestCell.settle(starts(again).get(0), TestCell.at(0, 2, end(0))));

    assertThat(cell.status("a~1").phase()).isEqualTo(Phase.COMPLETED);
    assertThat(cell.status("a").phase()).isEqualTo(Phase.RUNNING);
  }

  private static Step runOf(int branch) {
    return new Step.Run(
        branch,
        new RunSpec(TestCell.COMPOSITION, Payload.NULL, true, SECOND, 0, "/do/0/run", false));
  }
}
