package io.corale.scheduler;

import static io.corale.scheduler.IncidentCell.call;
import static io.corale.scheduler.IncidentCell.failing;
import static io.corale.scheduler.IncidentCell.fails;
import static io.corale.scheduler.IncidentCell.giveUp;
import static io.corale.scheduler.IncidentCell.only;
import static io.corale.scheduler.IncidentCell.onlyStart;
import static io.corale.scheduler.IncidentCell.refusal;
import static io.corale.scheduler.IncidentCell.retry;
import static io.corale.scheduler.IncidentCell.submit;
import static io.corale.scheduler.IncidentCell.uncaught;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.at;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.fork;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.onlyContinue;
import static io.corale.scheduler.TestCell.outputs;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.starts;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.AttemptId;
import io.corale.model.Ending;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.model.Refusal;
import io.corale.scheduler.Command.Resolve.Resolution;
import io.corale.scheduler.InvocationView.Phase;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What fails for good and is not caught waits for a person (ADR 39). */
class IncidentRulesTest {
  private final TestCell cell = IncidentCell.open(3);

  private static AttemptId begun(Applied applied) {
    return starts(applied).get(0);
  }

  @Test
  void aCallThatFailedForGoodWaitsForAPersonInPlaceOfEndingItsInvocation() {
    Applied kept = failing(cell, "a");

    assertThat(kept.results()).containsExactly(new Result.Done());
    assertThat(kept.effects()).isEmpty();
    assertThat(cell.status("a").phase()).isEqualTo(Phase.RUNNING);
    assertThat(cell.status("a").incidents()).isEqualTo(1);
    assertThat(cell.scheduler.openIncidents()).isEqualTo(1);
    assertThat(only(cell).problem().detail()).contains("broken");
    assertThat(only(cell).attempts()).isEqualTo(1);
    assertThat(only(cell).task()).isEqualTo("/do/0/resize");
    assertThat(cell.lastEvents("a", 2))
        .containsExactly(TraceEvent.Kind.SETTLED, TraceEvent.Kind.INCIDENT);
  }

  /** Rule 19: a new superpeer does not go on with it either. */
  @Test
  void nobodyGoesOnWithItWhoeverLeads() {
    failing(cell, "a");

    Applied takenOver = cell.takeOver();

    assertThat(effects(takenOver, Effect.Continue.class)).isEmpty();
    assertThat(cell.scheduler.resume()).noneMatch(Effect.Continue.class::isInstance);
  }

  @Test
  void waitsForItsInterpretationFirst() {
    Applied begun = cell.apply(0, submit("a", call(0)));
    Applied failed = cell.apply(1, settle(begun(begun), IncidentCell.BROKEN));

    assertThat(onlyContinue(failed).signal()).isInstanceOf(Signal.Failed.class);
    assertThat(cell.status("a").incidents()).isZero();
    assertThat(cell.scheduler.resume()).hasAtLeastOneElementOfType(Effect.Continue.class);
  }

  /** A transition that catches it consumes it like any other signal. */
  @Test
  void whatIsCaughtIsNoneOfAPersonsBusiness() {
    Applied begun = cell.apply(0, submit("a", call(0)));
    Applied failed = cell.apply(1, settle(begun(begun), IncidentCell.BROKEN));

    Applied caught = cell.apply(1, advance(onlyContinue(failed), call(0)));

    assertThat(starts(caught)).hasSize(1);
    assertThat(cell.scheduler.openIncidents()).isZero();
    assertThat(cell.scheduler.image().incidents()).isEmpty();
  }

  @Test
  void nothingWaitsThatNobodyWantsToLookAt() {
    Applied begun = cell.apply(0, TestCell.submit("a"));
    Applied faulted = fails(cell, begun(begun));

    assertThat(effects(faulted, Effect.Answer.class)).hasSize(1);
    assertThat(cell.status("a").phase()).isEqualTo(Phase.FAULTED);
  }

