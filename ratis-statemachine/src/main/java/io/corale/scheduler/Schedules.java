package io.corale.scheduler;

import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;
import io.corale.model.Refusal;
import io.corale.scheduler.Schedule.Due;
import io.corale.scheduler.Schedule.Point;
import java.util.Optional;

/**
 * Runs compositions by themselves: an occurrence that is due is an invocation in the same entry,
 * whose root waits to be interpreted, so none is lost or doubled, whoever leads. For {@link Timing}
 * of calendars the superpeer says when the next one is due; by events, {@link Triggers} know; the
 * others count cell time.
 */
final class Schedules {
  /** One for each composition that a cell may define. */
  static final int MAX_SCHEDULES = Definitions.MAX_DEFINITIONS;

  private final Definitions definitions;
  private final Timetable timetable;
  private final Occurrences occurrences;
  private final Triggers triggers;

  Schedules(
      Definitions definitions, Timetable timetable, Occurrences occurrences, Triggers triggers) {
    this.definitions = definitions;
    this.timetable = timetable;
    this.occurrences = occurrences;
    this.triggers = triggers;
  }

  /** The highest version that was ever planned counts. */
  Result plan(Pass pass, Command.Schedule command) {
    Schedule.Plan plan = command.plan();
    CompositionRef composition = plan.composition();
    if (!definitions.has(composition)) {
      return refused(Refusal.Code.NOT_FOUND, "composition " + composition + " is not defined here");
    }
    Optional<Schedule> known = timetable.find(composition.name());
    if (known.isPresent() && composition.compareTo(known.get().plan().composition()) <= 0) {
      return new Result.Done();
    }
    if (known.isEmpty() && timetable.size() >= MAX_SCHEDULES) {
      return refused(Refusal.Code.OVERLOADED, "the cell has " + MAX_SCHEDULES + " schedules");
    }
    Point now = new Point(pass.nowMicros(), command.wallMillis());
    Schedule planned =
        known.map(was -> timetable.unset(was).planned(plan, now)).orElse(Schedule.of(plan, now));
    timetable.put(pass, begin(pass, planned));
    known.ifPresent(
        was -> triggers.hearAgain(pass, was.consumption().mailbox(), composition.name()));
    return new Result.Done();
  }

  /** Stops one, or starts it again; idempotent. */
  Result halt(Pass pass, Command.Halt command) {
    Optional<Schedule> found = timetable.find(command.name());
    if (found.isEmpty()) {
      return refused(Refusal.Code.NOT_FOUND, "'" + command.name() + "' has no schedule here");
    }
    Schedule known = found.get();
    if (known.isStopped() != command.isStopped()) {
      Point now = new Point(pass.nowMicros(), command.wallMillis());
      Schedule unset = timetable.unset(known);
      timetable.put(pass, command.isStopped() ? unset.stopped() : begin(pass, unset.started(now)));
    }
    return new Result.Done();
  }

  /** The superpeer has looked at its calendar and its clock. */
  Result aim(Pass pass, Command.Aim command) {
    Schedule known = timetable.find(command.name()).orElse(null);
    if (known == null) {
      return new Result.Done();
    }
    Point at = new Point(CellClock.later(pass.nowMicros(), command.micros()), command.wallMillis());
    if (known.listens().isPresent()) {
      timetable.put(pass, known.at(at));
    } else if (known.turn() == command.turn() && known.aims() && known.refusals() == 0) {
      timetable.put(pass, timetable.set(known, at));
    }
    return new Result.Done();
  }

  /** The interpreter has compared an event. */
  Result compared(Pass pass, Command.Compared command) {
    return triggers.compared(pass, command);
  }

  /** It begins to count, from now. */
  private Schedule begin(Pass pass, Schedule schedule) {
    if (!schedule.isActive()) {
      return schedule;
    }
    return schedule.plan().timing() instanceof Timing.After && schedule.counts().live() > 0
        ? schedule
        : next(pass, schedule);
  }

  /** Its time has come; its alarm is taken out already. */
  void due(Pass pass, String name) {
    Schedule schedule = timetable.require(name);
    Due due = schedule.due().orElseThrow();
    if (schedule.refusals() > 0) {
      timetable.put(pass, occur(pass, schedule.taken(schedule.last())));
      return;
    }
    Schedule taken = schedule.taken(due.at());
    if (schedule.counts().live() == 0 || schedule.plan().overlap() == Overlap.ALLOW) {
      timetable.put(pass, occur(pass, taken));
    } else if (schedule.plan().overlap() == Overlap.WAIT && !schedule.isWaiting()) {
      timetable.put(pass, next(pass, taken.waiting(true)));
    } else {
      timetable.put(pass, next(pass, taken.withSkipped(1)));
    }
  }

  /** Begins an invocation, or tries again later. */
  private Schedule occur(Pass pass, Schedule schedule) {
    Schedule after = occurrences.begin(pass, schedule);
    return after.due().isPresent() ? after : next(pass, after);
  }

  /** When it is due next, counted from its last turn; a calendar says so later. */
  private Schedule next(Pass pass, Schedule schedule) {
    Timing timing = schedule.plan().timing();
    if (timing instanceof Timing.Every every) {
      long passed = Math.max(0, pass.nowMicros() - schedule.last().micros());
      long missed = passed / every.micros();
      Point next = schedule.last().later(missed * every.micros()).later(every.micros());
      return timetable.set(schedule.withSkipped(missed), next);
    }
    if (timing instanceof Timing.After after && schedule.counts().live() == 0) {
      return timetable.set(schedule, schedule.last().at(pass.nowMicros()).later(after.micros()));
    }
    return triggers.goOn(pass, schedule);
  }

  /** An invocation has ended; it may be one of a schedule. */
  void ended(Pass pass, InvocationId id) {
    Schedule schedule = id.schedule().flatMap(timetable::find).orElse(null);
    if (schedule == null) {
      return;
    }
    Schedule after = schedule.with(schedule.counts().withOneEnded());
    if (after.counts().live() > 0 || !after.isActive()) {
      timetable.put(pass, after);
    } else if (after.isWaiting()) {
      // It keeps the time of the turn in which it began to wait.
      timetable.put(pass, occur(pass, after.waiting(false)));
    } else {
      timetable.put(
          pass, after.plan().timing() instanceof Timing.After ? next(pass, after) : after);
    }
  }

  private static Result refused(Refusal.Code code, String message) {
    return new Result.Refused(Refusal.of(code, message));
  }
}
