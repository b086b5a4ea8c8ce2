package io.corale.scheduler;

import static io.corale.scheduler.BreakerCell.broken;
import static io.corale.scheduler.BreakerCell.circuit;
import static io.corale.scheduler.BreakerCell.circuits;
import static io.corale.scheduler.BreakerCell.failed;
import static io.corale.scheduler.BreakerCell.open;
import static io.corale.scheduler.BreakerCell.ranked;
import static io.corale.scheduler.BreakerCell.submit;
import static io.corale.scheduler.BreakerCell.submitOther;
import static io.corale.scheduler.LimitCell.started;
import static io.corale.scheduler.LimitCell.succeeded;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.ServiceClass;
import io.corale.scheduler.Transition.Retry;
import io.corale.scheduler.Transition.Step;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which call finds out whether something answers again, and for how long others wait (ADR 34). */
class ProbeRulesTest {
  private static final Retry OFTEN = new Retry(9, 0, 0);
  private static final Command TICK = new Command.Tick();

  /** It may have itself to blame: what it calls answers to others. */
  @Test
  void oneCallThatIsTriedAgainAndAgainOpensNothing() {
    TestCell cell = open(1);
    cell.apply(0, submit("hopeless", new Retry(20, 0, 0)), submit("good"));
    for (int i = 0; i < 19; i++) {
      assertThat(started(cell.apply(0, failed(cell, "hopeless")))).containsExactly("hopeless");
    }

    assertThat(circuits(cell)).isEmpty();
    assertThat(started(cell.apply(0, failed(cell, "hopeless")))).containsExactly("good");
  }

  @Test
  void theFailureOfASecondCallOpensIt() {
    TestCell cell = open(2);
    cell.apply(0, submit("hopeless", OFTEN), submit("other", OFTEN));
    for (int i = 0; i < Breaker.FAILURES; i++) {
      cell.apply(0, failed(cell, "hopeless"));
    }

    cell.apply(0, failed(cell, "other"));

    assertThat(circuit(cell).waiting()).isPositive();
  }

  /** Rule 35. */
  @Test
  void aRestoredReplicaKnowsWhoHasFailed() throws IOException {
    TestCell cell = open(1);
    cell.apply(0, submit("hopeless", OFTEN));
    for (int i = 0; i < Breaker.FAILURES - 1; i++) {
      cell.apply(0, failed(cell, "hopeless"));
    }

    TestCell restored = restored(cell);
    restored.apply(0, failed(restored, "hopeless"));

    assertThat(circuits(restored)).isEmpty();
  }

  /** It loses nothing if that fails. */
  @Test
  void whatMayBeTriedAgainIsLetThroughFirst() {
    TestCell cell = broken(1);
    cell.apply(0, submit("once"), submit("often", OFTEN));

    assertThat(started(cell.apply(SECOND, TICK))).containsExactly("often");
  }

  /** Or one call that can only fail would hold up all others for as long as it is tried. */
  @Test
  void whatEndsWhereItFailsIsLetThroughEverySecondTime() {
    TestCell cell = broken(1);
    cell.apply(0, submit("hopeless", OFTEN), submit("good"));
    assertThat(started(cell.apply(SECOND, TICK))).containsExactly("hopeless");
    cell.apply(0, failed(cell, "hopeless"));

    TestCell restored = new TestCell(OwnerScheduler.restore(cell.scheduler.image()));

    assertThat(started(cell.apply(2 * SECOND, TICK))).containsExactly("good");
    assertThat(started(restored.apply(2 * SECOND, TICK))).containsExactly("good");
    assertThat(started(cell.apply(0, failed(cell, "good")))).isEmpty();
    cell.apply(0, submit("once"));
    assertThat(started(cell.apply(4 * SECOND, TICK))).containsExactly("hopeless");
  }

