package io.corale.scheduler;

import static io.corale.scheduler.LimitCell.inForce;
import static io.corale.scheduler.LimitCell.leaf;
import static io.corale.scheduler.LimitCell.root;
import static io.corale.scheduler.LimitCell.started;
import static io.corale.scheduler.LimitCell.submit;
import static io.corale.scheduler.LimitCell.submits;
import static io.corale.scheduler.LimitCell.succeeded;
import static io.corale.scheduler.LimitCell.throttled;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.effects;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Limit;
import io.corale.model.Outcome;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of calls for which a provider has no room, and of the scopes they are of. */
class ThrottleRulesTest {
  private static final Duration TWO_SECONDS = Duration.ofSeconds(2);

  /** It is not its fault: a call that may be tried once only is tried again, and first. */
  @Test
  void aThrottledCallReturnsToItsPlaceAndHasNotBeenTried() {
    TestCell cell = LimitCell.open(root(1), leaf("a", 1));
    cell.apply(0, submit("first", "a"), submit("second", "a"));

    Applied shut = cell.apply(0, throttled(cell, "first", TWO_SECONDS));

    assertThat(started(shut)).isEmpty();
    assertThat(cell.queued()).isEqualTo(2);
    assertThat(cell.scheduler.image().calls().get(0).tried()).isZero();
    assertThat(cell.lastEvents("first", 1)).containsExactly(TraceEvent.Kind.THROTTLED);
    assertThat(started(cell.apply(2 * SECOND - 1, new Command.Tick()))).isEmpty();
    assertThat(started(cell.apply(1, new Command.Tick()))).containsExactly("first");
    cell.apply(0, succeeded(cell, "first"));
    assertThat(cell.status("first").phase()).isEqualTo(InvocationView.Phase.COMPLETED);
  }

  /** A thousand calls would be sent once in each pause of a provider, all of them. */
  @Test
  void nothingElseIsSentToWhoHasJustSaidThatThereIsNoRoom() {
    TestCell cell = LimitCell.open(root(3), leaf("a", 3));
    cell.apply(0, submits(9, "a"));

    Applied shut = cell.apply(0, throttled(cell, "i0", TWO_SECONDS));

    assertThat(started(shut)).isEmpty();
    assertThat(cell.slots()).isEqualTo("2+0");
  }

  /** Rule 19: whoever opens a scope must be woken for it. */
  @Test
  void saysWhenSomebodyMustWakeUpForWhatOpens() {
    TestCell cell = LimitCell.open(root(1), leaf("a", 1));
    cell.apply(0, submit("first", "a"));

    Applied shut = cell.apply(0, throttled(cell, "first", TWO_SECONDS));

    assertThat(effects(shut, Effect.WakeAt.class)).containsExactly(new Effect.WakeAt(2 * SECOND));
    assertThat(cell.scheduler.resume()).contains(new Effect.WakeAt(2 * SECOND));
    Applied opened = cell.apply(2 * SECOND, new Command.Tick());
    assertThat(effects(opened, Effect.WakeAt.class)).isEmpty();
  }

  @Test
  void nobodyWakesUpForAScopeInWhichNothingWaits() {
    TestCell cell = LimitCell.open(root(1), leaf("a", 1));
    cell.apply(0, submit("first", "a"));
    cell.apply(0, throttled(cell, "first", TWO_SECONDS));

    Applied cancelled = cell.apply(1, new Command.Cancel(TestCell.id("first"), "no more"));

    assertThat(effects(cancelled, Effect.WakeAt.class))
        .containsExactly(new Effect.WakeAt(Effect.WakeAt.NEVER));
    cell.apply(1, submit("next", "a"));
    assertThat(cell.slots()).isEqualTo("0+0");
    assertThat(started(cell.apply(2 * SECOND, new Command.Tick()))).containsExactly("next");
  }

  /** Rule 16: what is shut is in nobody's way, whichever lane it is first in. */
  @Test
  void aShutScopeBlocksNobody() {
    TestCell cell = LimitCell.open(root(2), leaf("a", 2), leaf("b", 2));
    cell.apply(0, submit("a1", "a"), submit("b1", "b"));
    cell.apply(0, submit("a2", "a"), submit("b2", "b"));

    Applied shut = cell.apply(0, throttled(cell, "a1", TWO_SECONDS));

    assertThat(started(shut)).containsExactly("b2");
    assertThat(started(cell.apply(0, succeeded(cell, "b1")))).isEmpty();
    assertThat(started(cell.apply(2 * SECOND, new Command.Tick()))).containsExactly("a1");
  }

