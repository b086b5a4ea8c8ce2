package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.scheduler.Explanation.Expected;
import io.corale.sim.Chance;
import io.corale.sim.Seeds;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What is said of when a call starts, in virtual time. */
class ForecastTest {
  private static final int SLOTS = 4;
  private static final long MEAN_MICROS = 200_000;

  @Test
  void saysThatItKnowsNothingBeforeItHasSeenFifty() {
    Ratios ratios = new Ratios();
    for (int i = 1; i < 50; i++) {
      ratios.waited(8_000, ratios.band(8_000), 8_000);
    }
    assertThat(ratios.band(8_000)).isEqualTo(new Forecast.Band(4_000, 32_000, false, 49));

    ratios.waited(8_000, ratios.band(8_000), 8_000);

    assertThat(ratios.band(8_000)).isEqualTo(new Forecast.Band(8_000, 8_000, true, 50));
    assertThat(ratios.band(1_000_000).isCalibrated()).isFalse();
  }

  /** Four of five, as long as the load stays as it is, in each seed within what chance allows. */
  @Seeds(8)
  void theBandHoldsFourOfFive(long seed) {
    Load load = new Load(seed, .9);
    load.run(6_000);
    load.asks = true;
    load.run(24_000);

    assertThat(load.uncalibrated).isZero();
    assertThat(load.asked).isGreaterThan(300);
    assertThat(100.0 * load.inBand / load.asked).isBetween(68.0, 92.0);
  }

  @Test
  void forgetsWhatItKnewWhenAnotherTermBegins() {
    Load load = new Load(2, .95);
    load.run(6_000);
    assertThat(load.forecast.band(new Expected(MEAN_MICROS, false)).isCalibrated()).isTrue();

    load.forecast.forget();

    assertThat(load.forecast.band(new Expected(MEAN_MICROS, false)).isCalibrated()).isFalse();
  }

  /** A start that was applied before a call was looked at is none of its starts after. */
  @Test
  void countsNoStartTwice() {
    TestCell cell = LimitCell.open(LimitCell.root(9), LimitCell.leaf("a", 9));
    Applied first = cell.apply(0, LimitCell.submit("x", "a"));
    long index = cell.index();
    cell.apply(0, LimitCell.throttled(cell, "x", Duration.ofSeconds(3)));
    Forecast forecast = new Forecast(new Chance(3).of("forecast"));
    for (int i = 0; i < 60; i++) {
      forecast.look(cell.scheduler);
      forecast.applied(index, first);
    }
    assertThat(forecast.opened()).isEqualTo(60);
    assertThat(forecast.band(new Expected(3 * TestCell.SECOND, false)).samples()).isZero();

    Applied second = cell.apply(3 * TestCell.SECOND, new Command.Tick());
    forecast.applied(cell.index(), second);

    assertThat(forecast.opened()).isZero();
    assertThat(forecast.band(new Expected(3 * TestCell.SECOND, false)).samples()).isEqualTo(60);
  }

  /** A tenth of what was seen came earlier, and a tenth later, until a bound is missed. */
  @Test
  void theBandGoesFromTheTenthToTheNinetiethPercentile() {
    Ratios ratios = new Ratios();
    Forecast.Band guess = new Forecast.Band(0, 0, false, 0);
    for (int i = 1; i < 100; i++) {
      ratios.waited(8_000, guess, i * 8_000L);
    }

    assertThat(ratios.band(8_000)).isEqualTo(new Forecast.Band(80_000, 720_000, true, 99));

    ratios.isLate(ratios.band(8_000));

    assertThat(ratios.band(8_000).highMicros()).isBetween(750_000L, 753_000L);
    assertThat(ratios.band(8_000).lowMicros()).isEqualTo(80_000);
  }

  /** What is long to copy and to run is done less often. */
  @Test
  void pausesForLongerAfterWhatCostsMore() {
    TestCell cell = LimitCell.open(LimitCell.root(9), LimitCell.leaf("a", 1));
    cell.withoutInvariants();
    cell.apply(0, LimitCell.submits(200, "a"));
    Forecast forecast = new Forecast(new Chance(3).of("forecast"));
    long nowMicros = cell.scheduler.cellTimeMicros();
    int longer = 0;
    for (int i = 0; i < 20; i++) {
      forecast.look(cell.scheduler);
      longer += forecast.isDue(nowMicros + 40_000) ? 0 : 1;
    }

    assertThat(longer).isGreaterThan(10);
  }

