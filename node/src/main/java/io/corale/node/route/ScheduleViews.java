package io.corale.node.route;

import io.corale.model.InvocationId;
import io.corale.node.cell.Cell;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Timing;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** The schedules of a cell, in the words of the door. */
final class ScheduleViews {
  private ScheduleViews() {}

  static Door.Response.Builder of(Cell cell) {
    return cell.read(
        scheduler -> {
          Door.ScheduleList.Builder list =
              Door.ScheduleList.newBuilder().setIndex(scheduler.appliedIndex());
          scheduler.schedules().forEach(schedule -> list.addSchedules(report(schedule)));
          return Door.Response.newBuilder().setSchedules(list);
        });
  }

  static Door.ScheduleReport report(Schedule schedule) {
    Schedule.Counts counts = schedule.counts();
    Door.ScheduleReport.Builder report =
        Door.ScheduleReport.newBuilder()
            .setComposition(Encode.composition(schedule.plan().composition()))
            .setTiming(words(schedule.plan().timing()))
            .setOverlap(schedule.plan().overlap().name().toLowerCase(Locale.ROOT))
            .setState(state(schedule))
            .setBegun(counts.begun())
            .setSkipped(counts.skipped())
            .setLive(counts.live())
            .setRefusals(schedule.refusals())
            .setEvents(schedule.consumption().events());
    schedule.due().ifPresent(due -> report.setNextWallMillis(due.at().wallMillis()));
    if (counts.begun() > 0) {
      report
          .setLastInvocation(InvocationId.scheduled(schedule.name(), counts.begun()).value())
          .setLastWallMillis(schedule.last().wallMillis());
    }
    return report.build();
  }

  private static Door.ScheduleReport.State state(Schedule schedule) {
    if (schedule.plan().timing() instanceof Timing.Never) {
      return Door.ScheduleReport.State.OVER;
    }
    if (schedule.isStopped()) {
      return Door.ScheduleReport.State.STOPPED;
    }
    if (schedule.refusals() > 0) {
      return Door.ScheduleReport.State.HELD;
    }
    return schedule.isWaiting()
        ? Door.ScheduleReport.State.WAITING
        : Door.ScheduleReport.State.ACTIVE;
  }

  private static String words(Timing timing) {
    if (timing instanceof Timing.Every every) {
      return "every " + Duration.of(every.micros(), ChronoUnit.MICROS);
    }
    if (timing instanceof Timing.After after) {
      return "after " + Duration.of(after.micros(), ChronoUnit.MICROS);
    }
    if (timing instanceof Timing.On on) {
      return on.words();
    }
    return timing instanceof Timing.Cron cron ? "cron " + cron.expression() : "never";
  }
}
