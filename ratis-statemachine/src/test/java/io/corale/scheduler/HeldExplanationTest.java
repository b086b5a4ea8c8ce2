package io.corale.scheduler;

import static io.corale.scheduler.ControlCell.ME;
import static io.corale.scheduler.ControlCell.composition;
import static io.corale.scheduler.ControlCell.hold;
import static io.corale.scheduler.ControlCell.one;
import static io.corale.scheduler.ControlCell.owner;
import static io.corale.scheduler.ControlCell.prioritize;
import static io.corale.scheduler.ControlCell.release;
import static io.corale.scheduler.LimitCell.leaf;
import static io.corale.scheduler.LimitCell.root;
import static io.corale.scheduler.LimitCell.submit;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.onlyContinue;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.steps;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Command.Hold.Target;
import io.corale.scheduler.Explanation.Kind;
import io.corale.scheduler.Transition.Retry;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import io.corale.sim.Chance;
import org.junit.jupiter.api.Test;

/** Who asks why a call waits that somebody holds is told who, since when and why (ADR 32). */
class HeldExplanationTest {
  @Test
  void namesWhoHoldsAnInvocationSinceWhenAndWhy() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 1));
    cell.apply(0, submit("x", "a"), submit("y", "a"));
    cell.apply(SECOND, hold(one("y"), "wrong input"));
    cell.apply(2 * SECOND, new Command.Tick());

    Explanation held = explain(cell, "y");

    assertThat(held.state()).isEqualTo(Call.State.HELD);
    assertThat(held.obstacles())
        .containsExactly(
            new Obstacle.OnHold(new HoldView(one("y"), 2 * SECOND, ME, "wrong input")));
    assertThat(held.sinceMicros()).hasValue(2 * SECOND);
    assertThat(held.changes()).containsExactly(Explanations.RELEASE);
    assertThat(held.place()).isEmpty();
    assertThat(held.expected()).isEmpty();
  }

  @Test
  void namesAllThatHoldIt() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9));
    cell.apply(0, hold(composition()));
    cell.apply(SECOND, submit("x", "a"), hold(one("x")));

    assertThat(explain(cell, "x").obstacles())
        .containsExactly(onHold(one("x"), 0), onHold(composition(), SECOND));

    cell.apply(0, release(one("x")));
    assertThat(explain(cell, "x").obstacles()).containsExactly(onHold(composition(), SECOND));
  }

  /** What is awaited is a part of the work. */
  @Test
  void namesTheHoldOfWhoAwaitsIt() {
    TestCell cell = TestCell.open(2);
    Step run =
        new Step.Run(
            0, new RunSpec(TestCell.COMPOSITION, Payload.NULL, true, SECOND, 0, "/do/0/run"));
    Applied awaited = cell.apply(0, TestCell.submit("a", steps(run)), hold(one("a")));
    cell.apply(0, advance(onlyContinue(awaited), new Step.Call(0, spec())));

    assertThat(explain(cell, "a~1").obstacles()).containsExactly(onHold(one("a"), 0));
  }

  /** Rule 16 as far as it goes: beside a held owner nothing else is needed to hold a call. */
  @Test
  void namesTheOwnerWhomNothingElseHolds() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 1));
    cell.apply(0, hold(owner()));
    cell.apply(SECOND, submit("x", "a"));

    Explanation waiting = explain(cell, "x");

    assertThat(waiting.state()).isEqualTo(Call.State.QUEUED);
    assertThat(waiting.obstacles()).containsExactly(onHold(owner(), SECOND));
    assertThat(waiting.changes()).containsExactly(Explanations.RELEASE);
    assertThat(waiting.place()).isEmpty();
    assertThat(waiting.expected()).isEmpty();
  }

  /** One slot more would not let it start. */
  @Test
  void promisesNothingOfALimitWhileTheOwnerIsHeld() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 1));
    cell.apply(0, submit("x", "a"), submit("y", "a"));
    cell.apply(0, hold(owner()));

    Explanation waiting = explain(cell, "y");

    assertThat(waiting.obstacles())
        .containsExactly(new Obstacle.Full("a", 1, 0, 1), onHold(owner(), 0));
    assertThat(waiting.changes()).containsExactly(Explanations.RELEASE);
    assertThat(waiting.expected()).isEmpty();
  }

  @Test
  void saysThatACallIsHeldWhenItsPauseIsOver() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, TestCell.submit("x", spec(new Retry(2, 4 * SECOND, 4 * SECOND))));
    cell.apply(0, settle(attempt("x", 1, 1), new Outcome.Unavailable("reset", false)));
    cell.apply(0, hold(one("x")));

    Explanation paused = explain(cell, "x");

    assertThat(paused.state()).isEqualTo(Call.State.PAUSED);
    assertThat(paused.obstacles()).hasSize(2).endsWith(onHold(one("x"), 0));
    assertThat(paused.changes())
        .extracting(Explanation.Change::kind)
        .containsExactly(Kind.PAUSE_ENDS, Kind.RELEASE);
  }

  @Test
  void whatIsHeldIsInNobodysWay() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 1));
    cell.apply(0, submit("x", "a"), submit("y", "a"), submit("z", "a"));
    assertThat(explain(cell, "z").expected().orElseThrow().micros()).isEqualTo(2 * SECOND);

    cell.apply(0, hold(one("y")));

    assertThat(explain(cell, "z").place().orElseThrow().before()).isZero();
    assertThat(explain(cell, "z").expected().orElseThrow().micros()).isEqualTo(SECOND);
  }

  @Test
  void aPlaceIsThatOfThePriorityByNow() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(SECOND, TestCell.submit("x"), TestCell.submit("y"));
    cell.apply(SECOND, TestCell.submit("z"));
    assertThat(explain(cell, "z").place().orElseThrow().before()).isOne();

    cell.apply(0, prioritize("z", ServiceClass.URGENT));

    assertThat(explain(cell, "z").place().orElseThrow().before()).isZero();
    assertThat(explain(cell, "y").place().orElseThrow().next())
        .isEqualTo(explain(cell, "z").call());
  }

  /** How long a person holds something says nothing of how long others wait. */
  @Test
  void aForecastLearnsNothingOfWhatIsHeld() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 1));
    cell.apply(0, submit("x", "a"), submit("y", "a"), submit("z", "a"));
    Forecast forecast = new Forecast(new Chance(3).of("forecast"));
    for (int i = 0; i < 20; i++) {
      forecast.look(cell.scheduler);
    }
    assertThat(forecast.opened()).isEqualTo(20);

    cell.apply(0, hold(one("y")));
    forecast.look(cell.scheduler);

    assertThat(forecast.opened()).isBetween(1, 20);
    assertThat(forecast.awaited()).isEqualTo(forecast.opened());

    cell.apply(0, hold(owner()));
    forecast.look(cell.scheduler);

    assertThat(forecast.opened()).isZero();
    assertThat(forecast.awaited()).isZero();
  }

  private static Obstacle onHold(Target target, long micros) {
    return new Obstacle.OnHold(new HoldView(target, micros, ME, ""));
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
