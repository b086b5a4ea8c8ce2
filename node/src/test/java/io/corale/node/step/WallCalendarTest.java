package io.corale.node.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CompositionRef;
import io.corale.scheduler.Command;
import io.corale.scheduler.Consumption;
import io.corale.scheduler.Overlap;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Timing;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a calendar and a wall clock say of the next turn (rule 8). */
class WallCalendarTest {
  private static final long MINUTE = 60_000;
  private static final long NOW = Instant.parse("2026-01-01T06:00:00Z").toEpochMilli();
  private static final Timing DAILY = new Timing.Cron("30 6 * * *");
  private static final Timing HOURLY = new Timing.Every(60 * MINUTE * 1_000);

  private static Command.Aim aim(Timing timing, long lastMillis, Optional<Long> dueMillis) {
    Schedule.Plan plan =
        new Schedule.Plan(new CompositionRef("report", "1.0.0"), timing, Overlap.ALLOW, 0);
    Schedule schedule =
        new Schedule(
            plan,
            7,
            false,
            false,
            new Schedule.Counts(0, 0, 0),
            new Schedule.Point(0, lastMillis),
            dueMillis.map(at -> new Schedule.Due(new Schedule.Point(0, at), 1)),
            0,
            Consumption.NONE);
    return new WallCalendar(Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC)).aim(schedule);
  }

  private static Command.Aim in(long minutes) {
    return new Command.Aim("report", 7, minutes * MINUTE * 1_000, NOW + minutes * MINUTE);
  }

  @Test
  void isDueWhenTheCalendarSaysSo() {
    assertThat(aim(DAILY, NOW, Optional.empty())).isEqualTo(in(30));
  }

  /** However many days nobody led: it makes up for one of them, and goes on from now. */
  @Test
  void makesUpOnceForWhatWasMissed() {
    assertThat(aim(DAILY, NOW - 3 * 24 * 60 * MINUTE, Optional.empty())).isEqualTo(in(0));
    assertThat(aim(HOURLY, NOW, Optional.of(NOW - 500 * MINUTE))).isEqualTo(in(0));
  }

  /** The clock of the superpeer before was ahead: what it began is not begun again. */
  @Test
  void repeatsNothingWhereClocksDiffer() {
    Timing soon = new Timing.Cron("3 6 * * *");

    assertThat(aim(soon, NOW + 3 * MINUTE, Optional.empty())).isEqualTo(in(3 + 24 * 60));
  }

  /** Better a turn twice, which the log of the node names, than none for a month. */
  @Test
  void aClockThatWasFarAheadStopsNoCalendar() {
    long month = 30 * 24 * 60 * MINUTE;

    assertThat(aim(DAILY, NOW + month, Optional.empty())).isEqualTo(in(30));
  }

  @Test
  void goesOnWithTheBeatOfTheSuperpeerBefore() {
    assertThat(aim(HOURLY, NOW, Optional.of(NOW + 20 * MINUTE))).isEqualTo(in(20));
  }

  @Test
  void aWrongClockMovesABeatByNoMoreThanOne() {
    assertThat(aim(HOURLY, NOW, Optional.of(NOW + 5_000 * MINUTE))).isEqualTo(in(60));
  }
}
