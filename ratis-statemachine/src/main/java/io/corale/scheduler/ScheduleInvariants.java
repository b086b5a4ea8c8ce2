package io.corale.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks for what must never be of schedules, and of the events that they have. */
final class ScheduleInvariants {
  private final Records records;
  private final Alarms alarms;
  private final Timetable timetable;
  private final List<String> broken = new ArrayList<>();

  ScheduleInvariants(Records records, Alarms alarms, Timetable timetable) {
    this.records = records;
    this.alarms = alarms;
    this.timetable = timetable;
  }

  List<String> broken() {
    timetable.all().forEach(this::check);
    return broken;
  }

  /** It has its alarm, and as many invocations live as it counts; who stops does nothing more. */
  private void check(Schedule schedule) {
    String name = "schedule " + schedule.name();
    long live =
        records.invocations().stream()
            .filter(Invocation::isLive)
            .filter(each -> each.id().schedule().equals(Optional.of(schedule.name())))
            .count();
    check(
        live == schedule.counts().live(),
        () -> name + " counts " + schedule.counts().live() + " live invocations of " + live);
    check(alarms.has(schedule), () -> name + " has not the alarm that it should");
    check(
        schedule.isActive() || (schedule.due().isEmpty() && !schedule.isWaiting()),
        () -> name + " is at rest and is to do something");
    check(
        schedule.refusals() == 0 || schedule.due().isPresent(),
        () -> name + " has forgotten an occurrence");
    check(
        !schedule.isWaiting() || live > 0, () -> name + " waits for the end of what does not run");
    boolean counts =
        schedule.plan().timing() instanceof Timing.Every
            || (schedule.plan().timing() instanceof Timing.After && live == 0);
    check(
        !schedule.isActive() || !counts || schedule.due().isPresent(),
        () -> name + " will never be due again");
    checkConsumption(name, schedule);
  }

  /** Of events it has no more than it may, and compares them where it can. */
  private void checkConsumption(String name, Schedule schedule) {
    Consumption consumption = schedule.consumption();
    Optional<Timing.On> on = schedule.listens();
    check(on.isPresent() || consumption.events() == 0, () -> name + " has events of no use");
    check(consumption.mailbox().size() <= Ear.MAX_EVENTS, () -> name + " has too many events");
    check(consumption.parts().size() <= Consumption.MAX_PARTS, () -> name + " has too many sets");
    check(
        consumption.mailbox().isEmpty()
            || schedule.refusals() > 0
            || schedule.compares().isPresent(),
        () -> name + " has events that nobody will compare");
    check(
        on.isEmpty()
            || consumption.whole().isEmpty() == (schedule.refusals() == 0 && !schedule.isWaiting()),
        () -> name + " has a set that is whole, and does not begin by it");
    for (Consumption.Part part : consumption.parts()) {
      check(
          part.filters().size() == part.mails().size()
              && part.filters().stream().distinct().count() == part.filters().size(),
          () -> name + " has a set with two events for one filter");
      check(
          on.isEmpty() || part.filters().size() < on.get().filters().size(),
          () -> name + " has a set that is whole and takes it for a part");
    }
  }

  private void check(boolean holds, Supplier<String> violation) {
    if (!holds) {
      broken.add(violation.get());
    }
  }
}
