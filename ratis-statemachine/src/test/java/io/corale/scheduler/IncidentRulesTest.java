package io.corale.scheduler;

import static io.corale.scheduler.IncidentCell.call;
import static io.corale.scheduler.IncidentCell.fails;
import static io.corale.scheduler.IncidentCell.failing;
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

import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.Ending;
import io.corale.model.Outcome;
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
  private static final Payload OTHER = Payload.ofJson("{\"width\":1}");

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
        0,
        new Command.Define(
            TestCell.COMPOSITION, Payload.ofJson("{}"), Optional.empty(), true));

    fails(cell, begun(cell.apply(0, TestCell.submit("a"))));

    assertThat(cell.status("a").incidents()).isEqualTo(1);
  }

  @Test
  void triedAgainItIsTheSameCall() {
    Applied begun = cell.apply(0, submit("a", call(0)));
    AttemptId first = begun(begun);
    fails(cell, first);

    Applied again = cell.apply(1, retry(only(cell)));

    assertThat(again.results()).containsExactly(new Result.Done());
    assertThat(onlyStart(again)).isEqualTo(new AttemptId(first.call(), 2));
    assertThat(cell.scheduler.openIncidents()).isZero();
    assertThat(cell.status("a").callsEnded()).isZero();
    cell.apply(1, settle(onlyStart(again), at(0, 2, end(0))));
    assertThat(cell.status("a").phase()).isEqualTo(Phase.COMPLETED);
    assertThat(cell.status("a").callsEnded()).isEqualTo(1);
  }

  /** An interpreter that was late with the failure must not end what is tried again. */
  @Test
  void whatWasMadeOfTheFailureBeforeIsStale() {
    Applied begun = cell.apply(0, submit("a", call(0)));
    Applied failed = cell.apply(1, settle(begun(begun), IncidentCell.BROKEN));
    Command late = uncaught(onlyContinue(failed));
    cell.apply(1, late);

    Applied twice = cell.apply(1, late);
    cell.apply(1, retry(only(cell)));
    Applied after = cell.apply(1, late);

    assertThat(twice.results()).containsExactly(new Result.Stale());
    assertThat(twice.effects()).isEmpty();
    assertThat(after.results()).containsExactly(new Result.Stale());
    assertThat(cell.status("a").callsRunning()).isEqualTo(1);
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
  void itHasAllItsAttemptsOnceMore() {
    Applied begun =
        cell.apply(0, submit("a", new Step.Call(0, IncidentCell.retried(2))));
    AttemptId first = begun(begun);
    Outcome error = new Outcome.FunctionError("again", true);
    assertThat(starts(cell.apply(1, settle(first, error)))).hasSize(1);
    fails(cell, new AttemptId(first.call(), 2));
    long number = only(cell).number();

    cell.apply(1, retry(only(cell)));
    Applied third = cell.apply(1, settle(new AttemptId(first.call(), 3), error));

    assertThat(onlyStart(third)).isEqualTo(new AttemptId(first.call(), 4));
    fails(cell, onlyStart(third));
    assertThat(only(cell).number()).isGreaterThan(number);
    assertThat(only(cell).attempts()).isEqualTo(4);
  }

  /** Its attempts before were neither lost nor refused: nothing of that may be thought of it. */
  @Test
  void itsEarlierAttemptsCountForNothing() {
    Applied begun = cell.apply(0, submit("a", call(0)));
    fails(cell, begun(begun));

    cell.apply(1, retry(only(cell)));

    Call call = cell.scheduler.image().calls().get(0);
    assertThat(call.tried()).isZero();
    assertThat(call.excused()).isZero();
    assertThat(call.roomless()).isEqualTo(1); // The one that runs.
  }

  @Test
  void withOtherInputItIsAnotherCall() {
    Applied begun = cell.apply(0, submit("a", call(0)));
    AttemptId first = begun(begun);
    fails(cell, first);

    Applied again = cell.apply(1, retry(only(cell), OTHER));

    AttemptId second = onlyStart(again);
    assertThat(second.call()).isNotEqualTo(first.call());
    assertThat(second.number()).isEqualTo(1);
    assertThat(effects(again, Effect.Start.class).get(0).call().arguments()).isEqualTo(OTHER);
    cell.apply(1, settle(second, at(0, 2, end(0))));
    assertThat(cell.status("a").phase()).isEqualTo(Phase.COMPLETED);
    assertThat(cell.status("a").callsEnded()).isEqualTo(2);
    assertThat(cell.scheduler.trace(id("a")).orElseThrow().events())
        .extracting(TraceEvent::kind)
        .contains(TraceEvent.Kind.RESOLVED);
  }

  @Test
  void otherInputThatIsTooLargeIsRefused() {
    failing(cell, "a");
    Payload large = Payload.ofJson("\"" + "x".repeat(Payload.MAX_BYTES) + "\"");

    // As if it stood whole in an entry, which only refers to such.
    Applied refused = cell.apply(1, retry(only(cell), large));

    assertThat(refusal(refused)).isEqualTo(Refusal.Code.TOO_LARGE);
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
    Applied begun =
        cell.apply(0, submit("a", new Step.Arm(0, 1, 9 * SECOND), call(0)));
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

  /** Rule 22 and ADR 32: a copy of what was asked for is done, and does nothing. */
  @Test
  void aCopyOfWhatWasAskedForIsDone() {
    failing(cell, "a");
    Command timely =
        IncidentCell.resolve(
            only(cell),
            new Resolution.Retry(Optional.empty()),
            cell.scheduler.nextUntilMicros());
    cell.apply(1, timely);

    Applied again = cell.apply(1, timely);

    assertThat(again.results()).containsExactly(new Result.Done());
    assertThat(again.effects()).isEmpty();
  }

  @Test
  void whatIsHeldWaitsForThatOnceItIsTriedAgain() {
    failing(cell, "a");
    cell.apply(1, ControlCell.hold(ControlCell.one("a")));

    assertThat(starts(cell.apply(1, retry(only(cell))))).isEmpty();
    assertThat(cell.status("a").callsHeld()).isEqualTo(1);
    assertThat(starts(cell.apply(1, ControlCell.release(ControlCell.one("a"))))).hasSize(1);
  }

  /** Two attempts of a call never run at once, whoever wants the second. */
  @Test
  void waitsForItsLastAttemptToEnd() {
    Applied begun = cell.apply(0, submit("a", call(0)));
    AttemptId first = begun(begun);
    Applied failed = cell.apply(1, settle(first, new Outcome.TimedOut(true)));
    cell.apply(1, uncaught(onlyContinue(failed)));

    assertThat(starts(cell.apply(1, retry(only(cell))))).isEmpty();
    assertThat(cell.slots()).isEqualTo("0+1");
    Applied fenced = cell.apply(TestCell.FENCE, new Command.Tick());

    assertThat(onlyStart(fenced)).isEqualTo(new AttemptId(first.call(), 2));
  }

  /** With other input it is another call, which waits for nobody. */
  @Test
  void anotherCallDoesNotWaitForTheAttemptsOfTheFirst() {
    Applied begun = cell.apply(0, submit("a", call(0)));
    Applied failed = cell.apply(1, settle(begun(begun), new Outcome.TimedOut(true)));
    cell.apply(1, uncaught(onlyContinue(failed)));

    assertThat(starts(cell.apply(1, retry(only(cell), OTHER)))).hasSize(1);
    assertThat(cell.slots()).isEqualTo("1+1");
  }

  /** Rule 16: its account may have changed while it waited. */
  @Test
  void isNotTriedAgainWhereItsScopeIsGone() {
    failing(cell, "a");
    cell.apply(1, new Command.Configure(withoutLabel()));

    Applied refused = cell.apply(1, retry(only(cell)));
    Applied other = cell.apply(1, retry(only(cell), OTHER));

    assertThat(refusal(refused)).isEqualTo(Refusal.Code.CONFLICT);
    assertThat(refusal(other)).isEqualTo(Refusal.Code.CONFLICT);
    assertThat(cell.scheduler.openIncidents()).isEqualTo(1);
  }

  private static Account withoutLabel() {
    Account account = TestCell.account(2, 3);
    return new Account(
        account.id(),
        account.provider(),
        account.version(),
        account.policy(),
        account.settings(),
        account.scopes().subList(0, 1),
        account.retriesFast());
  }

  @Test
  void moreThanMayWaitAreNotKept() {
    TestCell few = IncidentCell.keeping(1);
    failing(few, "a");

    Applied faulted = failing(few, "b");

    assertThat(effects(faulted, Effect.Answer.class)).hasSize(1);
    assertThat(few.scheduler.openIncidents()).isEqualTo(1);
    assertThat(few.scheduler.trace(id("b")).orElseThrow().events())
        .filteredOn(event -> event.kind() == TraceEvent.Kind.INCIDENT)
        .singleElement()
        .satisfies(event -> assertThat(event.detail()).contains("1 incidents are open"));
  }

  @Test
  void theirMemoryIsCounted() {
    long before = cell.scheduler.sizeBytes();
    failing(cell, "a");
    long held = cell.scheduler.image().incidents().get(0).sizeBytes();

    assertThat(held).isGreaterThan(400);
    assertThat(cell.scheduler.sizeBytes() - before).isGreaterThan(held);
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

  @Test
  void theAttemptsThatCountNoMoreAreRestoredAsSuch() throws Exception {
    failing(cell, "a");
    cell.apply(1, retry(only(cell)));
    Image image = cell.scheduler.image();

    assertThat(TextCell.decode(TextCell.encode(image)).calls()).isEqualTo(image.calls());
    assertThat(image.calls().get(0).base()).isEqualTo(1);
  }

  /** Rule 33: the record of the call is gone, and what it was called with is not. */
  @Test
  void keepsLargeInput() throws Exception {
    TextCell texts = new TextCell(cell);
    Payload large = TextCell.text("large");
    texts.send(large);
    Command submit = submit("a", new Step.Call(0, TextCell.call(large)));
    AttemptId attempt = begun(texts.apply(0, submit));
    fails(cell, attempt);

    assertThat(only(cell).arguments()).isEqualTo(large);
    Image image = cell.scheduler.image();
    assertThat(TextCell.decode(TextCell.encode(image))).isEqualTo(image);
    Applied again = cell.apply(1, retry(only(cell)));
    assertThat(effects(again, Effect.Start.class).get(0).call().arguments()).isEqualTo(large);
    cell.apply(1, settle(onlyStart(again), at(0, 2, end(0))));
    assertThat(cell.scheduler.textBytes()).isZero();
  }

  @Test
  void takesLargeInput() {
    TextCell texts = new TextCell(cell);
    Payload large = TextCell.text("large");
    failing(cell, "a");

    Applied again = texts.applyAfterTexts(retry(only(cell), large));

    assertThat(effects(again, Effect.Start.class).get(0).call().arguments()).isEqualTo(large);
  }
}
