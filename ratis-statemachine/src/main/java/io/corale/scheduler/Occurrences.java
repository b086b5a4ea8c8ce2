package io.corale.scheduler;

import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.scheduler.Schedule.Point;
import java.util.List;
import java.util.Optional;

/** Begins the invocations of schedules, or tries again later where there is no room for one. */
final class Occurrences {
  /** Between two attempts to begin an occurrence for which there is no room: doubled each time. */
  static final long FIRST_PAUSE_MICROS = 1_000_000;

  static final long MOST_PAUSE_MICROS = 60_000_000;

  private final Timetable timetable;
  private final Receipts receipts;
  private final Runs runs;

  Occurrences(Timetable timetable, Receipts receipts, Runs runs) {
    this.timetable = timetable;
    this.receipts = receipts;
    this.runs = runs;
  }

  /**
   * One that begins.
   *
   * @param depth how many invocations are above it
   * @param isQuiet whether it tells nothing of itself
   */
  record Occurrence(
      InvocationId id,
      Schedule.Plan plan,
      long wallMillis,
      Payload input,
      int depth,
      boolean isQuiet) {}

  /** What is due, or whole, begins, if there is room. */
  Schedule begin(Pass pass, Schedule schedule) {
    Optional<Refusal> shortage = receipts.shortage();
    if (shortage.isPresent()) {
      int refusals = schedule.refusals() + 1;
      Point again = schedule.last().at(pass.nowMicros()).later(pause(refusals));
      return timetable.set(schedule.refused(refusals), again);
    }
    Schedule begun = schedule.with(schedule.counts().withOneBegun()).refused(0);
    runs.begin(pass, occurrence(pass, begun));
    return begun.with(begun.consumption().withWhole(List.of()));
  }

  private static Occurrence occurrence(Pass pass, Schedule begun) {
    Consumption consumption = begun.consumption();
    return new Occurrence(
        InvocationId.scheduled(begun.name(), begun.counts().begun()),
        begun.plan(),
        begun.last().at(pass.nowMicros()).wallMillis(),
        consumption.whole().isEmpty() ? Payload.NULL : consumption.input(),
        Consumption.depth(consumption.whole()),
        consumption.whole().stream().anyMatch(mail -> Lifecycle.isTold(mail.event())));
  }

  private static long pause(int refusals) {
    long pause = FIRST_PAUSE_MICROS;
    for (int i = 1; i < refusals && pause < MOST_PAUSE_MICROS; i++) {
      pause *= 2;
    }
    return Math.min(pause, MOST_PAUSE_MICROS);
  }
}