  /** What is open is bounded, though nothing ever starts. */
  @Test
  void looksLessOftenWhereNothingStarts() {
    TestCell cell = TestCell.open(1);
    cell.withoutInvariants();
    cell.apply(0, TestCell.submit("a"), TestCell.submit("b"), TestCell.submit("c"));
    Forecast forecast = new Forecast(new Chance(3).of("forecast"));
    int looks = 0;
    for (int i = 0; i < 20_000; i++) {
      cell.apply(20_000, new Command.Tick());
      if (forecast.isDue(cell.scheduler.cellTimeMicros())) {
        forecast.look(cell.scheduler);
        looks++;
      }
      assertThat(forecast.opened()).isLessThanOrEqualTo(Forecast.MOST_OPEN);
      assertThat(forecast.awaited()).isLessThanOrEqualTo(forecast.opened());
    }

    assertThat(looks).isLessThan(8_000);
  }

  /** Calls that come at random and last as long as it happens, on the real scheduler. */
  private static final class Load {
    private final TestCell cell = new TestCell().opened(TestCell.account(1, SLOTS));
    private final RandomGenerator chance;
    private final Forecast forecast;
    private final double load;
    private final PriorityQueue<Long> arrivals = new PriorityQueue<>();
    private final PriorityQueue<End> ends =
        new PriorityQueue<>(Comparator.comparingLong(End::atMicros));
    private final List<Ask> open = new ArrayList<>();
    private final Deque<String> recent = new ArrayDeque<>();
    private long nowMicros;
    private int number;
    private boolean asks;
    private int asked;
    private int inBand;
    private int uncalibrated;

    private record End(long atMicros, AttemptId attempt) {}

    private record Ask(CallId call, long atMicros, Forecast.Band band) {}

    Load(long seed, double load) {
      this.chance = new Chance(seed).of("load");
      this.forecast = new Forecast(new Chance(seed).of("forecast"));
      this.load = load;
      cell.withoutInvariants();
      arrivals.add(0L);
    }

    void run(int entries) {
      for (int i = 0; i < entries; i++) {
        step();
      }
    }

    private void step() {
      boolean isEnd = !ends.isEmpty() && ends.peek().atMicros() <= arrivals.peek();
      long at = isEnd ? ends.peek().atMicros() : arrivals.peek();
      Command command;
      if (isEnd) {
        command = TestCell.settle(ends.poll().attempt(), TestCell.at(0, 1, TestCell.end(0)));
      } else {
        arrivals.poll();
        arrivals.add(at + exponential(MEAN_MICROS / SLOTS / load));
        String id = "i" + number++;
        recent.addLast(id);
        if (recent.size() > 40) {
          recent.removeFirst();
        }
        command = TestCell.submit(id);
      }
      Applied applied = cell.apply(at - nowMicros, command);
      nowMicros = at;
      for (AttemptId attempt : TestCell.starts(applied)) {
        ends.add(new End(at + exponential(MEAN_MICROS), attempt));
        started(attempt.call());
      }
      forecast.applied(cell.index(), applied);
      if (forecast.isDue(cell.scheduler.cellTimeMicros())) {
        forecast.look(cell.scheduler);
      }
      if (asks && chance.nextInt(10) == 0) {
        ask();
      }
    }

    private void ask() {
      String id = List.copyOf(recent).get(chance.nextInt(recent.size()));
      Optional<Explained> explained =
          cell.scheduler.examine(TestCell.id(id)).map(Examination::explained);
      explained.stream()
          .flatMap(its -> its.calls().stream())
          .filter(call -> call.expected().isPresent())
          .forEach(
              call ->
                  open.add(
                      new Ask(
                          call.call(), nowMicros, forecast.band(call.expected().orElseThrow()))));
    }

    private void started(CallId call) {
      open.removeIf(
          ask -> {
            if (!ask.call().equals(call)) {
              return false;
            }
            long waited = nowMicros - ask.atMicros();
            asked++;
            uncalibrated += ask.band().isCalibrated() ? 0 : 1;
            inBand += waited >= ask.band().lowMicros() && waited <= ask.band().highMicros() ? 1 : 0;
            return true;
          });
    }

    private long exponential(double mean) {
      return Math.max(1, (long) (-mean * Math.log(1 - chance.nextDouble())));
    }
  }
}
