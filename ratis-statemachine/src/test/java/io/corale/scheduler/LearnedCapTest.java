package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Limit;
import io.corale.model.ScopeLimit;
import io.corale.sim.Chance;
import io.corale.sim.Seeds;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Rule 16: how many may run at once is found out from what the provider refuses. */
class LearnedCapTest {
  private static final long SECOND = 1_000_000;
  private static final int MOST = 1_000;

  private static LearnedCap beginsWith(int from) {
    return new LearnedCap(new Limit.Learned(from), 0, 0);
  }

  private static LearnedCap at(int cap, int ceiling, int before) {
    return new LearnedCap(new ScopeState.Learned(cap, ceiling, before, 0, 0, 0, 10 * SECOND, 0));
  }

  @Test
  void doublesWhileNothingIsRefusedAndAllOfItIsUsed() {
    LearnedCap cap = beginsWith(4);

    cap.grow(4, true, MOST, SECOND - 1);
    assertThat(cap.cap()).isEqualTo(4);
    cap.grow(3, true, MOST, SECOND);
    cap.grow(4, false, MOST, SECOND);
    assertThat(cap.cap()).isEqualTo(4);
    cap.grow(4, true, MOST, SECOND);
    assertThat(cap.cap()).isEqualTo(8);
    cap.grow(8, true, MOST, 2 * SECOND - 1);
    assertThat(cap.cap()).isEqualTo(8);
  }

  /** The refusals of one burst together show what the provider holds. */
  @Test
  void aBurstShowsAHardLimit() {
    LearnedCap cap = beginsWith(30);

    for (int taken = 29; taken >= 20; taken--) {
      cap.throttled(0, taken, MOST, SECOND);
    }

    assertThat(cap.cap()).isEqualTo(20);
  }

  /** Others end meanwhile, so that what runs says less and less. */
  @Test
  void oneBurstTakesNoMoreThanHalf() {
    LearnedCap cap = beginsWith(32);

    for (int taken = 31; taken >= 0; taken--) {
      cap.throttled(0, taken, MOST, SECOND);
    }

    assertThat(cap.cap()).isEqualTo(14);
    LearnedCap idle = beginsWith(32);
    idle.throttled(0, 0, MOST, SECOND);
    assertThat(idle.cap()).isEqualTo(16);
  }

  /** What was started since is refused although it knows of the cap. */
  @Test
  void isCutAgainByWhatWasStartedAfterTheLastCut() {
    LearnedCap cap = at(32, 40, 0);

    cap.throttled(SECOND, 31, MOST, 2 * SECOND);
    assertThat(cap.cap()).isEqualTo(28);
    cap.throttled(2 * SECOND, 27, MOST, 3 * SECOND);
    assertThat(cap.cap()).isEqualTo(27);
    cap.throttled(2 * SECOND + 1, 26, MOST, 4 * SECOND);
    assertThat(cap.cap()).isEqualTo(23);
  }

  /** A probe that fails costs what it has added, not an eighth of what has held. */
  @Test
  void aProbeThatIsRefusedIsTakenBack() {
    LearnedCap cap = at(16, 16, 0);

    cap.grow(16, true, MOST, 20 * SECOND);
    assertThat(cap.cap()).isEqualTo(17);
    cap.throttled(20 * SECOND, 16, MOST, 21 * SECOND);

    assertThat(cap.cap()).isEqualTo(16);
  }

  @Test
  void probesMoreAndMoreSeldomWhileThatFailsAndOftenOnceItHolds() {
    LearnedCap cap = at(16, 16, 0);
    long now = 20 * SECOND;
    cap.grow(16, true, MOST, now);
    for (long pause : new long[] {10, 20, 40, 80, 160, 300, 300}) {
      cap.throttled(now, 16, MOST, now + 1);
      cap.grow(16, true, MOST, now + pause * SECOND);
      assertThat(cap.cap()).as("before %d s", pause).isEqualTo(16);
      now += pause * SECOND + 1;
      cap.grow(16, true, MOST, now);
      assertThat(cap.cap()).as("after %d s", pause).isEqualTo(17);
    }

    cap.grow(17, true, MOST, now + 300 * SECOND);
    assertThat(cap.cap()).isEqualTo(18);
    cap.grow(18, true, MOST, now + 310 * SECOND);
    assertThat(cap.cap()).isEqualTo(19);
  }

  @Test
  void comesBackToItsCeilingFasterThanAboveIt() {
    LearnedCap cap = at(64, 72, 0);

    cap.grow(64, true, MOST, SECOND);
    assertThat(cap.cap()).isEqualTo(68);
    cap.grow(68, true, MOST, 2 * SECOND);
    assertThat(cap.cap()).isEqualTo(72);
    cap.grow(72, true, MOST, 3 * SECOND);
    assertThat(cap.cap()).isEqualTo(73);
    cap.grow(73, true, MOST, 4 * SECOND);
    assertThat(cap.cap()).isEqualTo(73);
  }

  @Test
  void forgetsWhatWasRefusedAnHourAgo() {
    LearnedCap cap = at(3, 3, 0);

    cap.grow(0, false, MOST, 3_600 * SECOND - 1);
    assertThat(cap.cap()).isEqualTo(3);
    cap.grow(0, false, MOST, 3_600 * SECOND);
    assertThat(cap.cap()).isEqualTo(ScopeLimit.MAX_CONCURRENCY);
  }

  /** Rule 12: what runs beside the limits is not to blame on them. */
  @Test
  void learnsNothingWhileAttemptsRunThatHoldNoSlot() {
    LearnedCap cap = beginsWith(8);
    cap.ignoreUntil(5 * SECOND);

    cap.throttled(0, 7, MOST, 5 * SECOND - 1);
    assertThat(cap.cap()).isEqualTo(8);
    cap.throttled(0, 7, MOST, 5 * SECOND);
    assertThat(cap.cap()).isEqualTo(7);
  }

  /** A provider with a hard limit that nobody has told us. */
  @Seeds(20)
  void settlesWithinATenthOfAHardLimit(long seed) {
    RandomGenerator chance = new Chance(seed).of("provider");
    int limit = 5 + chance.nextInt(200);
    LearnedCap cap = beginsWith(1 + chance.nextInt(MOST));
    Deque<Long> ends = new ArrayDeque<>();
    long shutUntil = 0;
    int throttled = 0;

    for (long now = 0; now < 300 * SECOND; now += SECOND / 20) {
      while (!ends.isEmpty() && ends.peek() <= now) {
        ends.poll();
      }
      cap.grow(ends.size(), true, MOST, now);
      if (now < shutUntil) {
        continue;
      }
      int started = Math.max(0, Math.min(MOST, cap.cap()) - ends.size());
      int running = ends.size();
      for (int i = 0; i < started && running + i < limit; i++) {
        ends.add(now + SECOND);
      }
      for (int taken = running + started - 1; taken >= limit; taken--) {
        cap.throttled(now, taken, MOST, now + 1);
        shutUntil = now + SECOND / 2;
        throttled += now > 200 * SECOND ? 1 : 0;
      }
    }

    assertThat(cap.cap()).isBetween(limit - limit / 10, limit + 1);
    assertThat(throttled).isLessThanOrEqualTo(10);
  }

  @Test
  void goesOnFromItsRecord() {
    ScopeState.Learned state = new ScopeState.Learned(1, 2, 3, 4, 5, 6, 7, 8);

    assertThat(new LearnedCap(state).state()).isEqualTo(state);
  }
}
