package io.corale.scheduler;

import static io.corale.scheduler.LimitCell.attempt;
import static io.corale.scheduler.LimitCell.leaf;
import static io.corale.scheduler.LimitCell.perMinute;
import static io.corale.scheduler.LimitCell.perSecond;
import static io.corale.scheduler.LimitCell.root;
import static io.corale.scheduler.LimitCell.submit;
import static io.corale.scheduler.LimitCell.submits;
import static io.corale.scheduler.LimitCell.throttled;
import static io.corale.scheduler.TestCell.FENCE;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Limit;
import io.corale.model.Outcome;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.Explanation.Change;
import io.corale.scheduler.Explanation.Kind;
import io.corale.scheduler.Transition.Retry;
import io.corale.sim.Chance;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Who asks why a call waits is told exactly what holds it (rule 16). */
class ExplanationTest {
  private static final long SLICE = SECOND / 64;

  @Test
  void namesAFullScopeAndWhoGoesBefore() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 2), leaf("b", 9)).keepingWaits();
    cell.apply(SECOND, submits(5, "a"));
    cell.apply(SECOND / 2, new Command.Tick());

    Explanation last = explain(cell, "i4");

    assertThat(last.obstacles()).containsExactly(new Obstacle.Full("a", 2, 0, 2));
    assertThat(last.sinceMicros()).hasValue(SECOND / 2);
    Explanation.Place place = last.place().orElseThrow();
    assertThat(place.scope()).isEqualTo("a");
    assertThat(place.before()).isEqualTo(2);
    assertThat(place.next().invocation().value()).isEqualTo("i2");
    // Both that run end in half a second, those before take a second each.
    assertThat(last.expected().orElseThrow().micros()).isEqualTo(3 * SECOND / 2);
    assertThat(last.changes())
        .containsExactly(new Change(Kind.RAISE_CONCURRENCY, "a", 3, OptionalLong.of(SECOND / 2)));
  }

  @Test
  void namesTheAccountWhereThatIsFull() {
    TestCell cell = LimitCell.open(root(1), leaf("a", 1), leaf("b", 1));
    cell.apply(0, submit("x", "a"), submit("y", "b"));

    assertThat(explain(cell, "y").obstacles())
        .containsExactly(new Obstacle.Full(ScopeLimit.ROOT, 1, 0, 1));
  }

  @Test
  void namesAllScopesThatAreShut() {
    TestCell cell = LimitCell.open(root(1), leaf("a", 1));
    cell.apply(0, submit("x", "a"), submit("y", "a"));

    assertThat(explain(cell, "y").obstacles())
        .containsExactly(
            new Obstacle.Full("a", 1, 0, 1), new Obstacle.Full(ScopeLimit.ROOT, 1, 0, 1));
  }

  @Test
  void namesARateThatIsUsedUpAndWhenItLetsMoreStart() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9, perSecond(3)));
    cell.apply(0, submits(5, "a"));
    cell.apply(SECOND / 4, new Command.Tick());

    Explanation last = explain(cell, "i4");

    long left = SECOND + 2 * SLICE - SECOND / 4;
    assertThat(last.obstacles())
        .containsExactly(new Obstacle.RateUsed("a", (Limit.Rate) perSecond(3), 3, false, left));
    assertThat(last.place().orElseThrow().before()).isOne();
    assertThat(last.expected().orElseThrow().micros()).isEqualTo(left);
    assertThat(last.changes())
        .containsExactly(new Change(Kind.RAISE_RATE, "a", 4, OptionalLong.of(left)));
    assertThat(explain(cell, "i3").changes())
        .containsExactly(new Change(Kind.RAISE_RATE, "a", 4, OptionalLong.of(0)));
  }

  @Test
  void tellsTheRateOfAMinuteFromThatOfASecond() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9, perSecond(2), perMinute(3)));
    cell.apply(0, submits(5, "a"));
    assertThat(explain(cell, "i4").obstacles())
        .extracting(obstacle -> ((Obstacle.RateUsed) obstacle).rate())
        .containsExactly((Limit.Rate) perSecond(2));

    cell.apply(2 * SECOND, new Command.Tick());

    assertThat(explain(cell, "i4").obstacles())
        .extracting(obstacle -> ((Obstacle.RateUsed) obstacle).rate())
        .containsExactly((Limit.Rate) perMinute(3));
  }

  @Test
  void saysThatANewRateIsTakenForUsed() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9));
    cell.apply(0, new Command.Configure(LimitCell.account(2, root(9), leaf("a", 9, perSecond(2)))));
    cell.apply(0, submits(1, "a"));

    Obstacle.RateUsed rate = (Obstacle.RateUsed) explain(cell, "i0").obstacles().get(0);

    assertThat(rate.isAssumed()).isTrue();
  }

  @Test
  void namesARamp() {
    Limit ramp = new Limit.Ramp(1, 2, Duration.ofSeconds(1));
    TestCell cell = LimitCell.open(root(9), leaf("a", 9, ramp));
    cell.apply(SECOND / 4, submits(9, "a"));

    Explanation next = explain(cell, "i1");

    assertThat(next.obstacles())
        .containsExactly(new Obstacle.Ramping("a", 1, 0, 1, 3 * SECOND / 4));
    assertThat(next.expected().orElseThrow().micros()).isEqualTo(3 * SECOND / 4);
    assertThat(next.changes())
        .containsExactly(new Change(Kind.SCOPE_OPENS, "a", 0, OptionalLong.of(3 * SECOND / 4)));
  }

  @Test
  void namesWhatWasLearned() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9, new Limit.Learned(4)));
    cell.apply(0, submits(9, "a"));

    assertThat(explain(cell, "i8").obstacles())
        .containsExactly(new Obstacle.Learned("a", 4, 0, 4, SECOND));
  }

  @Test
  void namesWhatItsProviderRefuses() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9), leaf("b", 9));
    cell.apply(0, submit("x", "a"), submit("y", "b"));
    cell.apply(0, throttled(cell, "x", Duration.ofSeconds(3)));
    cell.apply(SECOND, submit("z", "a"));

    Explanation explained = explain(cell, "z");

    assertThat(explained.obstacles()).containsExactly(new Obstacle.Throttled("a", 2 * SECOND));
    assertThat(explained.expected().orElseThrow().micros()).isEqualTo(2 * SECOND);
  }

  /** Rule 12. */
  @Test
  void namesWhatItsExecutorHasNotSeen() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9)).boundingTail();
    long seen = cell.index();
    cell.applyHaving(seen, 0, submits(5, "a"));

    Explanation waiting = explain(cell, "i4");

    assertThat(waiting.obstacles())
        .containsExactly(
            new Obstacle.Unseen("a", 2, 2), new Obstacle.Unseen(ScopeLimit.ROOT, 2, 2));
    assertThat(waiting.changes())
        .containsExactly(
            new Change(Kind.NEXT_ENTRY, "a", 0, OptionalLong.of(0)),
            new Change(Kind.NEXT_ENTRY, ScopeLimit.ROOT, 0, OptionalLong.of(0)));
  }

  @Test
  void saysUntilWhenARetryPauses() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, TestCell.submit("x", spec(new Retry(2, 4 * SECOND, 4 * SECOND))));
    cell.apply(0, settle(attempt(cell, "x"), new Outcome.Unavailable("reset", false)));
    cell.apply(SECOND / 2, new Command.Tick());

    Explanation paused = explain(cell, "x");

    long left = cell.scheduler.image().calls().get(0).dueMicros() - cell.scheduler.cellTimeMicros();
    assertThat(left).isPositive();
    assertThat(paused.obstacles()).containsExactly(new Obstacle.Paused(Optional.of(false), left));
    assertThat(paused.sinceMicros()).hasValue(SECOND / 2);
    assertThat(paused.changes())
        .containsExactly(new Change(Kind.PAUSE_ENDS, "", 0, OptionalLong.of(left)));
    assertThat(paused.expected()).isEmpty();
  }

  @Test
  void tellsAPauseForWantOfRoomFromARetry() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9));
    cell.apply(0, submit("x", "a"));
    for (int i = 0; i < 5; i++) {
      cell.apply(10 * SECOND, new Command.Tick());
      cell.apply(1, throttled(cell, "x", Duration.ofMillis(100)));
    }

    assertThat(explain(cell, "x").obstacles())
        .singleElement()
        .extracting(obstacle -> ((Obstacle.Paused) obstacle).isThrottled())
        .isEqualTo(Optional.of(true));
  }

  /** Rules 11 and 13: an attempt of an earlier executor, and one that may have run on. */
  @Test
  void saysUntilWhenTheLastAttemptMayRun() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, TestCell.submit("x"));
    cell.takeOver();

    assertThat(explain(cell, "x").obstacles()).containsExactly(new Obstacle.Fenced(true, FENCE));
    cell.apply(0, TestCell.submit("y"));
    assertThat(explain(cell, "y").obstacles())
        .containsExactly(
            new Obstacle.Full("label", 1, 1, 1), new Obstacle.Full(ScopeLimit.ROOT, 1, 1, 1));
    assertThat(explain(cell, "y").expected().orElseThrow().micros()).isEqualTo(FENCE);
  }

  /** Reads change nothing (rule 35). */
  @Test
  void changesNothing() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 2, perSecond(3)), leaf("b", 9));
    cell.apply(0, submits(9, "a"));
    Image before = cell.scheduler.image();

    explain(cell, "i8");
    new Forecast(new Chance(1).of("forecast")).see(cell.scheduler).run();

    assertThat(cell.scheduler.image()).isEqualTo(before);
  }

  /** Rule 9. */
  @Test
  void saysThatNobodyHasTakenOver() {
    TestCell cell = TestCell.open(1);
    cell.term++;
    cell.apply(0, TestCell.submit("x"));

    Explanation waiting = explain(cell, "x");

    assertThat(waiting.obstacles()).containsExactly(new Obstacle.NoSuperpeer());
    assertThat(waiting.expected()).isEmpty();
    assertThat(waiting.changes()).extracting(Change::kind).containsExactly(Kind.TAKE_OVER);
  }

  @Test
  void saysWhoRunsACall() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, TestCell.submit("x"));
    cell.apply(SECOND, new Command.Tick());

    Explanation running = explain(cell, "x");

    assertThat(running.state()).isEqualTo(Call.State.IN_FLIGHT);
    assertThat(running.obstacles()).isEmpty();
    assertThat(running.sinceMicros()).hasValue(SECOND);
    assertThat(running.executor()).isEqualTo(TestCell.executor(1).toString());
  }

  @Test
  void explainsSomeOfManyCallsAndCountsTheRest() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, TestCell.submit("x", TestCell.steps(TestCell.fork(20))));

    Explained explained = examined(cell, "x").orElseThrow();

    assertThat(explained.calls()).hasSize(Explained.MAX_CALLS);
    assertThat(explained.others()).isEqualTo(20 - Explained.MAX_CALLS);
    assertThat(explained.calls().get(0).state()).isEqualTo(Call.State.QUEUED);
  }

  @Test
  void knowsNothingOfWhatThereIsNot() {
    assertThat(examined(TestCell.open(1), "x")).isEqualTo(Optional.empty());
  }

  /** Dispatch is exact: what nothing holds would have started. */
  @Test
  void aCallThatNothingHoldsIsAFault() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 1), leaf("b", 1));
    cell.apply(0, submit("x", "a"), submit("y", "a"), submit("z", "b"));
    cell.withoutInvariants();
    assertThat(cell.scheduler.invariants()).isEmpty();

    LostEdges.of(cell.scheduler);
    cell.scheduler.queues().desks().forEach(desk -> desk.queue().scope("a").count(-1, 0));
    LostEdges.of(cell.scheduler);

    assertThat(cell.scheduler.invariants())
        .anyMatch(broken -> broken.equals("nothing holds the calls that wait in lab/a"));
  }

  private static Explanation explain(TestCell cell, String id) {
    Explained explained = examined(cell, id).orElseThrow();
    assertThat(explained.trace().events()).isNotEmpty();
    assertThat(explained.others()).isZero();
    return explained.calls().get(0);
  }

  private static Optional<Explained> examined(TestCell cell, String id) {
    return cell.scheduler.examine(TestCell.id(id)).map(Examination::explained);
  }
}
