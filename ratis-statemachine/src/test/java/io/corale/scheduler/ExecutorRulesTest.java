package io.corale.scheduler;

import static io.corale.scheduler.TestCell.FENCE;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.at;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.starts;
import static io.corale.scheduler.TestCell.submit;
import static io.corale.scheduler.TestCell.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Ending;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.scheduler.Transition.Retry;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who executes, and what a change of superpeer does to what runs. */
class ExecutorRulesTest {
  /** Rule 9: ready calls stay queued in entries of a term whose executor has not taken over. */
  @Test
  void dispatchesOnlyInTheTermOfTheExecutor() {
    TestCell cell = TestCell.open(1);
    Entry stray = new Entry(TestCell.executor(1), 9, 0, 0, false, List.of(submit("a")));

    Applied applied = cell.scheduler.apply(2, 50, stray);

    assertThat(applied.results()).containsExactly(new Result.Accepted());
    assertThat(starts(applied)).isEmpty();
    assertThat(cell.status("a").callsQueued()).isEqualTo(1);
    Entry takeOver =
        new Entry(
            TestCell.executor(2),
            0,
            0,
            50,
            false,
            List.of(new Command.TakeOver(TestCell.executor(2))));
    assertThat(starts(cell.scheduler.apply(2, 51, takeOver))).containsExactly(attempt("a", 1, 1));
  }

  /** Rule 9: nobody takes over in a term that is not its own. */
  @Test
  void refusesATakeOverOfAnotherTerm() {
    TestCell cell = TestCell.open(1);

    Applied applied = cell.apply(0, new Command.TakeOver(TestCell.executor(7)));

    assertThat(applied.results()).first().isInstanceOf(Result.Refused.class);
    assertThat(cell.scheduler.executor()).contains(TestCell.executor(1));
  }

  /** Rule 11: every attempt of an earlier executor is leased at once, and none is sent again. */
  @Test
  void leasesWhatEarlierExecutorsHaveInFlight() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a"), submit("b"), submit("c"));

    Applied applied = cell.takeOver();

    assertThat(cell.slots()).isEqualTo("0+2");
    assertThat(starts(applied)).isEmpty();
    assertThat(effects(applied, Effect.WakeAt.class)).containsExactly(new Effect.WakeAt(FENCE));
    assertThat(cell.scheduler.resume())
        .containsExactly(
            new Effect.WakeAt(FENCE),
            new Effect.Inquire(
                TestCell.executor(1),
                List.of(
                    new Orphan(attempt("a", 1, 1), 2, FENCE, false),
                    new Orphan(attempt("b", 1, 1), 2, FENCE, false))));
  }

  /** Rule 11: several may be draining; the present one is asked for nothing. */
  @Test
  void namesEveryEarlierExecutorWithWhatItMayStillRun() {
    TestCell cell = TestCell.open(3);
    cell.apply(0, submit("a"));
    cell.takeOver();
    cell.apply(0, submit("b"));
    cell.takeOver();
    cell.apply(0, submit("c"));

    assertThat(cell.scheduler.resume())
        .filteredOn(Effect.Inquire.class::isInstance)
        .containsExactly(
            new Effect.Inquire(
                TestCell.executor(1), List.of(new Orphan(attempt("a", 1, 1), 2, FENCE, false))),
            new Effect.Inquire(
                TestCell.executor(2), List.of(new Orphan(attempt("b", 1, 1), 4, FENCE, false))));
  }

  /** Rule 22: a take-over that is applied twice leases nothing of its own executor. */
  @Test
  void takesOverOnceOnly() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));

    cell.apply(0, new Command.TakeOver(TestCell.executor(1)));

    assertThat(cell.slots()).isEqualTo("1+0");
  }

  /** Rule 11: the outcome that the earlier executor delivers is the outcome of the attempt. */
  @Test
  void takesTheOutcomeOfALostAttempt() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    cell.takeOver();

    Applied applied = cell.apply(SECOND, settle(attempt("a", 1, 1), at(0, 1, end(0))));

    assertThat(effects(applied, Effect.Answer.class))
        .containsExactly(
            new Effect.Answer(id("a"), new Ending.Completed(Payload.ofJson("\"out0\""))));
    assertThat(cell.slots()).isEqualTo("0+0");
  }

  /** Rule 11: what the earlier executor did not send starts again at once. */
  @Test
  void startsAgainAtOnceWhatWasNeverSent() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    cell.takeOver();

    Applied applied = cell.apply(0, settle(attempt("a", 1, 1), new Outcome.NotSent("deposed")));

    assertThat(starts(applied)).containsExactly(attempt("a", 1, 2));
  }

  /** A lost attempt is tried again under the same key, and does not count as a try. */
  @Test
  void triesALostCallAgainWithoutCountingIt() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", spec(Retry.NEVER)));
    cell.takeOver();

    Applied again = cell.apply(FENCE, new Command.Tick());
    assertThat(starts(again)).containsExactly(attempt("a", 1, 2));
    assertThat(starts(again).get(0).call()).isEqualTo(attempt("a", 1, 1).call());

    cell.apply(0, settle(attempt("a", 1, 2), at(0, 1, end(0))));
    assertThat(cell.status("a").phase()).isEqualTo(InvocationView.Phase.COMPLETED);
  }

  /** The first outcome wins: the lost attempt's comes too late once its call was tried again. */
  @Test
  void ignoresTheOutcomeOfAnAttemptThatWasReplaced() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    cell.takeOver();
    cell.apply(FENCE, new Command.Tick());

    Applied late = cell.apply(0, settle(attempt("a", 1, 1), success()));

    assertThat(late.effects()).isEmpty();
    assertThat(cell.slots()).isEqualTo("1+0");
    assertThat(cell.status("a").callsRunning()).isEqualTo(1);
  }

  /** A lost attempt of which nothing is known may end with an outcome that proves nothing. */
  @Test
  void keepsTheFenceOfALostAttemptThatMayHaveRun() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", spec(new Retry(2, 0, 0))));
    cell.takeOver();
    cell.apply(SECOND, settle(attempt("a", 1, 1), new Outcome.TimedOut(true)));
    assertThat(cell.slots()).isEqualTo("0+1");

    assertThat(starts(cell.apply(FENCE - SECOND - 1, new Command.Tick()))).isEmpty();
    assertThat(starts(cell.apply(1, new Command.Tick()))).containsExactly(attempt("a", 1, 2));
  }

  @Test
  void tellsInTheTraceWhoLostAndWhoTookOver() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    cell.takeOver();
    cell.apply(FENCE, new Command.Tick());

    List<TraceEvent> events = cell.scheduler.trace(id("a")).orElseThrow().events();

    assertThat(events)
        .extracting(event -> event.kind() + " " + event.attempt())
        .containsExactly(
            "ACCEPTED 0",
            "QUEUED 0",
            "STARTED 1",
            "TAKEN_OVER 0",
            "LEASED 1",
            "FREED 1",
            "RETRY 1",
            "STARTED 2");
    assertThat(events.get(7).executor()).isEqualTo("n0#1@2");
    assertThat(events.get(7).function()).isEqualTo("resize");
    assertThat(events.get(7).atMicros()).isEqualTo(FENCE);
  }
}
