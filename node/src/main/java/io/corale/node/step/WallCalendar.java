package io.corale.node.step;

import io.corale.flow.Cron;
import io.corale.node.cell.Calendar;
import io.corale.scheduler.Command;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Timing;
import java.time.Clock;
import java.time.Duration;

/**
 * Says when schedules are due by the node's wall clock. What was missed while nobody led is due at
 * once, and once only; a clock that is wrong moves a turn by no more than one interval of {@code
 * every} and {@code after}. Thread-safe.
 */
public final class WallCalendar implements Calendar {
  /** Where a calendar has no day any more, somebody looks again after a year. */
  private static final long NEVER_MILLIS = Duration.ofDays(365).toMillis();

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
    long due = Math.max(now, Math.min(due(schedule, now), latest(schedule, now)));
    return new Command.Aim(schedule.name(), schedule.turn(), (due - now) * 1_000, due);
  }

  private static long due(Schedule schedule, long now) {
    if (schedule.plan().timing() instanceof Timing.Cron cron) {
      return Cron.parse(cron.expression())
          .next(schedule.last().wallMillis())
          .orElse(now + NEVER_MILLIS);
    }
    return schedule.due().map(due -> due.at().wallMillis()).orElse(now);
  }

  private static long latest(Schedule schedule, long now) {
    Timing timing = schedule.plan().timing();
    if (timing instanceof Timing.Every every) {
      return now + every.micros() / 1_000;
    }
    return timing instanceof Timing.After after ? now + after.micros() / 1_000 : Long.MAX_VALUE;
  }
}