  @Test
  void theScopeIsShutThatTheProviderNames() {
    TestCell cell = LimitCell.open(root(2), leaf("a", 2), leaf("b", 2));
    cell.apply(0, submit("a1", "a"), submit("b1", "b"));

    cell.apply(
        0,
        throttled(cell, "a1", new Outcome.Throttled(Optional.of("account"), TWO_SECONDS, false)));

    assertThat(inForce(cell, "account").shutMicros()).isEqualTo(2 * SECOND);
    assertThat(inForce(cell, "a").shutMicros()).isZero();
    cell.apply(0, submit("b2", "b"));
    assertThat(cell.slots()).isEqualTo("1+0");
  }

  @Test
  void aNameThatEnclosesNothingOfTheCallIsNotBelieved() {
    TestCell cell = LimitCell.open(root(2), leaf("a", 2), leaf("b", 2));
    cell.apply(0, submit("a1", "a"));

    cell.apply(
        0, throttled(cell, "a1", new Outcome.Throttled(Optional.of("b"), TWO_SECONDS, false)));

    assertThat(inForce(cell, "a").shutMicros()).isEqualTo(2 * SECOND);
    assertThat(inForce(cell, "b").shutMicros()).isZero();
  }

  /** It shows at several of its parts. */
  @Test
  void aLimitOfTheAccountThatNobodyDeclaredIsSuspected() {
    TestCell cell = LimitCell.open(root(4), leaf("a", 2), leaf("b", 2), leaf("c", 2));
    cell.apply(0, submit("a1", "a"), submit("b1", "b"), submit("a2", "a"));

    cell.apply(0, throttled(cell, "a1", TWO_SECONDS));
    cell.apply(SECOND / 2, throttled(cell, "a2", TWO_SECONDS));
    assertThat(inForce(cell, "account").throttled()).isZero();
    cell.apply(SECOND / 4, throttled(cell, "b1", TWO_SECONDS));

    assertThat(inForce(cell, "a").throttled()).isEqualTo(2);
    assertThat(inForce(cell, "b").throttled()).isEqualTo(1);
    assertThat(inForce(cell, "account").throttled()).isEqualTo(1);
    assertThat(inForce(cell, "account").shutMicros()).isEqualTo(100_000);
    cell.apply(0, submit("c1", "c"));
    assertThat(cell.slots()).isEqualTo("0+0");
  }

  @Test
  void askingForNoPauseIsOneForSomePause() {
    TestCell cell = LimitCell.open(root(1), leaf("a", 1));
    cell.apply(0, submit("first", "a"));

    cell.apply(0, throttled(cell, "first", Duration.ZERO));

    assertThat(inForce(cell, "a").shutMicros()).isEqualTo(100_000);
  }

  @Test
  void noPauseIsShorterThanAnEntryOrLongerThanTenMinutes() {
    TestCell cell = LimitCell.open(root(1), leaf("a", 1));
    cell.apply(0, submit("first", "a"));

    cell.apply(3, throttled(cell, "first", Duration.ofNanos(1)));
    assertThat(inForce(cell, "a").shutMicros()).isEqualTo(20_000 - 3);
    cell.apply(20_000 - 3, new Command.Tick());
    cell.apply(0, throttled(cell, "first", Duration.ofSeconds(Long.MAX_VALUE)));
    assertThat(inForce(cell, "a").shutMicros()).isEqualTo(600 * SECOND);
  }

  /** Nobody was asked: nothing is known of the provider. */
  @Test
  void whatThisNodeHasNoRoomForPausesTheCallAndTeachesNothing() {
    TestCell cell = LimitCell.open(root(1), leaf("a", 1, new Limit.Learned(1)));
    cell.apply(0, submit("first", "a"), submit("second", "a"));

    Applied ours = cell.apply(0, throttled(cell, "first", Outcome.Throttled.byUs(TWO_SECONDS)));

    assertThat(started(ours)).containsExactly("second");
    assertThat(inForce(cell, "a").throttled()).isZero();
    assertThat(cell.lastEvents("first", 1)).containsExactly(TraceEvent.Kind.RETRY);
    cell.apply(0, succeeded(cell, "second"));
    assertThat(started(cell.apply(2 * SECOND, new Command.Tick()))).containsExactly("first");
  }

