package io.corale.scheduler;

import io.corale.model.AttemptId;
import io.corale.model.CallId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The timers of a cell that somebody must wake up for: pauses of calls and fences of slots. */
final class Alarms {
  private final Timers<Due> timers = new Timers<>();
  private final Map<CallId, Timers.Timer<Due>> pauses = new LinkedHashMap<>();
  private final Map<AttemptId, Timers.Timer<Due>> fences = new LinkedHashMap<>();

  /** What falls due. */
  sealed interface Due {
    /** A paused call returns to its queue. */
    record Ready(CallId call) implements Due {}

    /** The fence of a leased slot ends. */
    record Fence(AttemptId attempt) implements Due {}
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

  void callOff(Call paused) {
    callOff(pauses.remove(paused.id()));
  }

  void callOff(Slot leased) {
    callOff(fences.remove(leased.attempt()));
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