  @Test
  void aCompositionWantsItForAllOfItsInvocations() {
    cell.apply(
        0, new Command.Define(TestCell.COMPOSITION, Payload.ofJson("{}"), Optional.empty(), true));

    fails(cell, begun(cell.apply(0, TestCell.submit("a"))));

    assertThat(cell.status("a").incidents()).isEqualTo(1);
  }

  /** Rule 18: it guards what it has read, and that has not changed. */
  @Test
  void whoReadsABranchThatWaitsGoesOn() {
    Applied begun = cell.apply(0, submit("a", fork(2)));
    fails(cell, starts(begun).get(0));
    Transition reading =
        new Transition(
            List.of(new Transition.Guard(1, 1), new Transition.Guard(2, 1)), List.of(end(2)));

    Applied sibling = cell.apply(1, settle(starts(begun).get(1), reading));

    assertThat(sibling.results()).containsExactly(new Result.Done());
    assertThat(cell.scheduler.openIncidents()).isEqualTo(1);
  }

  @Test
  void givenUpItsFailureTakesItsCourse() {
    failing(cell, "a");
    Problem problem = only(cell).problem();

    Applied given = cell.apply(1, giveUp(only(cell)));
    assertThat(onlyContinue(given).signal()).isEqualTo(new Signal.Failed(problem));
    assertThat(cell.scheduler.openIncidents()).isZero();
    assertThat(cell.scheduler.resume()).hasAtLeastOneElementOfType(Effect.Continue.class);
    Applied faulted = cell.apply(1, uncaught(onlyContinue(given)));

    assertThat(effects(faulted, Effect.Answer.class))
        .containsExactly(new Effect.Answer(id("a"), new Ending.Faulted(problem)));
    assertThat(cell.scheduler.image().incidents()).isEmpty();
  }

  /** Later there would be nothing to go on from: its siblings end for its failure. */
  @Test
  void aBranchThatWaitsLeavesItsSiblingsAlone() {
    Applied begun = cell.apply(0, submit("a", fork(2)));
    fails(cell, starts(begun).get(0));
    assertThat(cell.status("a").callsRunning()).isEqualTo(1);

    Applied sibling = cell.apply(1, settle(starts(begun).get(1), at(2, 1, end(2))));
    assertThat(effects(sibling, Effect.Continue.class)).isEmpty();
    Applied again = cell.apply(1, retry(only(cell)));
    Applied joined = cell.apply(1, settle(onlyStart(again), at(1, 2, end(1))));

    assertThat(outputs(onlyContinue(joined))).containsExactly("\"out1\"", "\"out2\"");
  }

  @Test
  void givenUpABranchEndsItsSiblings() {
    Applied begun = cell.apply(0, submit("a", fork(2)));
    fails(cell, starts(begun).get(0));

    Applied given = cell.apply(1, giveUp(only(cell)));
    Applied ended = cell.apply(1, uncaught(onlyContinue(given)));

    assertThat(onlyContinue(ended).branch().branch()).isZero();
    assertThat(onlyContinue(ended).signal()).isInstanceOf(Signal.Failed.class);
    assertThat(effects(ended, Effect.Stop.class)).hasSize(1);
  }

  @Test
  void severalBranchesWaitEachForItself() {
    Applied begun = cell.apply(0, submit("a", fork(2)));
    fails(cell, starts(begun).get(0));
    fails(cell, starts(begun).get(1));

    List<IncidentView> both = IncidentCell.all(cell);
    assertThat(both).hasSize(2);
    assertThat(both.get(0).number()).isLessThan(both.get(1).number());
    assertThat(cell.scheduler.incidents(1, both.get(0).number(), Optional.of(id("a"))))
        .containsExactly(both.get(1));
    assertThat(cell.scheduler.incidents(9, 0, Optional.of(id("b")))).isEmpty();
    assertThat(cell.status("a").incidents()).isEqualTo(2);
  }

