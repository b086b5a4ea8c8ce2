package io.corale.scheduler;

import static io.corale.scheduler.BreakerCell.GONE;
import static io.corale.scheduler.BreakerCell.broken;
import static io.corale.scheduler.BreakerCell.came;
import static io.corale.scheduler.BreakerCell.circuit;
import static io.corale.scheduler.BreakerCell.circuits;
import static io.corale.scheduler.BreakerCell.failed;
import static io.corale.scheduler.BreakerCell.open;
import static io.corale.scheduler.BreakerCell.submit;
import static io.corale.scheduler.BreakerCell.submitOther;
import static io.corale.scheduler.LimitCell.started;
import static io.corale.scheduler.LimitCell.succeeded;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.Outcome;
import io.corale.model.Policy;
import io.corale.scheduler.Transition.Retry;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What does not answer is left alone for a while, and nothing fails for that (ADR 34). */
class BreakerRulesTest {
  private static final Retry OFTEN = new Retry(9, 0, 0);
  private static final Command TICK = new Command.Tick();

  /** Nothing that has not been tried may fail for what others were told. */
  @Test
  void callsOfWhatDoesNotAnswerWaitAndDoNotFail() {
    TestCell cell = broken(3);

    Applied applied = cell.apply(0, submit("a"), submit("b"));

    assertThat(started(applied)).isEmpty();
    assertThat(cell.status("a").phase()).isEqualTo(InvocationView.Phase.RUNNING);
    assertThat(cell.status("a").callsQueued()).isEqualTo(1);
    assertThat(cell.status("a").callsBarred()).isEqualTo(1);
    assertThat(circuit(cell).waiting()).isEqualTo(2);
    assertThat(cell.queued()).isZero();
  }

  @Test
  void whatWaitsAlreadyIsNotSentEither() {
    TestCell cell = open(1);
    cell.apply(0, submit("lost"), submit("first", OFTEN), submit("second"), submit("third"));
    cell.apply(0, failed(cell, "lost"));
    for (int i = 0; i < Breaker.FAILURES - 2; i++) {
      cell.apply(0, failed(cell, "first"));
    }
    assertThat(cell.queued()).isEqualTo(2);

    Applied last = cell.apply(0, failed(cell, "first"));

    assertThat(started(last)).isEmpty();
    assertThat(circuit(cell).waiting()).isEqualTo(3);
    assertThat(cell.lastEvents("first", 3))
        .containsExactly(
            TraceEvent.Kind.BROKEN_OFF, TraceEvent.Kind.SETTLED, TraceEvent.Kind.RETRY);
  }

  /** A few failures among answers are bad luck. */
  @Test
  void anAnswerBetweenBeginsTheCountAnew() {
    TestCell cell = open(1);
    for (int i = 0; i < 3 * Breaker.FAILURES; i++) {
      String id = "i" + i;
      cell.apply(0, submit(id));
      cell.apply(0, i % Breaker.FAILURES == 3 ? succeeded(cell, id) : failed(cell, id));
    }
    assertThat(circuits(cell)).isEmpty();
  }

  /** It ran to its end: it is there. */
  @Test
  void anErrorOfTheFunctionIsAnAnswer() {
    TestCell cell = open(1);
    for (int i = 0; i < 3 * Breaker.FAILURES; i++) {
      cell.apply(0, submit("i" + i));
      cell.apply(0, came(cell, "i" + i, new Outcome.FunctionError("no such picture", true)));
    }
    assertThat(circuits(cell)).isEmpty();
  }

  /** Nobody has asked the function. */
  @Test
  void whatIsThrottledOrNeverSentCountsForNothing() {
    TestCell cell = open(1);
    cell.apply(0, submit("a"));
    for (int i = 0; i < 2 * Breaker.FAILURES; i++) {
      cell.apply(SECOND, came(cell, "a", new Outcome.NotSent("too late")));
      cell.apply(SECOND, came(cell, "a", Outcome.Throttled.byUs(Duration.ofMillis(100))));
      cell.apply(SECOND, TICK);
    }
    assertThat(circuits(cell)).isEmpty();
  }

  @Test
  void whatHangsDoesNotAnswer() {
    TestCell cell = open(Breaker.FAILURES + 1);
    for (int i = 0; i < Breaker.FAILURES; i++) {
      cell.apply(0, submit("i" + i));
      cell.apply(0, came(cell, "i" + i, new Outcome.TimedOut(true)));
    }
    assertThat(circuits(cell)).hasSize(1);
  }

