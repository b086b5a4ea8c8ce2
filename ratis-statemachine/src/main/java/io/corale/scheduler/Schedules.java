package io.corale.scheduler;

import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.scheduler.Schedule.Due;
import io.corale.scheduler.Schedule.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs compositions by themselves: an occurrence that is due is an invocation in the same entry,
 * whose root waits to be interpreted, so none is lost or doubled, whoever leads. For {@link Timing}
 * of calendars the superpeer says when the next one is due; the others count cell time.
 */
final class Schedules {
  /** One for each composition that a cell may define. */
  static final int MAX_SCHEDULES = Definitions.MAX_DEFINITIONS;

  /** Between two attempts to begin an occurrence for which there is no room: doubled each time. */
  static final long FIRST_PAUSE_MICROS = 1_000_000;

  static final long MOST_PAUSE_MICROS = 60_000_000;

  private final Map<CompositionRef, Payload> definitions;
  private final Records records;
  private final Alarms alarms;
  private final Receipts receipts;
  private final Runs runs;
  private final Map<String, Schedule> schedules = new LinkedHashMap<>();

  Schedules(
      Map<CompositionRef, Payload> definitions,
      Records records,
      Alarms alarms,
      Receipts receipts,
      Runs runs) {
    this.definitions = definitions;
    this.records = records;
    this.alarms = alarms;
    this.receipts = receipts;
    this.runs = runs;
  }

  /** The highest version that was ever planned counts. */
  Result plan(Pass pass, Command.Schedule command) {
    Schedule.Plan plan = command.plan();
    CompositionRef composition = plan.composition();
    if (!definitions.containsKey(composition)) {
      return refused(Refusal.Code.NOT_FOUND, "composition " + composition + " is not defined here");
    }
    Schedule known = schedules.get(composition.name());
    if (known != null && composition.compareTo(known.plan().composition()) <= 0) {
      return new Result.Done();
    }
    if (known == null && schedules.size() >= MAX_SCHEDULES) {
      return refused(Refusal.Code.OVERLOADED, "the cell has " + MAX_SCHEDULES + " schedules");
    }
    Point now = new Point(pass.nowMicros(), command.wallMillis());
    put(
        pass,
        begin(pass, known == null ? Schedule.of(plan, now) : unset(known).planned(plan, now)));
    return new Result.Done();
  }

  /** Stops one, or starts it again; idempotent. */
  Result halt(Pass pass, Command.Halt command) {
    Schedule known = schedules.get(command.name());
    if (known == null) {
      return refused(Refusal.Code.NOT_FOUND, "'" + command.name() + "' has no schedule here");
    }
    if (known.isStopped() != command.isStopped()) {
      Point now = new Point(pass.nowMicros(), command.wallMillis());
      put(
          pass,
          command.isStopped() ? unset(known).stopped() : begin(pass, unset(known).started(now)));
    }
    return new Result.Done();
  }

  /** The superpeer has looked at its calendar and its clock. */
  Result aim(Pass pass, Command.Aim command) {
    Schedule known = schedules.get(command.name());
    if (known != null && known.turn() == command.turn() && known.aims() && known.refusals() == 0) {
      long dueMicros = CellClock.later(pass.nowMicros(), command.micros());
      put(pass, set(unset(known), new Point(dueMicros, command.wallMillis())));
    }
    return new Result.Done();
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
    Schedule schedule = require(name);
    Due due = schedule.due().orElseThrow();
    if (schedule.refusals() > 0) {
      put(pass, occur(pass, schedule.taken(schedule.last())));
      return;
    }
    Schedule taken = schedule.taken(due.at());
    if (schedule.counts().live() == 0 || schedule.plan().overlap() == Overlap.ALLOW) {
      put(pass, occur(pass, taken));
    } else if (schedule.plan().overlap() == Overlap.WAIT && !schedule.isWaiting()) {
      put(pass, next(pass, taken.waiting(true)));
    } else {
      put(pass, next(pass, taken.with(taken.counts().withSkipped(1))));
    }
  }

