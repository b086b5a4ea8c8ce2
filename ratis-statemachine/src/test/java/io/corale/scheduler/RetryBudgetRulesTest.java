package io.corale.scheduler;

import static io.corale.scheduler.BreakerCell.came;
import static io.corale.scheduler.BreakerCell.retriesLeft;
import static io.corale.scheduler.BreakerCell.submit;
import static io.corale.scheduler.LimitCell.started;
import static io.corale.scheduler.LimitCell.succeeded;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Outcome;
import io.corale.scheduler.Transition.Retry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where much fails, few calls are tried again (ADR 34). */
class RetryBudgetRulesTest {
  private static final Retry OFTEN = new Retry(9, 0, 5 * SECOND);

  /** It is an answer, so that no breaker opens. */
  private static final Outcome ERROR = new Outcome.FunctionError("bad luck", true);

  private static TestCell cell(int retries) {
    return BreakerCell.withRetries(retries, Entry.TERMS_FORMAT);
  }

  @Test
  void aRetryBeyondThoseOfItsAccountWaitsForTheLongestDelayOfItsPolicy() {
    TestCell cell = cell(2);
    cell.apply(0, submit("a", OFTEN));
    assertThat(started(cell.apply(0, came(cell, "a", ERROR)))).containsExactly("a");
    assertThat(started(cell.apply(0, came(cell, "a", ERROR)))).containsExactly("a");

    Applied third = cell.apply(0, came(cell, "a", ERROR));

    assertThat(started(third)).isEmpty();
    assertThat(retriesLeft(cell)).isZero();
    List<TraceEvent> events = cell.scheduler.trace(TestCell.id("a")).orElseThrow().events();
    assertThat(events.get(events.size() - 1).kind()).isEqualTo(TraceEvent.Kind.RETRY);
    assertThat(events.get(events.size() - 1).detail()).contains("has used up its retries");
    assertThat(started(cell.apply(5 * SECOND - 1, new Command.Tick()))).isEmpty();
    assertThat(started(cell.apply(1, new Command.Tick()))).containsExactly("a");
  }

  /** It is late, and nothing else: what may be tried nine times is. */
  @Test
  void noneFailsForIt() {
    TestCell cell = cell(1);
    cell.apply(0, submit("a", OFTEN));
    for (int i = 0; i < 8; i++) {
      cell.apply(0, came(cell, "a", ERROR));
      cell.apply(5 * SECOND, new Command.Tick());
    }
    assertThat(cell.status("a").callsRunning()).isEqualTo(1);
    assertThat(cell.scheduler.image().calls().get(0).tried()).isEqualTo(8);
  }

  @Test
  void tenFirstAttemptsBringAnother() {
    TestCell cell = cell(1);
    cell.apply(0, submit("a", OFTEN));
    cell.apply(0, came(cell, "a", ERROR));
    for (int i = 0; i < 10; i++) {
      assertThat(retriesLeft(cell)).isZero();
      cell.apply(0, submit("i" + i));
      cell.apply(0, succeeded(cell, "i" + i));
    }
    assertThat(retriesLeft(cell)).isEqualTo(1);

    assertThat(started(cell.apply(0, came(cell, "a", ERROR)))).containsExactly("a");
  }

  @Test
  void thereAreNeverMoreThanInTheBeginning() {
    TestCell cell = cell(2);
    for (int i = 0; i < 30; i++) {
      cell.apply(0, submit("i" + i));
      cell.apply(0, succeeded(cell, "i" + i));
    }
    assertThat(retriesLeft(cell)).isEqualTo(2);
  }

