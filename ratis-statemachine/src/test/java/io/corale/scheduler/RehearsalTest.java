package io.corale.scheduler;

import static io.corale.scheduler.ControlCell.ended;
import static io.corale.scheduler.ControlCell.started;
import static io.corale.scheduler.LimitCell.leaf;
import static io.corale.scheduler.LimitCell.perSecond;
import static io.corale.scheduler.LimitCell.root;
import static io.corale.scheduler.LimitCell.submit;
import static io.corale.scheduler.LimitCell.submits;
import static io.corale.scheduler.LimitCell.throttled;
import static io.corale.scheduler.TestCell.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.ScopeLimit;
import io.corale.scheduler.Explanation.Change;
import io.corale.scheduler.Explanation.Kind;
import io.corale.sim.Chance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is said of a call's place and start is what the queue itself would do (rule 16). */
class RehearsalTest {
  private static final long SLICE = SECOND / 64;

  /** Rule 16: a scope that is shut is in nobody's way. */
  @Test
  void countsNobodyWhomAnotherScopeHoldsForLonger() {
    TestCell cell = LimitCell.open(root(1), leaf("a", 9), leaf("b", 9));
    cell.apply(0, submit("x", "a"));
    cell.apply(0, throttled(cell, "x", Duration.ofSeconds(60)));
    cell.apply(0, submits(20, "a"));
    cell.apply(0, submit("y", "b"), submit("z", "b"));

    Explanation last = explain(cell, "z");

    assertThat(last.obstacles()).containsExactly(new Obstacle.Full(ScopeLimit.ROOT, 1, 0, 1));
    Explanation.Place place = last.place().orElseThrow();
    assertThat(place.scope()).isEqualTo(ScopeLimit.ROOT);
    assertThat(place.before()).isZero();
    assertThat(place.next()).isEqualTo(last.call());
    assertThat(last.expected().orElseThrow().micros()).isEqualTo(SECOND);
  }

  @Test
  void countsWhatAnotherScopeLetsThroughByThen() {
    TestCell cell = LimitCell.open(root(2), leaf("a", 1), leaf("b", 9));
    cell.apply(0, submit("x", "a"), submit("y", "b"));
    cell.apply(0, submits(20, "a"));
    cell.apply(0, submit("z", "b"));

    Explanation last = explain(cell, "z");

    Explanation.Place place = last.place().orElseThrow();
    assertThat(place.scope()).isEqualTo(ScopeLimit.ROOT);
    assertThat(place.before()).isOne();
    assertThat(place.next().invocation().value()).isEqualTo("i0");
    assertThat(last.expected().orElseThrow().micros()).isEqualTo(SECOND);
  }

  @Test
  void countsNobodyBesideTheScopeThatHoldsForLongest() {
    TestCell cell = LimitCell.open(root(3), leaf("a", 1), leaf("b", 9));
    cell.apply(0, submit("v", "b"), submit("w", "b"));
    cell.apply(SECOND / 2, submit("x", "a"), submit("y", "b"), submit("z", "a"));

    Explanation last = explain(cell, "z");

    assertThat(last.obstacles())
        .containsExactly(
            new Obstacle.Full("a", 1, 0, 1), new Obstacle.Full(ScopeLimit.ROOT, 3, 0, 3));
    assertThat(last.expected().orElseThrow().micros()).isEqualTo(SECOND);
    // The account has room half a second earlier, when "y" starts.
    assertThat(last.place().orElseThrow().scope()).isEqualTo("a");
    assertThat(last.place().orElseThrow().before()).isZero();
  }

  /** One more of one limit is none more of another. */
  @Test
  void saysOfEachLimitWhatItWouldChangeAlone() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 1, perSecond(1)));
    cell.apply(0, submit("x", "a"), submit("y", "a"));

    Explanation waiting = explain(cell, "y");

    assertThat(waiting.expected().orElseThrow().micros()).isEqualTo(SECOND + 2 * SLICE);
    assertThat(waiting.changes())
        .containsExactly(
            new Change(Kind.RAISE_CONCURRENCY, "a", 2, OptionalLong.of(SECOND + 2 * SLICE)),
            new Change(Kind.RAISE_RATE, "a", 2, OptionalLong.of(SECOND)));
  }

  @Test
  void foretellsNoStartBeyondWhatItCounts() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 1));
    cell.withoutInvariants();
    cell.apply(0, submits(10_003, "a"));

    Explanation near = explain(cell, "i9000");
    Explanation far = explain(cell, "i10002");

    assertThat(near.place().orElseThrow().before()).isEqualTo(8_999);
    assertThat(near.place().orElseThrow().isMore()).isFalse();
    assertThat(near.expected()).isPresent();
    assertThat(far.obstacles()).containsExactly(new Obstacle.Full("a", 1, 0, 1));
    assertThat(far.place().orElseThrow().isMore()).isTrue();
    assertThat(far.place().orElseThrow().before()).isGreaterThan(9_000);
    assertThat(far.expected()).isEmpty();
    assertThat(far.changes())
        .containsExactly(new Change(Kind.RAISE_CONCURRENCY, "a", 2, OptionalLong.empty()));
  }

  /** The deepest tree that may be, and many calls in each of some of its scopes. */
  @Test
  void copiesNoMoreThanItsBoundWhateverTheTree() {
    ScopeLimit[] chain = new ScopeLimit[1_000];
    chain[0] = root(1);
    for (int i = 1; i < chain.length; i++) {
      String parent = i == 1 ? ScopeLimit.ROOT : "s" + (i - 1);
      chain[i] = new ScopeLimit("s" + i, Optional.of(parent), 1);
    }
    TestCell cell = LimitCell.open(chain);
    cell.withoutInvariants();
    cell.apply(0, submits(600, "s999"));

    Explanations.Sight sight =
        cell.scheduler
            .explanations()
            .any(new Chance(1).of("looks"), cell.scheduler.cellTimeMicros())
            .orElseThrow();
    Explanation last = explain(cell, "i599");

    assertThat(sight.rehearsal()).isEmpty();
    assertThat(last.obstacles()).hasSize(1_000);
    assertThat(last.place()).isEmpty();
    assertThat(last.expected()).isEmpty();
  }

  /** One dispatch in so many is of what is late. */
  @Test
  void givesWhatIsLateItsTurn() {
    List<String> next = new ArrayList<>();
    for (int before = 0; before < ReadyQueue.LATE_SHARE; before++) {
      TestCell cell = TestCell.open(1);
      for (int i = 0; i < before; i++) {
        cell.apply(0, TestCell.submit("i" + i));
        cell.apply(0, ended("i" + i));
      }
      cell.apply(0, TestCell.submit("running"), TestCell.submit("late"));
      cell.apply(3_600 * SECOND, TestCell.submit("timely"));

      String told = explain(cell, "timely").place().orElseThrow().next().invocation().value();

      assertThat(started(cell.apply(0, ended("running")))).containsExactly(told);
      next.add(told);
    }
    assertThat(next).contains("late", "timely");
  }

  private static Explanation explain(TestCell cell, String id) {
    return cell.scheduler
        .examine(TestCell.id(id))
        .map(Examination::explained)
        .orElseThrow()
        .calls()
        .get(0);
  }
}