  @Test
  void whoWinsARaceEndsTheWait() {
    Applied begun = cell.apply(0, submit("a", fork(2, new Step.Race(0))));
    fails(cell, starts(begun).get(0));
    IncidentView lost = only(cell);

    cell.apply(1, settle(starts(begun).get(1), at(2, 1, end(2))));

    assertThat(cell.scheduler.image().incidents()).isEmpty();
    assertThat(refusal(cell.apply(1, retry(lost)))).isEqualTo(Refusal.Code.CONFLICT);
  }

  /** A limit of time is a promise of the composition, and goes on. */
  @Test
  void aTimerEndsTheWait() {
    Applied begun = cell.apply(0, submit("a", new Step.Arm(0, 1, 9 * SECOND), call(0)));
    fails(cell, begun(begun));

    Applied elapsed = cell.apply(10 * SECOND, new Command.Tick());

    assertThat(onlyContinue(elapsed).signal()).isEqualTo(new Signal.Elapsed(1));
    assertThat(cell.scheduler.image().incidents()).isEmpty();
  }

  @Test
  void cancelEndsTheWait() {
    failing(cell, "a");
    IncidentView gone = only(cell);

    cell.apply(1, new Command.Cancel(id("a"), "enough"));

    assertThat(cell.scheduler.openIncidents()).isZero();
    assertThat(refusal(cell.apply(1, giveUp(gone)))).isEqualTo(Refusal.Code.CONFLICT);
  }

  @Test
  void ofWhatIsNotKnownNothingIsResolved() {
    Command unknown =
        new Command.Resolve(id("nobody"), 1, new Resolution.GiveUp(), "me", Long.MAX_VALUE);

    assertThat(refusal(cell.apply(1, unknown))).isEqualTo(Refusal.Code.NOT_FOUND);
  }

  @Test
  void whatNobodyHasLookedAtYetIsNotResolved() {
    Applied begun = cell.apply(0, submit("a", call(0)));
    cell.apply(1, settle(begun(begun), IncidentCell.BROKEN));
    long number = cell.scheduler.image().incidents().get(0).number();

    Applied early =
        cell.apply(
            1, new Command.Resolve(id("a"), number, new Resolution.GiveUp(), "me", Long.MAX_VALUE));

    assertThat(refusal(early)).isEqualTo(Refusal.Code.CONFLICT);
  }

  @Test
  void isResolvedOnce() {
    failing(cell, "a");
    IncidentView incident = only(cell);
    cell.apply(1, giveUp(incident));

    assertThat(refusal(cell.apply(1, retry(incident)))).isEqualTo(Refusal.Code.CONFLICT);
    assertThat(cell.apply(1, giveUp(incident)).results()).containsExactly(new Result.Done());
  }

  /** Rule 35: a replica that comes back keeps what waits, and nobody goes on with it. */
  @Test
  void aRestoredReplicaKeepsThem() throws Exception {
    failing(cell, "a");
    Image image = cell.scheduler.image();

    OwnerScheduler restored = OwnerScheduler.restore(TextCell.decode(TextCell.encode(image)));

    assertThat(restored.image()).isEqualTo(image);
    assertThat(restored.invariants()).isEmpty();
    assertThat(restored.resume()).noneMatch(Effect.Continue.class::isInstance);
    cell.scheduler = restored;
    assertThat(starts(cell.apply(1, retry(only(cell))))).hasSize(1);
  }

  /** Rule 36: while older members were there it could not be said. */
  @Test
  void aCompositionThatIsKnownMayWantItLater() {
    failing(cell, "a");
    fails(cell, begun(cell.apply(0, TestCell.submit("b"))));
    assertThat(cell.status("b").phase()).isEqualTo(Phase.FAULTED);

    cell.apply(
        0, new Command.Define(TestCell.COMPOSITION, Payload.ofJson("{}"), Optional.empty(), true));
    fails(cell, begun(cell.apply(0, TestCell.submit("c"))));

    assertThat(cell.status("c").incidents()).isEqualTo(1);
    cell.apply(0, new Command.Define(TestCell.COMPOSITION, Payload.ofJson("{}")));
    assertThat(cell.scheduler.wantIncidents(TestCell.COMPOSITION)).isTrue();
  }

