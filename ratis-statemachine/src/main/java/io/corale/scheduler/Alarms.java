package io.corale.scheduler;

import io.corale.model.AttemptId;
import io.corale.model.CallId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The timers of a cell that somebody must wake up for: pauses of calls, fences of slots, what
 * branches have set, and turns of schedules.
 */
final class Alarms {
  private final Timers<Due> timers = new Timers<>();
  private final Map<CallId, Timers.Timer<Due>> pauses = new LinkedHashMap<>();
  private final Map<AttemptId, Timers.Timer<Due>> fences = new LinkedHashMap<>();
  private final Map<Due.Elapsed, Timers.Timer<Due>> ofBranches = new LinkedHashMap<>();

  private final Map<String, Timers.Timer<Due>> ofSchedules = new LinkedHashMap<>();

  /** What falls due. */
  sealed interface Due {
    /** A paused call returns to its queue. */
    record Ready(CallId call) implements Due {}

    /** The fence of a leased slot ends. */
    record Fence(AttemptId attempt) implements Due {}

    /** The time of a branch's timer is over. */
    record Elapsed(Branch.Key branch, int timer) implements Due {}

    /** A schedule has its turn. */
    record Turn(String schedule) implements Due {}
  }

  void set(Call paused) {
    pauses.put(
        paused.id(), timers.set(paused.dueMicros(), paused.sequence(), new Due.Ready(paused.id())));
  }

  void set(Slot leased) {
    fences.put(
        leased.attempt(),
        timers.set(leased.fenceMicros(), leased.sequence(), new Due.Fence(leased.attempt())));
  }

  void set(Branch.Key branch, Waiting.Timer timer) {
    Due.Elapsed due = new Due.Elapsed(branch, timer.number());
    ofBranches.put(due, timers.set(timer.dueMicros(), timer.sequence(), due));
  }

  void set(Schedule schedule) {
    Schedule.Due due = schedule.due().orElseThrow();
    ofSchedules.put(
        schedule.name(),
        timers.set(due.at().micros(), due.sequence(), new Due.Turn(schedule.name())));
  }

  /** Whether exactly what this schedule is due is set. */
  boolean has(Schedule schedule) {
    Timers.Timer<Due> set = ofSchedules.get(schedule.name());
    return schedule.due().isEmpty()
        ? set == null
        : set != null
            && set.isSet()
            && set.atMicros() == schedule.due().get().at().micros()
            && set.sequence() == schedule.due().get().sequence();
  }

  /** Whether exactly this timer is set. */
  boolean has(Branch.Key branch, Waiting.Timer timer) {
    Timers.Timer<Due> set = ofBranches.get(new Due.Elapsed(branch, timer.number()));
    return set != null
        && set.isSet()
        && set.atMicros() == timer.dueMicros()
        && set.sequence() == timer.sequence();
  }

  void callOff(Call paused) {
    callOff(pauses.remove(paused.id()));
  }

  void callOff(Slot leased) {
    callOff(fences.remove(leased.attempt()));
  }

  void callOff(Branch.Key branch, Waiting.Timer timer) {
    callOff(ofBranches.remove(new Due.Elapsed(branch, timer.number())));
  }

  /** Nothing happens where it is not due. */
  void callOff(Schedule schedule) {
    Timers.Timer<Due> set = ofSchedules.remove(schedule.name());
    if (set != null) {
      timers.callOff(set);
    }
  }

  private void callOff(Timers.@Nullable Timer<Due> timer) {
    if (timer == null) {
      throw new IllegalStateException("no such timer is set");
    }
    timers.callOff(timer);
  }

  /** What is due first, taken out; null when nothing is. */
  @Nullable Due pop(long nowMicros) {
    Due due = timers.popDue(nowMicros).orElse(null);
    if (due instanceof Due.Ready ready) {
      pauses.remove(ready.call());
    } else if (due instanceof Due.Fence fence) {
      fences.remove(fence.attempt());
    } else if (due instanceof Due.Elapsed elapsed) {
      ofBranches.remove(elapsed);
    } else if (due instanceof Due.Turn turn) {
      ofSchedules.remove(turn.schedule());
    }
    return due;
  }

  OptionalLong next() {
    return timers.next();
  }

  int size() {
    return timers.size();
  }
}
