package io.corale.node.step;

import io.corale.flow.Cron;
import io.corale.node.cell.Calendar;
import io.corale.scheduler.Command;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Timing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when schedules are due by the node's wall clock. What was missed while nobody led is due at
 * once, and once only; a clock that is wrong moves a turn by no more than one interval of {@code
 * every} and {@code after}, and stops a calendar for minutes at most. What begins by events is only
 * told the time. Thread-safe.
 */
public final class WallCalendar implements Calendar {
  private static final Logger log = LoggerFactory.getLogger(WallCalendar.class);

  /** Where a calendar had no day any more: no superpeer leads so long, and the next looks again. */
  private static final long NEVER_MILLIS = Duration.ofDays(36_500).toMillis();

  /**
   * By more, no two clocks differ that somebody looks after. If the last turn is further ahead, the
   * clock of its superpeer was wrong: to wait until then would stop the calendar for as long.
   */
  static final Duration MOST_AHEAD = Duration.ofMinutes(5);

  private final Clock wall;

  /**
   * @param wall of this node
   */
  public WallCalendar(Clock wall) {
    this.wall = wall;
  }

  @Override
  public Command.Aim aim(Schedule schedule) {
    long now = wall.millis();
    if (schedule.plan().timing() instanceof Timing.On) {
      return new Command.Aim(schedule.name(), schedule.turn(), 0, now);
    }
    long due = Math.max(now, Math.min(due(schedule, now), latest(schedule, now)));
    return new Command.Aim(schedule.name(), schedule.turn(), (due - now) * 1_000, due);
  }

  private static long due(Schedule schedule, long now) {
    if (schedule.plan().timing() instanceof Timing.Cron cron) {
      return Cron.parse(cron.expression()).next(last(schedule, now)).orElse(now + NEVER_MILLIS);
    }
    return schedule.due().map(due -> due.at().wallMillis()).orElse(now);
  }

  /** After which a calendar looks for its next day. */
  private static long last(Schedule schedule, long now) {
    long last = schedule.last().wallMillis();
    if (last - now <= MOST_AHEAD.toMillis()) {
      return last;
    }
    log.warn(
        "schedule '{}' had its last turn at {}, which is yet to come by this node's clock;"
            + " it goes on from now and may repeat a turn: look at the clocks of the nodes",
        schedule.name(),
        Instant.ofEpochMilli(last));
    return now;
  }

  private static long latest(Schedule schedule, long now) {
    Timing timing = schedule.plan().timing();
    if (timing instanceof Timing.Every every) {
      return now + every.micros() / 1_000;
    }
    return timing instanceof Timing.After after ? now + after.micros() / 1_000 : Long.MAX_VALUE;
  }
}
