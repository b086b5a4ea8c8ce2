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
import static io.corale.scheduler.TestCell.at;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.onlyContinue;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.starts;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.scheduler.Command.Resolve.Resolution;
import io.corale.scheduler.InvocationView.Phase;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What has failed for good and is tried again, as it was or with other input (ADR 39). */
class IncidentRetryRulesTest {
  private static final Payload OTHER = Payload.ofJson("{\"width\":1}");

  private final TestCell cell = IncidentCell.open(3);

  private static AttemptId begun(Applied applied) {
    return starts(applied).get(0);
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

  @Test
  void itHasAllItsAttemptsOnceMore() {
    Applied begun = cell.apply(0, submit("a", new Step.Call(0, IncidentCell.retried(2))));
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
  void theAttemptsThatCountNoMoreAreRestoredAsSuch() throws Exception {
    failing(cell, "a");
    cell.apply(1, retry(only(cell)));
    Image image = cell.scheduler.image();

    assertThat(TextCell.decode(TextCell.encode(image)).calls()).isEqualTo(image.calls());
    assertThat(image.calls().get(0).base()).isEqualTo(1);
  }

  /** Rule 22 and ADR 32: a copy of what was asked for is done, and does nothing. */
  @Test
  void aCopyOfWhatWasAskedForIsDone() {
    failing(cell, "a");
    Command timely =
        IncidentCell.resolve(
            only(cell), new Resolution.Retry(Optional.empty()), cell.scheduler.nextUntilMicros());
    cell.apply(1, timely);

    Applied again = cell.apply(1, timely);

    assertThat(again.results()).containsExactly(new Result.Done());
    assertThat(again.effects()).isEmpty();
  }

  /** What ran for it at another owner has ended under its name, and would only say so again. */
  @Test
  void whatHasEndedUnderItsNameIsTriedAgainUnderAnother() {
    Applied begun = cell.apply(0, submit("a", call(0)));
    AttemptId first = begun(begun);
    Applied failed = cell.apply(1, settle(first, IncidentCell.BROKEN));
    cell.apply(1, uncaught(onlyContinue(failed), new Uncaught(List.of(), true)));

    Applied again = cell.apply(1, retry(only(cell)));

    AttemptId second = onlyStart(again);
    assertThat(second.call()).isNotEqualTo(first.call());
    assertThat(effects(again, Effect.Start.class).get(0).call()).isEqualTo(TestCell.spec());
    cell.apply(1, settle(second, at(0, 2, end(0))));
    assertThat(cell.status("a").phase()).isEqualTo(Phase.COMPLETED);
  }

  /** One whose last attempt may run still, tried again. */
  private AttemptId fenced() {
    AttemptId first = begun(cell.apply(0, submit("a", call(0))));
    Applied failed = cell.apply(1, settle(first, new Outcome.TimedOut(true)));
    cell.apply(1, uncaught(onlyContinue(failed)));
    assertThat(starts(cell.apply(1, retry(only(cell))))).isEmpty();
    return first;
  }

  @Test
  void theEndOfItsLastAttemptIsAwaitedWhoeverLeads() {
    AttemptId first = fenced();

    assertThat(starts(cell.takeOver())).isEmpty();
    Applied after = cell.apply(2 * TestCell.FENCE, new Command.Tick());

    assertThat(onlyStart(after)).isEqualTo(new AttemptId(first.call(), 2));
  }

  @Test
  void whatIsHeldMeanwhileDoesNotStartWhenItsLastAttemptHasEnded() {
    AttemptId first = fenced();
    cell.apply(1, ControlCell.hold(ControlCell.one("a")));

    assertThat(starts(cell.apply(TestCell.FENCE, new Command.Tick()))).isEmpty();
    Applied released = cell.apply(1, ControlCell.release(ControlCell.one("a")));

    assertThat(onlyStart(released)).isEqualTo(new AttemptId(first.call(), 2));
  }

  @Test
  void whoCancelsEndsTheWaitForItsLastAttempt() {
    fenced();

    cell.apply(1, new Command.Cancel(id("a"), "enough"));

    assertThat(cell.status("a").phase()).isEqualTo(Phase.CANCELLED);
    assertThat(starts(cell.apply(TestCell.FENCE, new Command.Tick()))).isEmpty();
    assertThat(cell.slots()).isEqualTo("0+0");
  }

  /** Rule 12: its provider says that it is over. */
  @Test
  void startsOnceItsLastAttemptIsKnownToBeOver() {
    AttemptId first = fenced();

    Applied proved = cell.apply(1, new Command.Proved(first));

    assertThat(onlyStart(proved)).isEqualTo(new AttemptId(first.call(), 2));
  }

  /** A branch has gone on when it was resolved; the record of one must not come with that. */
  @Test
  void onceItIsTriedAgainNothingWaits() {
    failing(cell, "a");
    IncidentView incident = only(cell);
    cell.apply(1, retry(incident));

    assertThat(cell.scheduler.image().incidents()).isEmpty();
    assertThat(refusal(cell.apply(1, giveUp(incident)))).isEqualTo(Refusal.Code.CONFLICT);
    assertThat(cell.status("a").callsRunning()).isEqualTo(1);
  }
}
