package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Limit;
import io.corale.sim.Chance;
import io.corale.sim.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Rule 15: no window of a rate has more starts, wherever it begins. */
class RateGaugeTest {
  private static final long SECOND = 1_000_000;
  private static final long SLICE = SECOND / 64;

  /** For so long a start counts in a rate per second, from the beginning of its slice. */
  private static final long COUNTS = 66 * SLICE;

  private static RateGauge perSecond(int starts) {
    return new RateGauge(new Limit.Rate(starts, Limit.Window.SECOND));
  }

  private static boolean isOpen(RateGauge gauge, long now) {
    return gauge.opensAtMicros() <= now;
  }

  @Test
  void letsAWholeRateStartAtOnceAndTheNextWhenTheWindowIsOver() {
    RateGauge gauge = perSecond(3);

    for (int i = 0; i < 3; i++) {
      assertThat(isOpen(gauge, 10)).isTrue();
      gauge.started(10);
    }

    assertThat(gauge.opensAtMicros()).isEqualTo(COUNTS);
  }

  /** Two bursts a second apart are less than that apart where only the first is held up. */
  @Test
  void leavesTimeForABurstToArriveLate() {
    for (Limit.Window window : Limit.Window.values()) {
      long length = window.length().toNanos() / 1_000;
      RateGauge gauge = new RateGauge(new Limit.Rate(1, window));
      long endOfItsSlice = length / 64 - 1;
      gauge.started(endOfItsSlice);

      assertThat(gauge.opensAtMicros() - endOfItsSlice).isGreaterThan(length + length / 64);
    }
  }

  /** Whoever counts by the calendar lets two rates through where one minute ends. */
  @Test
  void countsByNoCalendar() {
    RateGauge gauge = perSecond(3);
    for (int i = 0; i < 3; i++) {
      gauge.started(SECOND - 1);
    }

    assertThat(isOpen(gauge, SECOND + 1)).isFalse();
    assertThat(isOpen(gauge, 2 * SECOND + SLICE - 1)).isFalse();
    assertThat(isOpen(gauge, 2 * SECOND + SLICE)).isTrue();
  }

  /** What counts is exactly what was started in the slices that a window touches. */
  @Seeds(40)
  void opensAsCountingAgainWould(long seed) {
    RandomGenerator chance = new Chance(seed).of("starts");
    int most = 1 + chance.nextInt(6);
    RateGauge gauge = perSecond(most);
    List<Long> starts = new ArrayList<>();
    long now = chance.nextLong(SECOND);

    for (int step = 0; step < 2_000; step++) {
      now += chance.nextInt(5) == 0 ? chance.nextLong(SECOND) : chance.nextLong(2 * SLICE);
      long oldest = now / SLICE - 65;
      long counted = starts.stream().filter(start -> start / SLICE >= oldest).count();
      assertThat(isOpen(gauge, now)).isEqualTo(counted < most);
      assertThat(gauge.starts(now)).isEqualTo((int) counted);
      if (counted < most) {
        gauge.started(now);
        starts.add(now);
      }
      if (chance.nextInt(40) == 0) {
        gauge = RateGauge.restore(gauge.rate(), gauge.state());
      }
    }
    assertThat(most(starts, SECOND)).isEqualTo(most);
  }

  /** Whenever what an earlier executor has sent arrives, within the bound. */
  @Seeds(40)
  void noWindowOfSeveralExecutorsHasMore(long seed) {
    RandomGenerator chance = new Chance(seed).of("starts");
    Limit.Window window = chance.nextBoolean() ? Limit.Window.SECOND : Limit.Window.MINUTE;
    int most = 1 + chance.nextInt(6);
    long micros = window.length().toNanos() / 1_000;
    RateGauge gauge = new RateGauge(new Limit.Rate(most, window));
    List<Arrival> arrivals = new ArrayList<>();
    List<Long> starts = new ArrayList<>();
    int executor = 0;
    long now = 0;

    for (int step = 0; step < 3_000; step++) {
      now += chance.nextInt(4) == 0 ? chance.nextLong(micros / 8) : chance.nextLong(2 * SLICE);
      if (chance.nextInt(60) == 0) {
        gauge.tookOver(now);
        for (long start : starts) {
          boolean isLate = start > now - RateGauge.LATE_MICROS;
          arrivals.add(new Arrival(isLate ? late(chance, start, now) : start, executor));
        }
        starts.clear();
        executor++;
      }
      if (isOpen(gauge, now)) {
        gauge.started(now);
        starts.add(now);
      }
      assertThat(gauge.slices()).hasSizeLessThanOrEqualTo(ScopeState.Rate.MAX_SLICES);
    }
    for (long start : starts) {
      arrivals.add(new Arrival(start, executor));
    }

    assertThat(executor).isPositive();
    assertThat(mostOfSeveral(arrivals, micros)).isBetween(1, most);
  }

