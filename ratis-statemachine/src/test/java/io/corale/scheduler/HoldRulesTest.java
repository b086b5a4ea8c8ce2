package io.corale.scheduler;

import static io.corale.scheduler.ControlCell.composition;
import static io.corale.scheduler.ControlCell.ended;
import static io.corale.scheduler.ControlCell.hold;
import static io.corale.scheduler.ControlCell.one;
import static io.corale.scheduler.ControlCell.owner;
import static io.corale.scheduler.ControlCell.release;
import static io.corale.scheduler.ControlCell.started;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.at;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.effects;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.onlyContinue;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.starts;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Limit;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.scheduler.Command.Hold.Target;
import io.corale.scheduler.InvocationView.Phase;
import io.corale.scheduler.Transition.Retry;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is held does not start, and loses nothing by that (ADR 32). */
class HoldRulesTest {
  private static final long HOUR = 3_600 * SECOND;

  private static Step run(boolean isAwaited) {
    return new Step.Run(
        0, new RunSpec(TestCell.COMPOSITION, Payload.NULL, isAwaited, SECOND, 0, "/do/0/run"));
  }

  @Test
  void nothingOfAHeldInvocationStarts() {
    TestCell cell = TestCell.open(2);

    Applied held = cell.apply(0, submit("a"), hold(one("a")), submit("b"));

    assertThat(started(held)).containsExactly("b");
    assertThat(cell.queued()).isZero();
    assertThat(cell.status("a").callsHeld()).isEqualTo(1);
    assertThat(cell.status("a").callsQueued()).isEqualTo(1);
    assertThat(cell.scheduler.heldCalls()).isEqualTo(1);
  }

  @Test
  void startsOnceItIsReleased() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a"), hold(one("a")));

    Applied released = cell.apply(SECOND, release(one("a")));

