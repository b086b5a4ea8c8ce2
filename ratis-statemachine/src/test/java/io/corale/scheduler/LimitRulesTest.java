package io.corale.scheduler;

import static io.corale.scheduler.LimitCell.account;
import static io.corale.scheduler.LimitCell.inForce;
import static io.corale.scheduler.LimitCell.leaf;
import static io.corale.scheduler.LimitCell.perMinute;
import static io.corale.scheduler.LimitCell.perSecond;
import static io.corale.scheduler.LimitCell.root;
import static io.corale.scheduler.LimitCell.started;
import static io.corale.scheduler.LimitCell.submit;
import static io.corale.scheduler.LimitCell.submits;
import static io.corale.scheduler.LimitCell.succeeded;
import static io.corale.scheduler.LimitCell.throttled;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.effects;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Limit;
import io.corale.model.Refusal;
import io.corale.model.ScopeLimit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What limits a scope beside how many run at once (rules 15 and 16), in the log. */
class LimitRulesTest {
  private static final long SLICE = SECOND / 64;

  /** For so long a start counts in a rate per second. */
  private static final long COUNTS = 66 * SLICE;

  @Test
  void startsAsManyAsTheRateLetsAndTheNextWhenTheWindowIsOver() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9, perSecond(3)));

    Applied first = cell.apply(0, submits(5, "a"));

    assertThat(started(first)).containsExactly("i0", "i1", "i2");
    assertThat(effects(first, Effect.WakeAt.class)).containsExactly(new Effect.WakeAt(COUNTS));
    assertThat(inForce(cell, "a").rates())
        .containsExactly(new InForce.RateUse((Limit.Rate) perSecond(3), 3));
    assertThat(started(cell.apply(COUNTS - 1, new Command.Tick()))).isEmpty();
    assertThat(started(cell.apply(1, new Command.Tick()))).containsExactly("i3", "i4");
  }

  /** Slots that are given back let nothing more start. */
  @Test
  void whatEndsOpensNoRate() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9, perSecond(1)));
    cell.apply(0, submits(2, "a"));

    assertThat(started(cell.apply(1, succeeded(cell, "i0")))).isEmpty();
  }

  @Test
  void theRateOfAnAccountCountsWhatStartsInAllItsScopes() {
    TestCell cell = LimitCell.open(root(9, perSecond(2)), leaf("a", 9), leaf("b", 9));

    Applied applied =
        cell.apply(0, submit("a1", "a"), submit("b1", "b"), submit("a2", "a"), submit("b2", "b"));

    assertThat(started(applied)).containsExactly("a1", "b1");
    assertThat(cell.queued()).isEqualTo(2);
  }

  /** Rule 16: a rate that is used up is in the way of nobody else. */
  @Test
  void aRateHoldsOnlyWhatIsInItsScope() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9, perSecond(1)), leaf("b", 9));

    Applied applied =
        cell.apply(0, submit("a1", "a"), submit("a2", "a"), submit("a3", "a"), submit("b1", "b"));

    assertThat(started(applied)).containsExactly("a1", "b1");
  }

  @Test
  void aSecondAndAMinuteHoldTogether() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9, perSecond(2), perMinute(3)));

    assertThat(started(cell.apply(0, submits(6, "a")))).hasSize(2);
    assertThat(started(cell.apply(2 * SECOND, new Command.Tick()))).hasSize(1);
    assertThat(started(cell.apply(2 * SECOND, new Command.Tick()))).isEmpty();
    assertThat(started(cell.apply(58 * SECOND, new Command.Tick()))).hasSize(2);
  }

  /** Rule 15: what was just started arrives at most two seconds later, and is counted so. */
  @Test
  void aTakeOverLetsWhatIsUnderWayArriveFirst() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9, perSecond(2)));
    cell.apply(0, submits(4, "a"));

    cell.apply(SECOND / 2);
    cell.takeOver();

    assertThat(started(cell.apply(2 * SECOND, new Command.Tick()))).isEmpty();
    assertThat(started(cell.apply(SECOND, new Command.Tick()))).isEmpty();
    assertThat(started(cell.apply(2 * SLICE, new Command.Tick()))).containsExactly("i2", "i3");
  }

  /** A minute's standstill at each hand-over would be one at each step of an upgrade. */
  @Test
  void aTakeOverCostsARatePerMinuteNearlyNothing() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9, perMinute(4)));
    cell.apply(0, submits(8, "a"));

    cell.apply(10 * SECOND);
    cell.takeOver();

    assertThat(started(cell.apply(52 * SECOND, new Command.Tick()))).hasSize(4);
  }

  @Test
  void aRateThatIsAddedIsTakenForUsed() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9));
    cell.apply(0, new Command.Configure(account(2, root(9), leaf("a", 9, perSecond(2)))));

    assertThat(started(cell.apply(0, submits(3, "a")))).isEmpty();
    assertThat(started(cell.apply(COUNTS, new Command.Tick()))).hasSize(2);
  }

  /** What was started in a scope counts in those that enclose it, and nobody knows how much. */
  @Test
  void aRateIsTakenForUsedWhereAScopeIsMovedBelowIt() {
    TestCell cell = LimitCell.open(root(9), leaf("g", 9, perSecond(2)), leaf("a", 9));
    cell.apply(0, submit("a1", "a"), submit("a2", "a"));
    ScopeLimit moved = new ScopeLimit("a", Optional.of("g"), 9, List.of());

    cell.apply(0, new Command.Configure(account(2, root(9), leaf("g", 9, perSecond(2)), moved)));

    assertThat(inForce(cell, "g").rates().get(0).isAssumed()).isTrue();
    assertThat(started(cell.apply(0, submits(3, "a")))).isEmpty();
    assertThat(started(cell.apply(COUNTS, new Command.Tick()))).hasSize(2);
    assertThat(inForce(cell, "g").rates().get(0).isAssumed()).isFalse();
  }

  @Test
  void aNewGroupLetsGoOnWhatRunsInIt() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9));
    cell.apply(0, submits(5, "a"));
    Limit ramp = new Limit.Ramp(1, 1, Duration.ofMinutes(1));
    ScopeLimit moved = new ScopeLimit("a", Optional.of("g"), 9, List.of());

    cell.apply(0, new Command.Configure(account(2, root(9), leaf("g", 9, ramp), moved)));

    assertThat(inForce(cell, "g").concurrency()).isEqualTo(5);
    cell.apply(0, submit("next", "a"));
    assertThat(started(cell.apply(0, succeeded(cell, "i0")))).containsExactly("next");
  }

  @Test
  void aRateThatChangesRemembersWhatWasStarted() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9, perSecond(2)));
    cell.apply(0, submits(6, "a"));

    Applied raised =
        cell.apply(1, new Command.Configure(account(2, root(9), leaf("a", 9, perSecond(3)))));
    assertThat(started(raised)).containsExactly("i2");
    Applied lowered =
        cell.apply(1, new Command.Configure(account(3, root(9), leaf("a", 9, perSecond(1)))));
    assertThat(started(lowered)).isEmpty();
    assertThat(started(cell.apply(COUNTS, new Command.Tick()))).containsExactly("i3");
  }

  @Test
  void aLimitThatGoesHoldsNothingBack() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9, perSecond(2)));
    cell.apply(0, submits(6, "a"));

    Applied free = cell.apply(1, new Command.Configure(account(2, root(9), leaf("a", 9))));

    assertThat(started(free)).hasSize(4);
    assertThat(effects(free, Effect.WakeAt.class))
        .containsExactly(new Effect.WakeAt(Effect.WakeAt.NEVER));
    assertThat(cell.scheduler.image().accounts().get(0).limits()).isEmpty();
  }

  /** Nothing ends, and more starts: somebody is woken for it. */
  @Test
  void aRampLetsOneStepMoreRunInEachInterval() {
    Limit ramp = new Limit.Ramp(1, 2, Duration.ofSeconds(1));
    TestCell cell = LimitCell.open(root(9), leaf("a", 9, ramp));

    Applied first = cell.apply(SECOND / 4, submits(9, "a"));
    assertThat(started(first)).hasSize(1);
    assertThat(effects(first, Effect.WakeAt.class)).containsExactly(new Effect.WakeAt(SECOND));
    assertThat(inForce(cell, "a")).isEqualTo(new InForce(1, InForce.Source.RAMP, List.of(), 0, 0));
    Applied second = cell.apply(3 * SECOND / 4, new Command.Tick());
    assertThat(started(second)).hasSize(2);
    assertThat(effects(second, Effect.WakeAt.class)).containsExactly(new Effect.WakeAt(2 * SECOND));
    assertThat(started(cell.apply(SECOND, new Command.Tick()))).hasSize(2);
    assertThat(started(cell.apply(SECOND / 2, new Command.Tick()))).isEmpty();
    assertThat(started(cell.apply(0, succeeded(cell, "i0")))).hasSize(1);
  }

  @Test
  void aLearnedLimitIsCutToWhatTheProviderHolds() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9, new Limit.Learned(4)));
    cell.apply(0, submits(9, "a"));
    assertThat(cell.slots()).isEqualTo("4+0");

    cell.apply(1, throttled(cell, "i3", Duration.ofSeconds(1)));

    assertThat(inForce(cell, "a").concurrency()).isEqualTo(3);
    assertThat(inForce(cell, "a").source()).isEqualTo(InForce.Source.LEARNED);
    assertThat(started(cell.apply(2 * SECOND, succeeded(cell, "i0")))).containsExactly("i3");
  }

  @Test
  void aLearnedLimitBeginsSmallAndDoubles() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 6, new Limit.Learned(2)));

    Applied first = cell.apply(SECOND / 4, submits(9, "a"));
    assertThat(started(first)).hasSize(2);
    assertThat(effects(first, Effect.WakeAt.class)).containsExactly(new Effect.WakeAt(SECOND));
    Applied second = cell.apply(3 * SECOND / 4, new Command.Tick());
    assertThat(started(second)).hasSize(2);
    assertThat(effects(second, Effect.WakeAt.class)).containsExactly(new Effect.WakeAt(2 * SECOND));
    assertThat(started(cell.apply(SECOND, new Command.Tick()))).hasSize(2);
    assertThat(inForce(cell, "a")).isEqualTo(InForce.declared(6));
  }

  /** Rule 12: attempts that hold no slot any more run beside those that do. */
  @Test
  void learnsNothingFromWhatIsRefusedBecauseOfAFastRetry() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 9, new Limit.Learned(4)));
    cell.apply(
        0,
        new Command.Configure(
            account(2, root(9), leaf("a", 9, new Limit.Learned(4))).retryingFast()));
    cell.apply(0, submits(4, "a"));
    Executor crashed = TestCell.executor(cell.term);
    cell.takeOver();
    cell.apply(0, new Command.Crashed(crashed));
    assertThat(cell.slots()).isEqualTo("4+0");

    cell.apply(SECOND, throttled(cell, "i0", Duration.ofSeconds(1)));

    assertThat(inForce(cell, "a").concurrency()).isEqualTo(4);
    assertThat(inForce(cell, "a").shutMicros()).isPositive();
  }

  /** Rule 36: older builds would start what must not be. */
  @Test
  void anAccountWithSuchLimitsTakesTheirFormat() {
    ScopeLimit limited = leaf("a", 9, perSecond(1));
    Command configure = new Command.Configure(account(2, root(9), limited));
    Gate gate = new Gate();
    gate.activated(Entry.LIMITS_FORMAT - 1);

    assertThat(Entry.format(configure)).isEqualTo(Entry.LIMITS_FORMAT);
    assertThat(gate.fitting(configure)).isEmpty();
    assertThat(gate.refusal(configure).code()).isEqualTo(Refusal.Code.UNSUPPORTED);
    Entry entry = new Entry(TestCell.executor(1), 0, 0, 0, true, List.of(configure));
    assertThatThrownBy(() -> gate.passed(entry)).isInstanceOf(IllegalStateException.class);
    gate.activated(Entry.LIMITS_FORMAT);
    assertThat(gate.fitting(configure)).contains(configure);
  }
}
