package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Limit;
import io.corale.sim.Chance;
import io.corale.sim.Seeds;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Rule 16: more may run than lately, by one step in each interval. */
class RampGaugeTest {
  private static final long SECOND = 1_000_000;
  private static final Limit.Ramp RAMP = new Limit.Ramp(2, 3, Duration.ofSeconds(1));

  @Test
  void growsByAStepInEachIntervalInWhichAllOfItIsUsed() {
    RampGauge ramp = RampGauge.begin(RAMP, 0, 0);
    assertThat(ramp.cap()).isEqualTo(2);

    int cap = 2;
    for (int second = 1; second < 5; second++) {
      ramp.started(cap);
      ramp.rollOver(cap, second * SECOND - 1);
      assertThat(ramp.cap()).isEqualTo(cap);
      ramp.rollOver(cap, second * SECOND);
      cap += 3;
      assertThat(ramp.cap()).isEqualTo(cap);
    }
  }

  @Test
  void takesBackWhatWasNotUsed() {
    RampGauge ramp = RampGauge.restore(RAMP, new ScopeState.Ramp(20, 20, SECOND));

    ramp.rollOver(4, SECOND);
    assertThat(ramp.cap()).isEqualTo(23);
    ramp.rollOver(4, 2 * SECOND);
    assertThat(ramp.cap()).isEqualTo(7);
    ramp.rollOver(0, 3 * SECOND);
    ramp.rollOver(0, 4 * SECOND);
    assertThat(ramp.cap()).isEqualTo(3);
  }

  /** No entry comes while nothing happens; what happens then is as if one had. */
  @Seeds(20)
  void severalIntervalsWithoutAnEntryAreAsIfEachHadHadOne(long seed) {
    RandomGenerator chance = new Chance(seed).of("ramp");
    int taken = chance.nextInt(10);
    int peak = taken + chance.nextInt(10);
    ScopeState.Ramp state =
        new ScopeState.Ramp(Math.max(1, peak + chance.nextInt(10)), peak, chance.nextLong(SECOND));
    long until = state.boundaryMicros() + chance.nextLong(5 * SECOND);
    RampGauge atOnce = RampGauge.restore(RAMP, state);
    RampGauge oneByOne = RampGauge.restore(RAMP, state);

    atOnce.rollOver(taken, until);
    for (long now = state.boundaryMicros(); now <= until; now += SECOND) {
      oneByOne.rollOver(taken, now);
    }

    assertThat(atOnce.state()).isEqualTo(oneByOne.state());
    assertThat(atOnce.boundaryMicros()).isGreaterThan(until);
  }

  @Test
  void letsWhatRunsAlreadyGoOnWhereItBegins() {
    assertThat(RampGauge.begin(RAMP, 9, 0).cap()).isEqualTo(9);
  }

  @Test
  void anotherRampGoesOnFromWhereThisOneIs() {
    RampGauge ramp = RampGauge.restore(RAMP, new ScopeState.Ramp(20, 18, 9 * SECOND));

    RampGauge next = ramp.with(new Limit.Ramp(1, 1, Duration.ofMillis(200)), 8 * SECOND);

    assertThat(next.state()).isEqualTo(new ScopeState.Ramp(20, 18, 8 * SECOND + 200_000));
  }
}
