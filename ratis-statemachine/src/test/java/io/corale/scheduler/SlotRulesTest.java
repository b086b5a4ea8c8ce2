package io.corale.scheduler;

import static io.corale.scheduler.TestCell.FENCE;
import static io.corale.scheduler.TestCell.SECOND;
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
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a slot is taken, leased and free again. */
class SlotRulesTest {
  private static final Outcome LOST = new Outcome.Unavailable("reset", true);
  private static final Retry THRICE = new Retry(3, SECOND, 4 * SECOND);

  @Test
  void startsNoMoreThanTheLimit() {
    TestCell cell = TestCell.open(1);

    Applied applied = cell.apply(0, submit("a"), submit("b"));

    assertThat(starts(applied)).containsExactly(attempt("a", 1, 1));
    assertThat(cell.slots()).isEqualTo("1+0");
    assertThat(cell.status("b").callsQueued()).isEqualTo(1);
  }

  @Test
  void givesTheSlotOfAnEndedAttemptToTheNextCallInTheSameEntry() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"), submit("b"));

    Applied applied = cell.apply(SECOND, settle(attempt("a", 1, 1), TestCell.at(0, 1, end(0))));

    assertThat(starts(applied)).containsExactly(attempt("b", 1, 1));
    assertThat(effects(applied, Effect.Answer.class))
        .containsExactly(
            new Effect.Answer(id("a"), new Ending.Completed(Payload.ofJson("\"out0\""))));
  }

  /** Rule 13: what may have run keeps its slot until its fence, and is retried only then. */
  @Test
  void retriesWhatMayHaveRunOnlyAfterItsFence() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a", spec(THRICE)));

    cell.apply(SECOND, settle(attempt("a", 1, 1), LOST));
    assertThat(cell.slots()).isEqualTo("0+1");
    assertThat(starts(cell.apply(FENCE - SECOND - 1, new Command.Tick()))).isEmpty();

    Applied applied = cell.apply(1, new Command.Tick());
    assertThat(starts(applied)).containsExactly(attempt("a", 1, 2));
    assertThat(cell.slots()).isEqualTo("1+0");
  }

  /** Rule 13: proof ends a lease at once. */
  @Test
  void retriesAtOnceWhatIsProvedToHaveEnded() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", spec(new Retry(2, 0, 0))));
    cell.apply(SECOND, settle(attempt("a", 1, 1), LOST));

    Applied applied = cell.apply(0, new Command.Proved(attempt("a", 1, 1)));

    assertThat(starts(applied)).containsExactly(attempt("a", 1, 2));
  }

  /** Rule 13: the late outcome of an attempt that had ended for us frees its slot, no more. */
  @Test
  void takesALateOutcomeAsProofOnly() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", spec(new Retry(2, 0, 0))));
    cell.apply(SECOND, settle(attempt("a", 1, 1), LOST));

    Applied applied = cell.apply(SECOND, settle(attempt("a", 1, 1), success()));

    assertThat(starts(applied)).containsExactly(attempt("a", 1, 2));
    assertThat(effects(applied, Effect.Continue.class)).isEmpty();
  }

  /** Rule 13: a cancel ends the attempt, not the slot. */
  @Test
  void keepsTheSlotOfACancelledAttempt() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"), submit("b"));

    Applied cancelled = cell.apply(SECOND, new Command.Cancel(id("a"), "enough"));
    assertThat(effects(cancelled, Effect.Stop.class))
        .containsExactly(new Effect.Stop(attempt("a", 1, 1)));
    assertThat(effects(cancelled, Effect.Answer.class))
        .containsExactly(new Effect.Answer(id("a"), new Ending.Cancelled("enough")));
    assertThat(starts(cancelled)).isEmpty();
    assertThat(cell.slots()).isEqualTo("0+1");

    assertThat(starts(cell.apply(SECOND, settle(attempt("a", 1, 1), success()))))
        .containsExactly(attempt("b", 1, 1));
  }

  /** Rule 13: the last attempt fails its call at once; its slot waits for the fence. */
  @Test
  void failsAtOnceWhenNoAttemptIsLeft() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));

    Applied applied = cell.apply(SECOND, settle(attempt("a", 1, 1), LOST));

    assertThat(effects(applied, Effect.Continue.class))
        .singleElement()
        .extracting(Effect.Continue::signal)
        .isInstanceOf(Signal.Failed.class);
    assertThat(cell.slots()).isEqualTo("0+1");
  }

  @Test
  void pausesBetweenAttemptsTwiceAsLongEachTimeAndByTheJitter() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", spec(THRICE)));
    Outcome error = new Outcome.FunctionError("busy", true);

    Applied first = cell.apply(0, settle(attempt("a", 1, 1), error));
    assertThat(effects(first, Effect.WakeAt.class)).containsExactly(new Effect.WakeAt(SECOND));
    assertThat(cell.slots()).isEqualTo("0+0");
    assertThat(starts(cell.apply(SECOND, new Command.Tick()))).containsExactly(attempt("a", 1, 2));
    cell.apply(0, settle(attempt("a", 1, 2), error));
    assertThat(starts(cell.apply(2 * SECOND - 1, new Command.Tick()))).isEmpty();
    assertThat(starts(cell.apply(1, new Command.Tick()))).containsExactly(attempt("a", 1, 3));
    assertThat(Retries.delayMicros(THRICE, 5, 1_023)).isBetween(5_900_000L, 6 * SECOND);
  }

  @Test
  void throttlingAndMissedSendsConsumeNoAttempt() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));

    Applied throttled =
        cell.apply(
            0, settle(attempt("a", 1, 1), Outcome.Throttled.byProvider(Duration.ofSeconds(2))));
    assertThat(starts(throttled)).isEmpty();
    assertThat(starts(cell.apply(2 * SECOND, new Command.Tick())))
        .containsExactly(attempt("a", 1, 2));
    assertThat(starts(cell.apply(0, settle(attempt("a", 1, 2), new Outcome.NotSent("late")))))
        .containsExactly(attempt("a", 1, 3));
    cell.apply(0, settle(attempt("a", 1, 3), TestCell.at(0, 1, end(0))));

    assertThat(cell.status("a").phase()).isEqualTo(InvocationView.Phase.COMPLETED);
  }

  @Test
  void givesUpOnAnExecutorThatNeverSends() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));

    Applied last = cell.apply(0);
    for (int i = 1; i <= Retries.MAX_EXCUSED + 1; i++) {
      last = cell.apply(0, settle(attempt("a", 1, i), new Outcome.NotSent("late")));
    }

    assertThat(effects(last, Effect.Continue.class))
        .singleElement()
        .extracting(Effect.Continue::signal)
        .isInstanceOf(Signal.Failed.class);
  }
}