  @Test
  void oneAtATimeIsLetThroughOnceItsTimeIsOver() {
    TestCell cell = broken(3);
    cell.apply(0, submit("a"), submit("b"));

    assertThat(started(cell.apply(SECOND - 1, TICK))).isEmpty();
    assertThat(started(cell.apply(1, TICK))).containsExactly("a");
    assertThat(started(cell.apply(10 * SECOND, submit("c")))).isEmpty();
    assertThat(circuit(cell).isTrying()).isTrue();
  }

  /** Rule 19: whoever lets one through must be woken for it. */
  @Test
  void saysWhenSomebodyMustWakeUpForIt() {
    TestCell cell = broken(1);

    Applied waiting = cell.apply(0, submit("a"));

    assertThat(effects(waiting, Effect.WakeAt.class)).containsExactly(new Effect.WakeAt(SECOND));
    assertThat(cell.scheduler.resume()).contains(new Effect.WakeAt(SECOND));
  }

  @Test
  void nobodyWakesUpForWhatNobodyWaitsFor() {
    TestCell cell = broken(1);
    cell.apply(0, submit("a"));

    Applied cancelled = cell.apply(1, new Command.Cancel(TestCell.id("a"), "no more"));

    assertThat(effects(cancelled, Effect.WakeAt.class))
        .containsExactly(new Effect.WakeAt(Effect.WakeAt.NEVER));
    assertThat(circuit(cell).waiting()).isZero();
  }

  @Test
  void anAnswerLetsAllGoOn() {
    TestCell cell = broken(3);
    cell.apply(0, submit("a"), submit("b"), submit("c"));
    cell.apply(SECOND, TICK);

    Applied answered = cell.apply(0, succeeded(cell, "a"));

    assertThat(started(answered)).containsExactly("b", "c");
    assertThat(circuits(cell)).isEmpty();
    assertThat(cell.scheduler.image().breakers()).isEmpty();
    assertThat(cell.scheduler.trace(TestCell.id("a")).orElseThrow().events())
        .extracting(TraceEvent::kind)
        .contains(TraceEvent.Kind.RESTORED);
  }

  /** Of a burst that was under way when it opened, one that comes through is proof enough. */
  @Test
  void theAnswerOfWhatHadStartedBeforeIsOneAsWell() {
    TestCell cell = open(9);
    cell.apply(0, submit("before"));
    for (int i = 0; i < Breaker.FAILURES; i++) {
      cell.apply(0, submit("lost" + i));
      cell.apply(0, failed(cell, "lost" + i));
    }
    cell.apply(0, submit("waits"), submit("often", OFTEN));
    cell.apply(SECOND, TICK);
    cell.apply(0, failed(cell, "often"));
    assertThat(circuit(cell).pauseMicros()).isEqualTo(2 * SECOND);

    assertThat(started(cell.apply(SECOND, succeeded(cell, "before"))))
        .containsExactly("waits", "often");
  }

  /**
   * Of what answers now and then there may be hundreds of outcomes in one entry, and each opening
   * looks at all that waits.
   */
  @Test
  void whatComesAndGoesOpensItOnceInASecond() {
    int count = 280;
    TestCell cell = open(count);
    for (int i = 0; i < count; i++) {
      cell.apply(0, submit("i" + i));
    }
    Command[] outcomes = new Command[count];
    for (int i = 0; i < count; i++) {
      boolean isAnswer = i % (Breaker.FAILURES + 1) == Breaker.FAILURES;
      outcomes[i] = isAnswer ? succeeded(cell, "i" + i) : failed(cell, "i" + i);
    }

    cell.apply(0, Arrays.copyOf(outcomes, count / 2));
    cell.apply(SECOND - 1, Arrays.copyOfRange(outcomes, count / 2, count));

    assertThat(events(cell, count, TraceEvent.Kind.BROKEN_OFF)).isEqualTo(1);
    assertThat(events(cell, count, TraceEvent.Kind.RESTORED)).isZero();
    assertThat(circuits(cell)).hasSize(1);
  }

  private static long events(TestCell cell, int count, TraceEvent.Kind kind) {
    return IntStream.range(0, count)
        .mapToObj(i -> cell.scheduler.trace(TestCell.id("i" + i)).orElseThrow())
        .flatMap(trace -> trace.events().stream())
        .filter(event -> event.kind() == kind)
        .count();
  }

  /** It opens once for each second, and for what is let through: then that alone may close it. */
  @Test
  void theAnswerOfWhatIsLetThroughCountsAtOnce() {
    TestCell cell = broken(3);
    cell.apply(0, submit("a", OFTEN), submit("b"));
    cell.apply(SECOND, TICK);
    cell.apply(0, failed(cell, "a"));
    cell.apply(2 * SECOND, TICK);

    assertThat(started(cell.apply(0, succeeded(cell, "b")))).containsExactly("a");
  }