  @Test
  void whatHasNotFailedYetIsLetThroughBeforeWhatHas() {
    TestCell cell = broken(1);
    cell.apply(0, submit("hopeless", OFTEN));
    cell.apply(SECOND, TICK);
    cell.apply(0, failed(cell, "hopeless"), submit("good", OFTEN));

    assertThat(started(cell.apply(2 * SECOND, TICK))).containsExactly("good");
    cell.apply(0, failed(cell, "good"));
    assertThat(started(cell.apply(4 * SECOND, TICK))).containsExactly("hopeless");
  }

  @Test
  void ofOthersTheOneThatMustStartFirst() {
    TestCell cell = broken(1);
    cell.apply(0, ranked("late", SECOND / 2), ranked("soon", SECOND), ranked("none", SECOND / 4));

    assertThat(started(cell.apply(SECOND, TICK))).containsExactly("soon");
  }

  /** It would have the next slot, were there no breaker (rule 16). */
  @Test
  void whatIsUrgentTakesThePlaceOfWhatWaitsForItsSlot() {
    TestCell cell = waitingForItsSlot();

    cell.apply(0, urgent("urgent"));

    assertThat(cell.queued()).isEqualTo(1);
    assertThat(circuit(cell).waiting()).isEqualTo(1);
    assertThat(started(cell.apply(0, succeeded(cell, "other")))).containsExactly("urgent");
    assertThat(started(cell.apply(0, succeeded(cell, "urgent")))).containsExactly("batch");
  }

  @Test
  void whatIsPrioritizedTakesItAsWell() {
    TestCell cell = waitingForItsSlot();
    cell.apply(0, submit("second"));
    assertThat(circuit(cell).waiting()).isEqualTo(1);

    cell.apply(0, ControlCell.prioritize("second", ServiceClass.URGENT));

    assertThat(started(cell.apply(0, succeeded(cell, "other")))).containsExactly("second");
  }

  @Test
  void whatIsLessUrgentByNowGivesItsPlaceAway() {
    TestCell cell = waitingForItsSlot();
    cell.apply(0, submit("second"));

    cell.apply(0, ControlCell.prioritize("batch", ServiceClass.BATCH));

    assertThat(cell.queued()).isEqualTo(1);
    assertThat(circuit(cell).waiting()).isEqualTo(1);
    assertThat(started(cell.apply(0, succeeded(cell, "other")))).containsExactly("second");
  }

  @Test
  void whatWouldStartLaterTakesNobodysPlace() {
    TestCell cell = waitingForItsSlot();

    cell.apply(SECOND, submit("later"));

    assertThat(started(cell.apply(0, succeeded(cell, "other")))).containsExactly("batch");
  }

  /** Where a slot is hard to come by, what can only fail must not come by it each time. */
  @Test
  void whatHasFailedTakesThePlaceOfNothingThatHasNot() {
    TestCell cell = broken(1);
    cell.apply(0, submit("hopeless", OFTEN));
    cell.apply(SECOND, TICK);
    cell.apply(0, submitOther("other"), failed(cell, "hopeless"), submit("good"));
    assertThat(started(cell.apply(2 * SECOND, TICK))).isEmpty();

    cell.apply(SECOND, ControlCell.prioritize("hopeless", ServiceClass.URGENT));

    assertThat(started(cell.apply(SECOND, succeeded(cell, "other")))).containsExactly("good");
  }

  /**
   * In the late lane the shortest rank is first: while short calls keep coming, a long one never
   * starts, and what waits for its answer must not wait for that.
   */
  @Test
  void whatIsLateGivesItsPlaceToWhatIsInTimeOnceInASecond() {
    TestCell cell = broken(1);
    cell.apply(0, submitOther("other"), ranked("long", 50 * SECOND, OFTEN), ranked("short", 1));
    cell.apply(SECOND, TICK);
    TestCell restored = new TestCell(OwnerScheduler.restore(cell.scheduler.image()));
    assertThat(cell.scheduler.image().breakers().get(0).probe()).contains(call(cell, "long").id());

    for (TestCell each : List.of(cell, restored)) {
      each.apply(SECOND / 2, TICK);
      assertThat(each.scheduler.image().breakers().get(0).probe())
          .contains(call(cell, "long").id());
      each.apply(SECOND / 2, TICK);
      assertThat(each.scheduler.image().breakers().get(0).probe())
          .contains(call(cell, "short").id());
    }
    assertThat(restored.scheduler.image()).isEqualTo(cell.scheduler.image());
  }