  private static long late(RandomGenerator chance, long start, long takenOver) {
    return chance.nextBoolean()
        ? Math.min(start, takenOver) + RateGauge.LATE_MICROS
        : start + chance.nextLong(RateGauge.LATE_MICROS);
  }

  private record Arrival(long micros, int executor) {}

  /** The most within any window that begins with a start and has starts of several executors. */
  private static int mostOfSeveral(List<Arrival> arrivals, long window) {
    List<Arrival> sorted = new ArrayList<>(arrivals);
    sorted.sort(Comparator.comparingLong(Arrival::micros));
    int most = 1;
    for (int first = 0; first < sorted.size(); first++) {
      Arrival begin = sorted.get(first);
      boolean isMixed = false;
      for (int last = first; last < sorted.size(); last++) {
        Arrival end = sorted.get(last);
        if (end.micros() - begin.micros() >= window) {
          break;
        }
        isMixed |= end.executor() != begin.executor();
        most = isMixed ? Math.max(most, last - first + 1) : most;
      }
    }
    return most;
  }

  /** Two seconds of it only: what was started before has arrived. */
  @Test
  void aTakeOverMovesWhatWasJustStartedAndForgetsNothing() {
    RateGauge gauge = new RateGauge(new Limit.Rate(3, Limit.Window.MINUTE));
    gauge.started(0);
    gauge.started(100 * SECOND / 10);
    gauge.started(31 * SECOND);

    gauge.tookOver(32 * SECOND);

    assertThat(gauge.sum()).isEqualTo(3);
    long slice = 60 * SECOND / 64;
    assertThat(gauge.slices())
        .extracting(ScopeState.Slice::number)
        .containsExactly(0L, 10 * SECOND / slice, 34 * SECOND / slice);
  }

  /** Of the last two seconds it knows one: what it has forgotten may arrive as well. */
  @Test
  void aTakeOverClosesAShortWindowThatWasInUseAndNoOther() {
    RateGauge used = perSecond(3);
    used.started(5 * SECOND);
    RateGauge idle = perSecond(3);
    idle.started(SECOND);

    used.tookOver(6 * SECOND + SECOND / 2);
    idle.tookOver(6 * SECOND);

    assertThat(used.opensAtMicros()).isEqualTo(8 * SECOND + SECOND / 2 + COUNTS);
    assertThat(idle.opensAtMicros()).isZero();
  }

  @Test
  void keepsItsStartsWhenTheRateChanges() {
    RateGauge gauge = perSecond(4);
    for (int i = 0; i < 4; i++) {
      gauge.started(i * SLICE);
    }

    RateGauge lower = gauge.with(new Limit.Rate(2, Limit.Window.SECOND));

    assertThat(lower.opensAtMicros()).isEqualTo(2 * SLICE + COUNTS);
    assertThat(gauge.with(new Limit.Rate(5, Limit.Window.SECOND)).opensAtMicros()).isZero();
  }

  @Test
  void letsNothingStartForAWindowWhereItsPastIsNotKnown() {
    assertThat(perSecond(4).used(5 * SECOND).opensAtMicros()).isEqualTo(5 * SECOND + COUNTS);
  }

  @Test
  void staysAtTheEndOfTime() {
    RateGauge gauge = perSecond(1);

    gauge.started(Long.MAX_VALUE);
    gauge.tookOver(Long.MAX_VALUE);

    assertThat(gauge.opensAtMicros()).isEqualTo(Long.MAX_VALUE);
  }

  /** The most within any window that begins with a start. */
  private static int most(List<Long> arrivals, long window) {
    List<Long> sorted = new ArrayList<>(arrivals);
    Collections.sort(sorted);
    int most = 0;
    int first = 0;
    for (int last = 0; last < sorted.size(); last++) {
      while (sorted.get(last) - sorted.get(first) >= window) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }
}
