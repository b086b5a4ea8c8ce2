package io.corale.scheduler.wire;

import io.corale.scheduler.Command;
import io.corale.scheduler.Consumption;
import io.corale.scheduler.Overlap;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Timing;
import io.corale.wire.Log;
import io.corale.wire.Snapshots;
import java.util.Optional;

/** Translates schedules, of the log and of a snapshot. */
final class ScheduleCodec {
  private ScheduleCodec() {}

  static Log.Schedule write(Command.Schedule command) {
    return Log.Schedule.newBuilder()
        .setPlan(write(command.plan()))
        .setWallMillis(command.wallMillis())
        .build();
  }

  static Command.Schedule read(Log.Schedule wire) {
    return new Command.Schedule(read(wire.getPlan()), wire.getWallMillis());
  }

  static Log.Aim write(Command.Aim aim) {
    return Log.Aim.newBuilder()
        .setName(aim.name())
        .setTurn(aim.turn())
        .setMicros(aim.micros())
        .setWallMillis(aim.wallMillis())
        .build();
  }

  static Command.Aim read(Log.Aim wire) {
    return new Command.Aim(wire.getName(), wire.getTurn(), wire.getMicros(), wire.getWallMillis());
  }

  static Log.Halt write(Command.Halt halt) {
    return Log.Halt.newBuilder()
        .setName(halt.name())
        .setStopped(halt.isStopped())
        .setWallMillis(halt.wallMillis())
        .build();
  }

  static Command.Halt read(Log.Halt wire) {
    return new Command.Halt(wire.getName(), wire.getStopped(), wire.getWallMillis());
  }

  private static Log.SchedulePlan write(Schedule.Plan plan) {
    return Log.SchedulePlan.newBuilder()
        .setComposition(Words.write(plan.composition()))
        .setTiming(write(plan.timing()))
        .setOverlap(
            switch (plan.overlap()) {
              case ALLOW -> Log.SchedulePlan.Overlap.ALLOW;
              case SKIP -> Log.SchedulePlan.Overlap.SKIP;
              case WAIT -> Log.SchedulePlan.Overlap.WAIT;
            })
        .setRankMicros(plan.rankMicros())
        .build();
  }

  private static Schedule.Plan read(Log.SchedulePlan wire) {
    return new Schedule.Plan(
        Words.read(wire.getComposition()),
        read(wire.getTiming()),
        switch (wire.getOverlap()) {
          case ALLOW -> Overlap.ALLOW;
          case SKIP -> Overlap.SKIP;
          case WAIT -> Overlap.WAIT;
          case UNRECOGNIZED ->
              throw new UnknownFormat("unknown overlap of a schedule: " + wire.getOverlapValue());
        },
        wire.getRankMicros());
  }

  private static Log.Timing write(Timing timing) {
    Log.Timing.Builder wire = Log.Timing.newBuilder();
    if (timing instanceof Timing.Every every) {
      wire.setEveryMicros(every.micros());
    } else if (timing instanceof Timing.After after) {
      wire.setAfterMicros(after.micros());
    } else if (timing instanceof Timing.Cron cron) {
      wire.setCron(cron.expression());
    } else if (timing instanceof Timing.On on) {
      Log.Timing.On.Builder events =
          Log.Timing.On.newBuilder().setAll(on.isAll()).setExact(on.isExact());
      on.filters().forEach(filter -> events.addFilters(Words.write(filter)));
      wire.setOn(events);
    } else {
      wire.setNever(Log.Timing.Never.getDefaultInstance());
    }
    return wire.build();
  }

  private static Timing read(Log.Timing wire) {
    return switch (wire.getWhenCase()) {
      case NEVER -> new Timing.Never();
      case EVERY_MICROS -> new Timing.Every(wire.getEveryMicros());
      case AFTER_MICROS -> new Timing.After(wire.getAfterMicros());
      case CRON -> new Timing.Cron(wire.getCron());
      case ON ->
          new Timing.On(
              wire.getOn().getAll(),
              wire.getOn().getFiltersList().stream().map(Words::read).toList(),
              wire.getOn().getExact());
      case WHEN_NOT_SET -> throw new UnknownFormat("unknown timing of a schedule");
    };
  }

  static Snapshots.Schedule write(Schedule schedule) {
    Snapshots.Schedule.Builder wire =
        Snapshots.Schedule.newBuilder()
            .setPlan(write(schedule.plan()))
            .setTurn(schedule.turn())
            .setStopped(schedule.isStopped())
            .setWaiting(schedule.isWaiting())
            .setBegun(schedule.counts().begun())
            .setSkipped(schedule.counts().skipped())
            .setLive(schedule.counts().live())
            .setLast(write(schedule.last()))
            .setRefusals(schedule.refusals());
    schedule.due().ifPresent(due -> wire.setDue(write(due.at())).setDueSequence(due.sequence()));
    Consumption consumption = schedule.consumption();
    consumption.mailbox().forEach(mail -> wire.addMailbox(EventRecords.write(mail)));
    consumption.parts().forEach(part -> wire.addParts(write(part)));
    consumption.whole().forEach(mail -> wire.addWhole(EventRecords.write(mail)));
    return wire.build();
  }

  private static Snapshots.Schedule.Part write(Consumption.Part part) {
    Snapshots.Schedule.Part.Builder wire =
        Snapshots.Schedule.Part.newBuilder()
            .addAllFilters(part.filters())
            .setExpected(part.expected().bytes());
    part.mails().forEach(mail -> wire.addMails(EventRecords.write(mail)));
    return wire.build();
  }

  private static Consumption.Part read(Snapshots.Schedule.Part wire) {
    return new Consumption.Part(
        wire.getFiltersList(),
        wire.getMailsList().stream().map(EventRecords::read).toList(),
        Words.payload(wire.getExpected()));
  }

  static Schedule read(Snapshots.Schedule wire) {
    return new Schedule(
        read(wire.getPlan()),
        wire.getTurn(),
        wire.getStopped(),
        wire.getWaiting(),
        new Schedule.Counts(wire.getBegun(), wire.getSkipped(), wire.getLive()),
        read(wire.getLast()),
        wire.hasDue()
            ? Optional.of(new Schedule.Due(read(wire.getDue()), wire.getDueSequence()))
            : Optional.empty(),
        wire.getRefusals(),
        new Consumption(
            wire.getMailboxList().stream().map(EventRecords::read).toList(),
            wire.getPartsList().stream().map(ScheduleCodec::read).toList(),
            wire.getWholeList().stream().map(EventRecords::read).toList()));
  }

  private static Snapshots.Schedule.Point write(Schedule.Point point) {
    return Snapshots.Schedule.Point.newBuilder()
        .setMicros(point.micros())
        .setWallMillis(point.wallMillis())
        .build();
  }

  private static Schedule.Point read(Snapshots.Schedule.Point wire) {
    return new Schedule.Point(wire.getMicros(), wire.getWallMillis());
  }
}