  /** Rule 36: logs of older formats lead to what they led to. */
  @Test
  void belowItsFormatTheCallPausesAndTheNextIsSent() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, new Command.ActivateVersion(Entry.LIMITS_FORMAT - 1));
    cell.apply(0, submit("first", "label"), submit("second", "label"));

    Applied paused = cell.apply(0, throttled(cell, "first", TWO_SECONDS));

    assertThat(started(paused)).containsExactly("second");
    assertThat(cell.lastEvents("first", 1)).containsExactly(TraceEvent.Kind.RETRY);
  }

  /** Rule 13: its branch has ended, but what came of it is true. */
  @Test
  void whatNobodyWaitsForTeachesAsWell() {
    TestCell cell = LimitCell.open(root(2), leaf("a", 2));
    cell.apply(0, submit("gone", "a"));
    cell.apply(0, new Command.Cancel(TestCell.id("gone"), "no more"));

    cell.apply(0, throttled(cell, "gone", TWO_SECONDS));

    assertThat(cell.slots()).isEqualTo("0+0");
    assertThat(inForce(cell, "a").throttled()).isEqualTo(1);
    assertThat(inForce(cell, "a").shutMicros()).isEqualTo(2 * SECOND);
  }

  /** Rule 11: an earlier executor hands over what came of it. */
  @Test
  void whatATakeOverHasLeftReturnsToItsPlaceAsWell() {
    TestCell cell = LimitCell.open(root(2), leaf("a", 2));
    cell.apply(0, submit("first", "a"));
    cell.takeOver();

    Applied inventory = cell.apply(0, throttled(cell, "first", TWO_SECONDS));

    assertThat(started(inventory)).isEmpty();
    assertThat(cell.scheduler.image().calls().get(0).excused()).isZero();
    assertThat(started(cell.apply(2 * SECOND, new Command.Tick()))).containsExactly("first");
  }

  @Test
  void aLongerPauseIsNotShortenedByALaterOne() {
    TestCell cell = LimitCell.open(root(2), leaf("a", 2));
    cell.apply(0, submits(2, "a"));

    cell.apply(0, throttled(cell, "i0", TWO_SECONDS));
    cell.apply(0, throttled(cell, "i1", Duration.ofMillis(100)));

    assertThat(inForce(cell, "a").shutMicros()).isEqualTo(2 * SECOND);
  }

  /** Somebody else's quota is used up: it must not hold up those behind it. */
  @Test
  void oneCallThatIsAlwaysRefusedStarvesNobody() {
    TestCell cell = LimitCell.open(root(1), leaf("a", 1, new Limit.Learned(1)));
    cell.apply(0, submit("refused", "a"), submit("behind", "a"));

    for (int i = 0; i < 4; i++) {
      cell.apply(1, throttled(cell, "refused", Duration.ofMillis(100)));
      cell.apply(3 * SECOND / 20, new Command.Tick());
    }

    assertThat(cell.lastEvents("behind", 1)).containsExactly(TraceEvent.Kind.STARTED);
    assertThat(cell.scheduler.image().calls().get(0).tried()).isZero();
    assertThat(inForce(cell, "a").throttled()).isEqualTo(4);
    cell.apply(SECOND, succeeded(cell, "behind"));
    assertThat(cell.lastEvents("refused", 1)).containsExactly(TraceEvent.Kind.STARTED);
  }

  @Test
  void whatIsRefusedAgainAndAgainTeachesNothing() {
    TestCell cell = LimitCell.open(root(200), leaf("a", 200, new Limit.Learned(100)));
    cell.apply(0, submit("refused", "a"));
    int[] caps = new int[6];

    for (int i = 0; i < caps.length; i++) {
      cell.apply(1, throttled(cell, "refused", Duration.ofMillis(100)));
      caps[i] = inForce(cell, "a").concurrency();
      cell.apply(10 * SECOND, new Command.Tick());
    }

    assertThat(caps[2]).isEqualTo(12);
    assertThat(caps).endsWith(caps[2], caps[2], caps[2]);
  }

  /** No provider names a scope: the nearest that is to learn learns. */
  @Test
  void theAccountLearnsWhatItsFunctionsAreRefused() {
    TestCell cell = LimitCell.open(root(9, new Limit.Learned(4)), leaf("a", 9), leaf("b", 9));
    cell.apply(0, submits(9, "a"));
    assertThat(cell.slots()).isEqualTo("4+0");

    cell.apply(1, throttled(cell, "i3", TWO_SECONDS));

    assertThat(inForce(cell, "account").concurrency()).isEqualTo(3);
    assertThat(inForce(cell, "account").shutMicros()).isZero();
    assertThat(inForce(cell, "a").shutMicros()).isPositive();
  }

  /** What is healthy beside two that are not must not stand still for them. */
  @Test
  void aGuessShutsForAMomentAndDoesNotFeedItself() {
    TestCell cell = LimitCell.open(root(9), leaf("a", 2), leaf("b", 2), leaf("c", 2));
    cell.apply(0, submit("a1", "a"), submit("b1", "b"), submit("b2", "b"));
    Duration tenMinutes = Duration.ofMinutes(10);
    cell.apply(0, throttled(cell, "a1", tenMinutes));

    cell.apply(1, throttled(cell, "b1", tenMinutes));
    cell.apply(1, throttled(cell, "b2", tenMinutes));

    assertThat(inForce(cell, "account").throttled()).isEqualTo(1);
    cell.apply(SECOND / 5, submit("c1", "c"));
    assertThat(cell.slots()).isEqualTo("1+0");
  }
}
