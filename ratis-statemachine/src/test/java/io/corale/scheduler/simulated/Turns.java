package io.corale.scheduler.simulated;

import io.corale.model.InvocationId;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.Overlap;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Timing;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Watches the schedule of a cell, by what stands in the log: no turn is passed over, each
 * occurrence is begun once and none vanishes, and they overlap as their plan says (rule 8).
 */
final class Turns {
  /** The longest time between two turns. */
  static final long MOST_MICROS = 5_000_000;

  private final Judge judge;
  private Optional<Schedule> before = Optional.empty();
  private Map<InvocationId, Boolean> known = new LinkedHashMap<>();
  private Optional<Overlap> overlap = Optional.empty();
  private final Triggered triggered;
  private long expectedAfter;

  Turns(Judge judge) {
    this.judge = judge;
    this.triggered = new Triggered(judge);
  }

  /** How many there were. */
  long count() {
    return before.map(Turns::taken).orElse(0L);
  }

  private static long taken(Schedule schedule) {
    return schedule.counts().begun()
        + schedule.counts().skipped()
        + (schedule.isWaiting() ? 1 : 0)
        + (schedule.refusals() > 0 ? 1 : 0);
  }

  /** An entry was applied; this is the state then. */
  void applied(Entry entry, Applied applied, Image image) {
    for (Command command : entry.commands()) {
      if (command instanceof Command.Schedule planned) {
        overlap = Optional.of(planned.plan().overlap());
      }
    }
    if (image.schedules().isEmpty()) {
      return;
    }
    Schedule now = image.schedules().get(0);
    Map<InvocationId, Boolean> occurrences = new LinkedHashMap<>();
    for (Invocation each : image.invocations()) {
      if (each.submission().id().schedule().isPresent()) {
        occurrences.put(each.submission().id(), each.ended().isEmpty());
      }
    }
    requireNumbers(now, occurrences);
    before.ifPresent(was -> requireTurn(was, now, applied.cellTimeMicros()));
    requireOverlap(occurrences);
    triggered.applied(entry, applied, image, before);
    before = Optional.of(now);
    known = occurrences;
  }

  /** Those that are new have the next numbers; those that were there still are. */
  private void requireNumbers(Schedule now, Map<InvocationId, Boolean> occurrences) {
    Set<InvocationId> fresh = new LinkedHashSet<>(occurrences.keySet());
    fresh.removeAll(known.keySet());
    Set<InvocationId> expected = new LinkedHashSet<>();
    long first = before.map(was -> was.counts().begun()).orElse(0L) + 1;
    for (long number = first; number <= now.counts().begun(); number++) {
      expected.add(InvocationId.scheduled(now.name(), number));
    }
    judge.require(
        Check.SCHEDULES,
        fresh.equals(expected),
        () -> "begun are " + fresh + ", of " + now + " expected " + expected);
    List<InvocationId> gone =
        known.keySet().stream().filter(id -> !occurrences.containsKey(id)).toList();
    judge.require(Check.SCHEDULES, gone.isEmpty(), () -> gone + " have vanished");
  }

  /** What was due has been done, or could not be done for want of room. */
  private void requireTurn(Schedule was, Schedule now, long nowMicros) {
    boolean wasDue = was.due().filter(due -> due.at().micros() <= nowMicros).isPresent();
    boolean isDone =
        was.refusals() > 0
            ? now.refusals() != was.refusals() || now.counts().begun() > was.counts().begun()
            : taken(now) > taken(was);
    judge.require(
        Check.SCHEDULES, !wasDue || isDone, () -> "a turn was passed over: " + was + ", " + now);
  }

  private void requireOverlap(Map<InvocationId, Boolean> occurrences) {
    long live = occurrences.values().stream().filter(isLive -> isLive).count();
    judge.require(
        Check.SCHEDULES,
        live < 2 || overlap.equals(Optional.of(Overlap.ALLOW)),
        () -> live + " occurrences at once, but " + overlap);
  }

  /** All troubles are over. */
  void expect() {
    expectedAfter = count();
  }

  /** Whether it goes its way; not yet, perhaps, for its superpeer may stand still for long. */
  boolean goesOn() {
    return before.isEmpty() || goesOn(before.get());
  }

  /** The next turn is set, or there were several since then and it is being asked for. */
  void requireNext() {
    judge.require(
        Check.SCHEDULES, goesOn(), () -> "nobody says when it is due: " + before.orElseThrow());
  }

  private boolean goesOn(Schedule schedule) {
    boolean awaitsEnd =
        schedule.plan().timing() instanceof Timing.After && schedule.counts().live() > 0;
    if (schedule.plan().timing() instanceof Timing.On) {
      return schedule.compares().isEmpty();
    }
    return awaitsEnd || schedule.due().isPresent() || count() > expectedAfter + 1;
  }
}