  @Test
  void eachFailureOfWhatIsLetThroughDoublesThePauseUpToAMinute() {
    TestCell cell = broken(1);
    cell.apply(0, submit("a", new Retry(40, 0, 0)));
    long pause = SECOND;
    for (int i = 0; i < 9; i++) {
      assertThat(circuit(cell).pauseMicros()).isEqualTo(pause);
      assertThat(started(cell.apply(pause - 1, TICK))).isEmpty();
      assertThat(started(cell.apply(1, TICK))).containsExactly("a");
      cell.apply(0, failed(cell, "a"));
      pause = Math.min(2 * pause, 60 * SECOND);
    }
    assertThat(pause).isEqualTo(60 * SECOND);
  }

  /** What fails with all the others when it opens says nothing of how long the outage lasts. */
  @Test
  void theFailureOfWhatHadStartedBeforeDoublesNothing() {
    TestCell cell = open(9);
    cell.apply(0, submit("before"), submit("beside"));
    for (int i = 0; i < Breaker.FAILURES; i++) {
      cell.apply(0, submit("lost" + i));
      cell.apply(0, failed(cell, "lost" + i));
    }

    cell.apply(SECOND / 2, failed(cell, "before"), failed(cell, "beside"));

    assertThat(circuit(cell).pauseMicros()).isEqualTo(SECOND);
    assertThat(circuit(cell).triedInMicros()).isEqualTo(SECOND / 2);
  }

  @Test
  void anotherIsLetThroughWhereNothingCameOfTheLast() {
    TestCell cell = broken(3);
    cell.apply(0, submit("a"), submit("b"));
    cell.apply(SECOND, TICK);

    Applied unsent = cell.apply(0, came(cell, "a", new Outcome.NotSent("too late")));

    assertThat(started(unsent)).isEmpty();
    assertThat(circuit(cell).waiting()).isEqualTo(2);
    assertThat(circuit(cell).pauseMicros()).isEqualTo(SECOND);
    assertThat(started(cell.apply(SECOND, TICK))).containsExactly("a");
  }

  @Test
  void anotherIsLetThroughWhereTheLastIsHeardOfNoMore() {
    TestCell cell = broken(3);
    cell.apply(0, submit("a"), submit("b"));
    cell.apply(SECOND, TICK);

    assertThat(started(cell.apply(Breaker.PATIENCE_MICROS - 1, TICK))).isEmpty();
    assertThat(started(cell.apply(1, TICK))).containsExactly("b");
  }

  /** Rule 11: what the last executor let through may never be heard of. */
  @Test
  void anotherExecutorLetsAnotherThrough() {
    TestCell cell = broken(3);
    cell.apply(0, submit("a"), submit("b"));
    cell.apply(SECOND, TICK);

    assertThat(started(cell.takeOver())).containsExactly("b");
  }

  /** Rule 16: it is in nobody's way. */
  @Test
  void otherImplementationsGoOn() {
    TestCell cell = broken(1);

    Applied applied = cell.apply(0, submit("a"), submitOther("b"));

    assertThat(started(applied)).containsExactly("b");
  }

  @Test
  void whatWaitsIsHeldAndReleasedAsAnythingElse() {
    TestCell cell = broken(3);
    cell.apply(0, submit("a"), submit("b"));

    cell.apply(0, ControlCell.hold(ControlCell.one("a")));

    assertThat(circuit(cell).waiting()).isEqualTo(1);
    assertThat(started(cell.apply(SECOND, TICK))).containsExactly("b");
    cell.apply(0, ControlCell.release(ControlCell.one("a")));
    assertThat(circuit(cell).waiting()).isEqualTo(1);
    assertThat(started(cell.apply(0, succeeded(cell, "b")))).containsExactly("a");
  }

  /** It would find its scope gone when it comes back. */
  @Test
  void theScopeOfWhatWaitsCannotGo() {
    TestCell cell = broken(1);
    cell.apply(0, submit("a"));
    Account account = TestCell.account(2, 1);
    Account without =
        new Account(
            account.id(),
            account.provider(),
            2,
            Policy.LST_BL,
            new TreeMap<>(),
            List.of(account.scopes().get(0)));

    Applied refused = cell.apply(0, new Command.Configure(without));

    assertThat(refused.results().get(0)).isInstanceOf(Result.Refused.class);
    assertThat(cell.scheduler.objection(without)).isPresent();
  }