  /** The attempt is over, and so is its limit: it must not end what waits for a person. */
  @Test
  void theLimitsOfWhatTheFailureHasLeftGo() {
    Applied begun =
        cell.apply(
            0,
            submit("a", new Step.Arm(0, 1, 99 * SECOND), new Step.Arm(0, 5, 9 * SECOND), call(0)));
    Applied failed = cell.apply(1, settle(begun(begun), IncidentCell.BROKEN));

    cell.apply(1, uncaught(onlyContinue(failed), new Uncaught(List.of(5), false)));
    Applied later = cell.apply(10 * SECOND, new Command.Tick());

    assertThat(effects(later, Effect.Continue.class)).isEmpty();
    assertThat(cell.status("a").incidents()).isEqualTo(1);
    Applied elapsed = cell.apply(90 * SECOND, new Command.Tick());
    assertThat(onlyContinue(elapsed).signal()).isEqualTo(new Signal.Elapsed(1));
    assertThat(cell.scheduler.openIncidents()).isZero();
  }

  /** Before anybody has interpreted the failure, too: the limit came first then. */
  @Test
  void aTimerMayComeBeforeItsInterpretation() {
    Applied begun = cell.apply(0, submit("a", new Step.Arm(0, 1, 9 * SECOND), call(0)));
    Applied failed = cell.apply(1, settle(begun(begun), IncidentCell.BROKEN));

    Applied elapsed = cell.apply(10 * SECOND, new Command.Tick());
    Applied late = cell.apply(1, uncaught(onlyContinue(failed)));

    assertThat(onlyContinue(elapsed).signal()).isEqualTo(new Signal.Elapsed(1));
    assertThat(late.results()).containsExactly(new Result.Stale());
    assertThat(cell.scheduler.image().incidents()).isEmpty();
  }

  /** Rule 19: who leads next goes on with it, also from a snapshot. */
  @Test
  void whatWasGivenUpGoesOnWhoeverLeads() throws Exception {
    failing(cell, "a");
    cell.apply(1, giveUp(only(cell)));

    cell.scheduler =
        OwnerScheduler.restore(TextCell.decode(TextCell.encode(cell.scheduler.image())));
    cell.takeOver();
    Applied faulted = cell.apply(1, uncaught(IncidentCell.onlyResumed(cell)));

    assertThat(effects(faulted, Effect.Answer.class)).hasSize(1);
    assertThat(cell.scheduler.image().incidents()).isEmpty();
  }

  /** Rules 18 and 22: the id is another one's by then, and its branch stands at the same step. */
  @Test
  void theFailureOfAnEarlierInvocationOfItsIdEndsNothing() {
    Applied begun = cell.apply(0, submit("a", call(0)));
    Applied failed = cell.apply(1, settle(begun(begun), IncidentCell.BROKEN));
    cell.apply(1, new Command.Cancel(id("a"), "enough"));
    cell.apply(90 * SECOND, new Command.Tick());
    Applied again = cell.apply(1, submit("a", call(0)));
    assertThat(again.results().get(0)).isInstanceOf(Result.Accepted.class);

    Applied late = cell.apply(1, uncaught(onlyContinue(failed)));

    assertThat(late.results()).containsExactly(new Result.Stale());
    assertThat(cell.status("a").callsRunning()).isEqualTo(1);
  }

  /** What a transition does not say of a failure of its own branch alone is none. */
  @Test
  void whatGoesOnIsNotKept() {
    Applied begun = cell.apply(0, submit("a", call(0)));
    Applied failed = cell.apply(1, settle(begun(begun), IncidentCell.BROKEN));
    Effect.Continue next = onlyContinue(failed);
    Transition odd = at(0, next.branch().step(), call(0)).uncaught(Uncaught.PLAIN);

    Applied went = cell.apply(1, new Command.Advance(id("a"), odd));

    assertThat(starts(went)).hasSize(1);
    assertThat(cell.scheduler.openIncidents()).isZero();
  }
}