  /** None of it is a retry: nothing was tried, or nobody knows. */
  @Test
  void whatWasThrottledOrNotSentOrLostTakesNone() {
    TestCell cell = cell(2);
    cell.apply(0, submit("a", OFTEN));

    cell.apply(0, came(cell, "a", new Outcome.NotSent("too late")));
    cell.apply(0, came(cell, "a", Outcome.Throttled.byUs(Duration.ofMillis(10))));
    cell.apply(SECOND, new Command.Tick());
    cell.apply(0, came(cell, "a", Outcome.Throttled.byProvider(Duration.ofMillis(10))));
    cell.apply(SECOND, new Command.Tick());
    cell.takeOver();
    cell.apply(TestCell.FENCE, new Command.Tick());

    assertThat(cell.status("a").callsRunning()).isEqualTo(1);
    assertThat(retriesLeft(cell)).isEqualTo(2);
  }

  @Test
  void theLastFailureTakesNone() {
    TestCell cell = cell(2);
    cell.apply(0, submit("a", Retry.NEVER));

    cell.apply(0, came(cell, "a", ERROR));

    assertThat(retriesLeft(cell)).isEqualTo(2);
  }

  @Test
  void aPolicyWithoutDelaysWaitsForASecond() {
    TestCell cell = cell(0);
    cell.apply(0, submit("a", new Retry(9, 0, 0)));
    cell.apply(0, came(cell, "a", ERROR));

    assertThat(started(cell.apply(SECOND - 1, new Command.Tick()))).isEmpty();
    assertThat(started(cell.apply(1, new Command.Tick()))).containsExactly("a");
  }

  /** Who wrote "at most an hour" did not mean the second attempt. */
  @Test
  void aPolicyWithLongDelaysWaitsForAMinute() {
    TestCell cell = cell(0);
    cell.apply(0, submit("a", new Retry(9, SECOND, 3_600 * SECOND)));
    cell.apply(0, came(cell, "a", ERROR));

    assertThat(started(cell.apply(60 * SECOND - 1, new Command.Tick()))).isEmpty();
    assertThat(started(cell.apply(1, new Command.Tick()))).containsExactly("a");
  }

  /** A fence may be longer. */
  @Test
  void whatMayRunStillWaitsForItsFenceAsWell() {
    TestCell cell = cell(0);
    cell.apply(0, submit("a", new Retry(9, 0, 0)));
    cell.apply(0, came(cell, "a", new Outcome.TimedOut(true)));

    assertThat(started(cell.apply(TestCell.FENCE - 1, new Command.Tick()))).isEmpty();
    assertThat(started(cell.apply(1, new Command.Tick()))).containsExactly("a");
  }

  /** Rule 35. */
  @Test
  void aRestoredReplicaHasAsManyLeft() throws IOException {
    TestCell cell = cell(2);
    cell.apply(0, submit("a", OFTEN));
    cell.apply(0, came(cell, "a", ERROR));

    Image read = TextCell.decode(TextCell.encode(cell.scheduler.image()));
    TestCell restored = new TestCell(OwnerScheduler.restore(read, BreakerCell.capacity(2)));

    assertThat(restored.scheduler.image()).isEqualTo(cell.scheduler.image());
    assertThat(retriesLeft(restored)).isEqualTo(1);
  }

  @Test
  void anotherVersionOfAnAccountHasAsManyLeft() {
    TestCell cell = cell(2);
    cell.apply(0, submit("a", OFTEN));
    cell.apply(0, came(cell, "a", ERROR));

    cell.apply(0, new Command.Configure(TestCell.account(2, 7)));

    assertThat(retriesLeft(cell)).isEqualTo(1);
  }

  /** Rule 36: logs of older formats lead to what they led to. */
  @Test
  void belowItsFormatEveryRetryIsOneOfItsPolicy() {
    TestCell cell = BreakerCell.withRetries(0, Entry.TERMS_FORMAT - 1);
    cell.apply(0, submit("a", OFTEN));
    for (int i = 0; i < 8; i++) {
      assertThat(started(cell.apply(0, came(cell, "a", ERROR)))).containsExactly("a");
    }
    assertThat(cell.scheduler.image().accounts().get(0).retriesSpent()).isZero();
  }
}
