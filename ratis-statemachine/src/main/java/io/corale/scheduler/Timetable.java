package io.corale.scheduler;

import io.corale.model.Event;
import io.corale.scheduler.Schedule.Due;
import io.corale.scheduler.Schedule.Point;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The schedules of a cell with their alarms, and what each asks of the superpeer. */
final class Timetable {
  private final Records records;
  private final Alarms alarms;
  private final Pages<String, Schedule> schedules = new Pages<>(Schedule::name);

  /** The names of those that begin by events. */
  private final Set<String> listening = new LinkedHashSet<>();

  Timetable(Records records, Alarms alarms) {
    this.records = records;
    this.alarms = alarms;
  }

  int size() {
    return schedules.size();
  }

  Optional<Schedule> find(String name) {
    return Optional.ofNullable(schedules.get(name));
  }

  Schedule require(String name) {
    return find(name).orElseThrow(() -> new IllegalStateException("no schedule " + name));
  }

  /** All of them, in the order in which they were planned first. */
  Collection<Schedule> all() {
    return schedules.values();
  }

  List<Schedule> image() {
    return schedules.freeze();
  }

  /** Whom an event may be for, by name: a snapshot gives schedules back in an order of its own. */
  List<String> listening(Event event) {
    List<String> names = new ArrayList<>();
    for (String name : listening) {
      if (require(name).listens().filter(on -> on.accepts(event)).isPresent()) {
        names.add(name);
      }
    }
    names.sort(null);
    return names;
  }

  /** It is due then. */
  Schedule set(Schedule schedule, Point at) {
    Schedule due = unset(schedule).due(new Due(at, records.nextSequence()));
    alarms.set(due);
    return due;
  }

  /** Without its alarm, where it has one. */
  Schedule unset(Schedule schedule) {
    alarms.callOff(schedule);
    return schedule;
  }

  void put(Pass pass, Schedule schedule) {
    Schedule before = keep(schedule);
    if (schedule.aims() && schedule.due().isEmpty()) {
      pass.emit(new Effect.Aim(schedule));
    }
    if (schedule.compares().isPresent()
        && (before == null || !schedule.compares().equals(before.compares()))) {
      pass.emit(compare(schedule, pass.nowMicros()));
    }
  }

  private @Nullable Schedule keep(Schedule schedule) {
    Schedule before = schedules.put(schedule);
    records.weigh(before, schedule);
    if (schedule.listens().isPresent()) {
      listening.add(schedule.name());
    } else {
      listening.remove(schedule.name());
    }
    return before;
  }

  private static Effect compare(Schedule schedule, long nowMicros) {
    return new Effect.Compare(schedule, schedule.last().at(nowMicros).wallMillis());
  }

  void restore(Schedule schedule) {
    keep(schedule);
    if (schedule.due().isPresent()) {
      alarms.set(schedule);
    }
  }

  /** What a new superpeer must look up: its clock has gone on while nobody led. */
  List<Effect> resume(long nowMicros) {
    List<Effect> effects = new ArrayList<>();
    for (Schedule schedule : schedules.values()) {
      boolean aims = schedule.aims() && schedule.refusals() == 0;
      if (aims || schedule.listens().isPresent()) {
        effects.add(new Effect.Aim(schedule));
      }
      if (schedule.compares().isPresent()) {
        effects.add(compare(schedule, nowMicros));
      }
    }
    return effects;
  }
}