  /** Rule 35: before and while one is let through. */
  @Test
  void aRestoredReplicaWaitsForTheSame() throws IOException {
    TestCell cell = broken(3);
    cell.apply(0, submit("a"), submit("b"), submit("c"));
    requireSameAfterRestore(cell);
    cell.apply(SECOND, TICK);
    requireSameAfterRestore(cell);

    TestCell restored = new TestCell(OwnerScheduler.restore(cell.scheduler.image()));

    assertThat(started(restored.apply(0, succeeded(restored, "a")))).containsExactly("b", "c");
  }

  private static void requireSameAfterRestore(TestCell cell) throws IOException {
    Image read = TextCell.decode(TextCell.encode(cell.scheduler.image()));
    OwnerScheduler restored = OwnerScheduler.restore(read);
    assertThat(restored.invariants()).isEmpty();
    assertThat(restored.image()).isEqualTo(cell.scheduler.image());
    assertThat(restored.resume()).isEqualTo(cell.scheduler.resume());
  }

  @Test
  void whatNobodyHasCalledForTenMinutesIsForgotten() {
    TestCell cell = broken(1);

    cell.apply(SECOND + 600 * SECOND, TICK);

    assertThat(circuits(cell)).isEmpty();
  }

  /** However late in the life of a cell: nobody has heard of an answer. */
  @Test
  void thatNobodyWaitsForItAnyMoreIsNoAnswer() {
    TestCell cell = open(1);
    cell.apply(1_000 * SECOND, TICK);
    for (int i = 0; i < Breaker.FAILURES; i++) {
      cell.apply(0, submit("lost" + i));
      cell.apply(0, failed(cell, "lost" + i));
    }
    cell.apply(0, submitOther("other"), submit("a"));
    cell.apply(SECOND, TICK);

    cell.apply(1, new Command.Cancel(TestCell.id("a"), "no more"));

    assertThat(circuit(cell).isTrying()).isFalse();
  }

  @Test
  void whatIsTriedForNobodyAnyMoreIsForgottenAsWell() {
    TestCell cell = broken(3);
    cell.apply(0, submit("a"));
    assertThat(started(cell.apply(SECOND, TICK))).containsExactly("a");
    cell.apply(0, new Command.Cancel(TestCell.id("a"), "no more"));

    cell.apply(Breaker.PATIENCE_MICROS + 600 * SECOND, TICK);

    assertThat(circuits(cell)).isEmpty();
  }

  /** No scope holds it, and none that is larger would help. */
  @Test
  void whoAsksWhyACallWaitsIsToldThatNobodyAnswers() {
    TestCell cell = broken(3);
    cell.apply(0, submit("a"), submit("b"));
    cell.apply(SECOND / 4, TICK);

    Explanation waiting = explained(cell, "b");

    assertThat(waiting.state()).isEqualTo(Call.State.QUEUED);
    assertThat(waiting.obstacles())
        .containsExactly(new Obstacle.Unanswered(false, SECOND - SECOND / 4));
    assertThat(waiting.place()).isEmpty();
    assertThat(waiting.expected()).isEmpty();
    assertThat(waiting.changes())
        .containsExactly(
            new Explanation.Change(
                Explanation.Kind.ANSWER, "", 0, OptionalLong.of(SECOND - SECOND / 4)));

    cell.apply(SECOND, TICK);
    Explanation behindAnother = explained(cell, "b");

    assertThat(behindAnother.obstacles())
        .containsExactly(new Obstacle.Unanswered(true, Breaker.PATIENCE_MICROS));
    assertThat(behindAnother.changes())
        .containsExactly(
            new Explanation.Change(Explanation.Kind.ANSWER, "", 0, OptionalLong.empty()));
  }

  /** It waits for a slot like anything else. */
  @Test
  void whatIsLetThroughIsExplainedByItsScopes() {
    TestCell cell = broken(1);
    cell.apply(0, submitOther("other"), submit("a"));
    cell.apply(SECOND, TICK);

    assertThat(explained(cell, "a").obstacles())
        .isNotEmpty()
        .allMatch(Obstacle.OfScope.class::isInstance);
  }

  private static Explanation explained(TestCell cell, String id) {
    return cell.scheduler
        .examine(TestCell.id(id))
        .map(Examination::explained)
        .orElseThrow()
        .calls()
        .get(0);
  }

  /** Rule 36: logs of older formats lead to what they led to. */
  @Test
  void belowItsFormatEverythingIsTried() {
    TestCell cell = open(1, Entry.TERMS_FORMAT - 1);
    for (int i = 0; i < 3 * Breaker.FAILURES; i++) {
      assertThat(started(cell.apply(0, submit("i" + i)))).containsExactly("i" + i);
      cell.apply(0, came(cell, "i" + i, GONE));
    }
    assertThat(cell.scheduler.image().breakers()).isEmpty();
  }
}