  /** Begins an invocation, or tries again later. */
  private Schedule occur(Pass pass, Schedule schedule) {
    Optional<Refusal> shortage = receipts.shortage();
    if (shortage.isPresent()) {
      int refusals = schedule.refusals() + 1;
      Point again = schedule.last().at(pass.nowMicros()).later(pause(refusals));
      return set(unset(schedule).refused(refusals), again);
    }
    Schedule begun = schedule.with(schedule.counts().withOneBegun()).refused(0);
    InvocationId id = InvocationId.scheduled(begun.name(), begun.counts().begun());
    runs.begin(pass, id, schedule.plan(), schedule.last().at(pass.nowMicros()).wallMillis());
    return begun.due().isPresent() ? begun : next(pass, begun);
  }

  private static long pause(int refusals) {
    long pause = FIRST_PAUSE_MICROS;
    for (int i = 1; i < refusals && pause < MOST_PAUSE_MICROS; i++) {
      pause *= 2;
    }
    return Math.min(pause, MOST_PAUSE_MICROS);
  }

  /** When it is due next, counted from its last turn; a calendar says so later. */
  private Schedule next(Pass pass, Schedule schedule) {
    Timing timing = schedule.plan().timing();
    if (timing instanceof Timing.Every every) {
      long passed = Math.max(0, pass.nowMicros() - schedule.last().micros());
      long missed = passed / every.micros();
      Point next = schedule.last().later(missed * every.micros()).later(every.micros());
      return set(unset(schedule).with(schedule.counts().withSkipped(missed)), next);
    }
    if (timing instanceof Timing.After after && schedule.counts().live() == 0) {
      return set(unset(schedule), schedule.last().at(pass.nowMicros()).later(after.micros()));
    }
    return schedule;
  }

  /** An invocation has ended; it may be one of a schedule. */
  void ended(Pass pass, InvocationId id) {
    Schedule schedule = id.schedule().map(schedules::get).orElse(null);
    if (schedule == null) {
      return;
    }
    Schedule after = schedule.with(schedule.counts().withOneEnded());
    if (after.counts().live() > 0 || !after.isActive()) {
      put(pass, after);
    } else if (after.isWaiting()) {
      // It keeps the time of the turn in which it began to wait.
      put(pass, occur(pass, after.waiting(false)));
    } else {
      put(pass, after.plan().timing() instanceof Timing.After ? next(pass, after) : after);
    }
  }

  private Schedule set(Schedule schedule, Point at) {
    Schedule due = schedule.due(new Due(at, records.nextSequence()));
    alarms.set(due);
    return due;
  }

  /** Without its alarm, where it has one. */
  private Schedule unset(Schedule schedule) {
    alarms.callOff(schedule);
    return schedule;
  }

  private void put(Pass pass, Schedule schedule) {
    schedules.put(schedule.name(), schedule);
    if (schedule.aims() && schedule.due().isEmpty()) {
      pass.emit(new Effect.Aim(schedule));
    }
  }

  private Schedule require(String name) {
    Schedule schedule = schedules.get(name);
    if (schedule == null) {
      throw new IllegalStateException("no schedule " + name);
    }
    return schedule;
  }

  private static Result refused(Refusal.Code code, String message) {
    return new Result.Refused(Refusal.of(code, message));
  }

  Optional<Schedule> find(String name) {
    return Optional.ofNullable(schedules.get(name));
  }

  /** All of them, in the order in which they were planned first. */
  List<Schedule> all() {
    return new ArrayList<>(schedules.values());
  }

  void restore(Schedule schedule) {
    schedules.put(schedule.name(), schedule);
    if (schedule.due().isPresent()) {
      alarms.set(schedule);
    }
  }

  /** What a new superpeer must look up: its clock has gone on while nobody led. */
  List<Effect> resume() {
    List<Effect> effects = new ArrayList<>();
    for (Schedule schedule : schedules.values()) {
      if (schedule.aims() && schedule.refusals() == 0) {
        effects.add(new Effect.Aim(schedule));
      }
    }
    return effects;
  }
}