    assertThat(started(released)).containsExactly("a");
    assertThat(cell.status("a").callsHeld()).isZero();
    assertThat(cell.scheduler.heldCalls()).isZero();
  }

  @Test
  void whatIsInFlightSettlesAndWhatFollowsIsHeld() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    cell.apply(0, hold(one("a")));

    Applied settled = cell.apply(0, settle(attempt("a", 1, 1), at(0, 1, new Step.Call(0, spec()))));

    assertThat(cell.slots()).isEqualTo("0+0");
    assertThat(starts(settled)).isEmpty();
    assertThat(cell.status("a").callsHeld()).isEqualTo(1);
    assertThat(starts(cell.apply(0, release(one("a"))))).containsExactly(attempt("a", 2, 1));
  }

  @Test
  void aHeldInvocationGoesOnToItsEnd() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));

    cell.apply(0, hold(one("a")), ended("a"));

    assertThat(cell.status("a").phase()).isEqualTo(Phase.COMPLETED);
    assertThat(cell.status("a").held()).isEmpty();
  }

  @Test
  void newWorkOfAHeldCompositionIsTakenAndWaits() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, hold(composition()));

    Applied taken = cell.apply(0, submit("a"));

    assertThat(taken.results()).containsExactly(new Result.Accepted());
    assertThat(starts(taken)).isEmpty();
    assertThat(started(cell.apply(0, release(composition())))).containsExactly("a");
  }

  @Test
  void anotherCompositionIsNotHeldWithIt() {
    TestCell cell = TestCell.open(1);

    Applied taken = cell.apply(0, hold(new Target.OfComposition("other")), submit("a"));

    assertThat(started(taken)).containsExactly("a");
  }

  @Test
  void nothingStartsWhileTheOwnerIsHeld() {
    TestCell cell = TestCell.open(1).boundingTail();
    cell.apply(0, submit("a"), submit("b"), hold(owner()));

    Applied later = cell.apply(SECOND, submit("c"));

    assertThat(starts(later)).isEmpty();
    assertThat(effects(later, Effect.Acknowledge.class)).isEmpty();
    assertThat(cell.queued()).isEqualTo(3);
    assertThat(started(cell.apply(0, release(owner())))).containsExactly("a");
  }

  /** Else its superpeer would wake up for it again and again. */
  @Test
  void whatTimeOpensWakesNobodyWhileTheOwnerIsHeld() {
    Limit rate = LimitCell.perSecond(1);
    TestCell cell = LimitCell.open(LimitCell.root(9), LimitCell.leaf("a", 9, rate));
    cell.apply(2 * SECOND, LimitCell.submits(2, "a"));

    Applied held = cell.apply(0, hold(owner()));
    Applied later = cell.apply(5 * SECOND, new Command.Tick());

    assertThat(effects(held, Effect.WakeAt.class))
        .containsExactly(new Effect.WakeAt(Effect.WakeAt.NEVER));
    assertThat(effects(later, Effect.WakeAt.class)).isEmpty();
    assertThat(cell.scheduler.resume()).noneMatch(Effect.WakeAt.class::isInstance);
    assertThat(started(cell.apply(0, release(owner())))).containsExactly("i1");
  }

  /** What is awaited is a part of the work; what is merely begun is not. */
  @Test
  void whatAHeldInvocationAwaitsIsHeldWithIt() {
    TestCell cell = TestCell.open(2);
    Applied awaited = cell.apply(0, submit("a", steps(run(true))), hold(one("a")));
    Applied begun = cell.apply(0, submit("b", steps(run(false))), hold(one("b")));
    assertThat(cell.status("a~1").held().map(HoldView::target)).contains(one("a"));

    Applied first = cell.apply(0, advance(onlyContinue(awaited), new Step.Call(0, spec())));
    Effect.Continue other =
        effects(begun, Effect.Continue.class).stream()
            .filter(next -> next.branch().invocation().equals(id("b").run(1)))
            .findFirst()
            .orElseThrow();
    Applied second = cell.apply(0, advance(other, new Step.Call(0, spec())));

    assertThat(started(first)).isEmpty();
    assertThat(started(second)).containsExactly("b~1");
    assertThat(started(cell.apply(0, release(one("a"))))).containsExactly("a~1");
  }

  @Test
  void callsOfWhatIsAwaitedThatAreQueuedAlreadyAreHeld() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("first"));
    Applied awaited = cell.apply(0, submit("a", steps(run(true))));
    cell.apply(0, advance(onlyContinue(awaited), new Step.Call(0, spec())));
    assertThat(cell.queued()).isEqualTo(1);

    cell.apply(0, hold(one("a")));

    assertThat(cell.queued()).isZero();
    assertThat(started(cell.apply(0, ended("first")))).isEmpty();
  }

  @Test
  void whatIsHeldTwiceGoesOnOnceNothingHoldsIt() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"), hold(one("a")), hold(composition()));

    assertThat(started(cell.apply(0, release(one("a"))))).isEmpty();
    assertThat(started(cell.apply(0, release(composition())))).containsExactly("a");
  }

  @Test
  void aPauseBeforeARetryEndsAndTheRetryIsHeld() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", spec(new Retry(2, SECOND, SECOND))));
    cell.apply(0, hold(one("a")), settle(attempt("a", 1, 1), new Outcome.TimedOut(false)));

    Applied due = cell.apply(2 * SECOND, new Command.Tick());

    assertThat(starts(due)).isEmpty();
    assertThat(cell.status("a").callsHeld()).isEqualTo(1);
    assertThat(starts(cell.apply(0, release(one("a"))))).containsExactly(attempt("a", 1, 2));
  }

  /** Time limits are promises of the composition. */
  @Test
  void timersGoOffAndEndWhatIsHeld() {
    TestCell cell = TestCell.open(1);
    cell.apply(
        0,
        submit("a", steps(new Step.Call(0, spec()), new Step.Arm(0, 1, 5 * SECOND))),
        hold(one("a")));

    Applied due = cell.apply(6 * SECOND, new Command.Tick());

    assertThat(onlyContinue(due).signal()).isEqualTo(new Signal.Elapsed(1));
    assertThat(cell.scheduler.heldCalls()).isZero();
  }

  @Test
  void isCancelledWithoutGoingOn() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"), hold(one("a")));

    Applied cancelled = cell.apply(0, new Command.Cancel(id("a"), "by hand"));

    assertThat(cell.status("a").phase()).isEqualTo(Phase.CANCELLED);
    assertThat(starts(cancelled)).isEmpty();
    assertThat(cell.scheduler.heldCalls()).isZero();
    assertThat(cell.scheduler.holds(10)).isEmpty();
  }

  @Test
  void holdingTwiceIsHoldingOnceSinceTheFirstTime() {
    TestCell cell = TestCell.open(1);
    for (Target target : List.of(one("a"), composition(), owner())) {
      cell.apply(0, submit("a"), hold(target, "first"));
      cell.apply(SECOND, hold(target, "second"));

      assertThat(cell.scheduler.holds(10))
          .containsExactly(new HoldView(target, SECOND, "me", "first"));
      cell.apply(0, release(target), release(target));
      assertThat(cell.scheduler.holds(10)).isEmpty();
    }
  }

  @Test
  void saysWhatHoldsAnInvocationSinceWhenAndWhy() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"), hold(one("a"), "wrong input"));
    cell.apply(SECOND, hold(composition(), "its provider is down"));

    assertThat(cell.status("a").held())
        .contains(new HoldView(one("a"), SECOND, "me", "wrong input"));
    cell.apply(0, submit("b"));
    assertThat(cell.status("b").held())
        .contains(new HoldView(composition(), 0, "me", "its provider is down"));
    cell.apply(SECOND, hold(owner(), "maintenance"));
    assertThat(cell.status("a").held()).contains(new HoldView(owner(), 0, "me", "maintenance"));
    assertThat(cell.scheduler.holds(2))
        .extracting(HoldView::target)
        .containsExactly(owner(), composition());
    assertThat(cell.lastEvents("a", 2)).containsExactly(TraceEvent.Kind.HELD, TraceEvent.Kind.HELD);
    cell.apply(0, release(composition()));
    assertThat(cell.lastEvents("a", 1)).containsExactly(TraceEvent.Kind.RELEASED);
  }

  @Test
  void refusesWhatIsNotKnownHasEndedOrIsTooMuch() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    cell.apply(0, ended("a"));

    assertThat(refusal(cell, hold(one("b")))).isEqualTo(Refusal.Code.NOT_FOUND);
    assertThat(refusal(cell, hold(one("a")))).isEqualTo(Refusal.Code.CONFLICT);
    assertThat(cell.apply(0, release(one("a"))).results()).containsExactly(new Result.Done());
    for (int i = 0; i < Holds.MAX_COMPOSITIONS; i++) {
      cell.apply(0, hold(new Target.OfComposition("c" + i)));
    }
    assertThat(refusal(cell, hold(composition()))).isEqualTo(Refusal.Code.CONFLICT);
    assertThatThrownBy(() -> hold(owner(), "x".repeat(501)))
        .hasMessageContaining("at most 500 characters");
    assertThatThrownBy(() -> new Target.OfComposition("no name"))
        .hasMessageContaining("is not a name");
  }

  private static Refusal.Code refusal(TestCell cell, Command command) {
    Result result = cell.apply(0, command).results().get(0);
    return ((Result.Refused) result).refusal().code();
  }

  @Test
  void aRestoredReplicaHoldsTheSame() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(SECOND, submit("first"), submit("a"), submit("b"), submit("c"));
    cell.apply(SECOND, hold(one("a"), "why"), hold(composition()));
    cell.apply(SECOND, hold(owner()), release(composition()));

    TestCell restored = new TestCell(OwnerScheduler.restore(cell.scheduler.image()));

    assertThat(restored.scheduler.invariants()).isEmpty();
    assertThat(restored.scheduler.image()).isEqualTo(cell.scheduler.image());
    assertThat(restored.scheduler.heldCalls()).isEqualTo(3);
    Applied released = restored.apply(HOUR, ended("first"), release(owner()));
    assertThat(started(released)).containsExactly("b");
  }

  /** Rule 36: older builds would start what must not. */
  @Test
  void takesTheirFormat() {
    Gate gate = new Gate();
    gate.activated(Entry.CONTROL_FORMAT - 1);
    for (Command command : List.of(hold(owner()), ControlCell.prioritize("a", SECOND))) {
      assertThat(Entry.format(command)).isEqualTo(Entry.CONTROL_FORMAT);
      assertThat(gate.fitting(command)).isEmpty();
      assertThat(gate.refusal(command).code()).isEqualTo(Refusal.Code.UNSUPPORTED);
    }
    gate.activated(Entry.CONTROL_FORMAT);
    assertThat(gate.fitting(hold(owner()))).isPresent();
  }
}