  /** It comes to its slot in time, and loses nothing where it fails. */
  @Test
  void whatIsInTimeKeepsItsPlaceHoweverLongItWaits() {
    TestCell cell = broken(1);
    cell.apply(0, submitOther("other"), submit("once"), submit("often", OFTEN));
    cell.apply(SECOND, TICK);
    cell.apply(SECOND, TICK);

    assertThat(started(cell.apply(SECOND, succeeded(cell, "other")))).containsExactly("often");
  }

  /** Whoever was let through is so on every replica, whoever is better. */
  @Test
  void aRestoredReplicaGivesNobodysPlaceAway() {
    TestCell cell = broken(1);
    cell.apply(0, submitOther("other"), submit("once"), submit("often", OFTEN));
    cell.apply(SECOND, TICK);

    Image image = cell.scheduler.image();
    OwnerScheduler restored = OwnerScheduler.restore(image);

    assertThat(image.breakers().get(0).probe()).contains(call(cell, "often").id());
    assertThat(restored.image()).isEqualTo(image);
    assertThat(restored.invariants()).isEmpty();
  }

  @Test
  void anotherIsLetThroughWhereTheLastEndsInItsQueue() {
    TestCell cell = broken(1);
    cell.apply(0, submitOther("other"), submit("a"), submit("b"));
    assertThat(started(cell.apply(SECOND, TICK))).isEmpty();
    assertThat(cell.queued()).isEqualTo(1);

    cell.apply(1, new Command.Cancel(TestCell.id("a"), "no more"));

    assertThat(started(cell.apply(0, succeeded(cell, "other")))).containsExactly("b");
  }

  /** Nobody will hear of it: that is known at once, and what it called may be well. */
  @Test
  void anotherIsLetThroughSoonWhereTheLastEndsWhileItRuns() {
    TestCell cell = broken(3);
    cell.apply(0, submit("a"), submit("b"));
    cell.apply(SECOND, TICK);

    Applied cancelled = cell.apply(0, new Command.Cancel(TestCell.id("a"), "no more"));

    assertThat(effects(cancelled, Effect.WakeAt.class))
        .containsExactly(new Effect.WakeAt(2 * SECOND));
    assertThat(circuit(cell).pauseMicros()).isEqualTo(SECOND);
    assertThat(started(cell.apply(SECOND - 1, TICK))).isEmpty();
    assertThat(started(cell.apply(1, TICK))).containsExactly("b");
  }

  /** Rule 11: its outcome still counts, and what answers does so to whoever has asked. */
  @Test
  void whatIsHeardOfTheLastExecutorIsAnAnswer() {
    TestCell cell = broken(3);
    cell.apply(0, submit("a"), submit("b"));
    cell.apply(SECOND, TICK);
    Command late = succeeded(cell, "a");
    assertThat(started(cell.takeOver())).containsExactly("b");
    cell.apply(0, submit("c"));

    assertThat(started(cell.apply(0, late))).containsExactly("c");
    assertThat(circuits(cell)).isEmpty();
  }

  /** Another one is on its way for it by now. */
  @Test
  void thatTheLastExecutorHeardNothingDoublesNoPause() {
    TestCell cell = broken(3);
    cell.apply(0, submit("a", OFTEN), submit("b"));
    cell.apply(SECOND, TICK);
    Command late = failed(cell, "a");
    cell.takeOver();

    cell.apply(0, late);

    assertThat(circuit(cell).pauseMicros()).isEqualTo(SECOND);
    assertThat(circuit(cell).isTrying()).isTrue();
  }

  /** ADR 32: nothing starts of it, and nobody wakes up for that. */
  @Test
  void nothingIsLetThroughWhileItsOwnerIsPaused() {
    TestCell cell = broken(3);
    cell.apply(0, submit("a"), submit("b"));
    Applied paused = cell.apply(0, ControlCell.hold(ControlCell.owner()));
    assertThat(effects(paused, Effect.WakeAt.class))
        .containsExactly(new Effect.WakeAt(Effect.WakeAt.NEVER));

    Applied later = cell.apply(10 * SECOND, TICK);

    assertThat(started(later)).isEmpty();
    assertThat(effects(later, Effect.WakeAt.class)).isEmpty();
    assertThat(cell.scheduler.resume()).noneMatch(Effect.WakeAt.class::isInstance);
    assertThat(circuit(cell).waiting()).isEqualTo(2);
    assertThat(started(cell.apply(0, ControlCell.release(ControlCell.owner()))))
        .containsExactly("a");
  }

  /** What waits for its slot is taken out and comes back, and one of all is let through. */
  @Test
  void oneIsLetThroughOnceItsOwnerIsResumed() {
    TestCell cell = waitingForItsSlot();
    cell.apply(0, submit("second"), ControlCell.hold(ControlCell.owner()));
    cell.apply(0, succeeded(cell, "other"));

    Applied resumed = cell.apply(0, ControlCell.release(ControlCell.owner()));

    assertThat(started(resumed)).containsExactly("batch");
    assertThat(circuit(cell).waiting()).isEqualTo(1);
  }

  /** Rule 36: what failed before is not counted, on no replica. */
  @Test
  void failuresCountFromTheActivationOfItsFormatOn() {
    TestCell cell = open(9, Entry.TERMS_FORMAT - 1);
    for (int i = 0; i < Breaker.FAILURES + 1; i++) {
      cell.apply(0, submit("before" + i));
      cell.apply(0, failed(cell, "before" + i));
    }
    TestCell earlier = new TestCell(OwnerScheduler.restore(cell.scheduler.image()));
    cell.apply(0, new Command.ActivateVersion(Entry.TERMS_FORMAT));
    earlier.apply(0, new Command.ActivateVersion(Entry.TERMS_FORMAT));
    TestCell later = new TestCell(OwnerScheduler.restore(cell.scheduler.image()));

    for (TestCell each : List.of(cell, earlier, later)) {
      for (int i = 0; i < Breaker.FAILURES; i++) {
        assertThat(circuits(each)).isEmpty();
        each.apply(0, submit("after" + i));
        each.apply(0, failed(each, "after" + i));
      }
      assertThat(circuits(each)).hasSize(1);
    }
    assertThat(earlier.scheduler.image()).isEqualTo(cell.scheduler.image());
    assertThat(later.scheduler.image()).isEqualTo(cell.scheduler.image());
  }

  /** One whose only slot is taken by another implementation, and which has let a call through. */
  private static TestCell waitingForItsSlot() {
    TestCell cell = broken(1);
    cell.apply(0, submitOther("other"), submit("batch"));
    assertThat(started(cell.apply(SECOND, TICK))).isEmpty();
    assertThat(cell.queued()).isEqualTo(1);
    return cell;
  }

  private static Command urgent(String id) {
    return submit(id, ServiceClass.URGENT, steps(new Step.Call(0, TestCell.spec())));
  }

  private static Call call(TestCell cell, String id) {
    return cell.scheduler.image().calls().stream()
        .filter(each -> each.id().invocation().equals(TestCell.id(id)))
        .findFirst()
        .orElseThrow();
  }

  private static TestCell restored(TestCell cell) throws IOException {
    Image read = TextCell.decode(TextCell.encode(cell.scheduler.image()));
    assertThat(read).isEqualTo(cell.scheduler.image());
    return new TestCell(OwnerScheduler.restore(read));
  }
}
