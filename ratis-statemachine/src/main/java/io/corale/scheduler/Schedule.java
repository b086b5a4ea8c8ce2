package io.corale.scheduler;

import io.corale.model.CompositionRef;
import java.util.Optional;

/**
 * The record of the schedule of a composition, which stays when the schedule has ended: the numbers
 * of its occurrences must not begin again.
 *
 * <pre>
 * IDLE    --planned, started-->           SET, or AIMING where a calendar says when
 * AIMING  --the superpeer says when-->    SET
 * SET     --due, there is room-->         SET, AIMING, or IDLE until the invocation ends
 * SET     --due, there is no room-->      HELD: the same occurrence, after a pause
 * HELD    --due, there is room-->         as from SET
 * any     --stopped, replaced by none-->  IDLE
 * </pre>
 *
 * IDLE and AIMING have no {@code due}; HELD has {@code refusals}. What begins by events is IDLE
 * until a set of them is whole, and does not look at others while it is HELD.
 *
 * @param turn raised whenever {@code due} is set or unset, so that what was meant for another turn
 *     is known
 * @param isStopped by an operator
 * @param isWaiting whether an occurrence waits for the end of what runs
 * @param last when it took its last turn, or began to count
 * @param refusals how often in a row there was no room for the occurrence that is due
 * @param consumption what it has of the events by which it begins
 */
public record Schedule(
    Plan plan,
    long turn,
    boolean isStopped,
    boolean isWaiting,
    Counts counts,
    Point last,
    Optional<Due> due,
    int refusals,
    Consumption consumption) {
  /**
   * What was published.
   *
   * @param rankMicros expected duration of an invocation
   */
  public record Plan(CompositionRef composition, Timing timing, Overlap overlap, long rankMicros) {
    public Plan {
      if (rankMicros < 0) {
        throw new IllegalArgumentException("a rank is never negative, was " + rankMicros);
      }
    }
  }

  /**
   * How it went so far.
   *
   * @param begun occurrences of which the invocation was recorded
   * @param skipped occurrences that did not take place
   * @param live invocations that have not ended
   */
  public record Counts(long begun, long skipped, int live) {
    static final Counts NONE = new Counts(0, 0, 0);

    Counts withOneBegun() {
      return new Counts(begun + 1, skipped, live + 1);
    }

    Counts withSkipped(long more) {
      return new Counts(begun, skipped + more, live);
    }

    Counts withOneEnded() {
      return new Counts(begun, skipped, live - 1);
    }
  }

  /** A moment in cell time, and what the wall clock is taken to say then. */
  public record Point(long micros, long wallMillis) {
    Point later(long more) {
      return new Point(CellClock.later(micros, more), wallMillis + more / 1_000);
    }

    /** This moment, as far as cell time is as fast as the wall clock. */
    Point at(long nowMicros) {
      return new Point(nowMicros, wallMillis + (nowMicros - micros) / 1_000);
    }
  }

  /**
   * When something is to be done.
   *
   * @param sequence unique in the cell; orders timers
   */
  public record Due(Point at, long sequence) {}

  static Schedule of(Plan plan, Point now) {
    return new Schedule(
        plan, 0, false, false, Counts.NONE, now, Optional.empty(), 0, Consumption.NONE);
  }

  /** The name of the composition. */
  public String name() {
    return plan.composition().name();
  }

  /** Whether it will do something by itself. */
  public boolean isActive() {
    return !isStopped && !(plan.timing() instanceof Timing.Never);
  }

  /** Whether the superpeer has to say when it is due. */
  boolean aims() {
    return isActive() && (plan.timing() instanceof Timing.Cron || due.isPresent());
  }

  /** By which events it begins; empty where it does by time, or not at all. */
  Optional<Timing.On> listens() {
    return isActive() && plan.timing() instanceof Timing.On on ? Optional.of(on) : Optional.empty();
  }

  /** The event that the interpreter has to compare now. */
  public Optional<Mail> compares() {
    return refusals == 0 && listens().filter(on -> !on.isExact()).isPresent()
        ? consumption.next()
        : Optional.empty();
  }

  /** By another plan from now on. */
  Schedule planned(Plan next, Point now) {
    return new Schedule(
        next, turn + 1, isStopped, false, givenUp(), now, Optional.empty(), 0, Consumption.NONE);
  }

  /** What it has heard and nobody has compared will not begin anything either. */
  Schedule stopped() {
    Counts counts = givenUp().withSkipped(consumption.mailbox().size());
    return new Schedule(
        plan, turn + 1, true, false, counts, last, Optional.empty(), 0, Consumption.NONE);
  }

  /** What waits, or is held, or is not whole, will not take place any more. */
  private Counts givenUp() {
    return counts.withSkipped(
        (isWaiting ? 1 : 0) + (refusals > 0 ? 1 : 0) + consumption.parts().size());
  }

  Schedule started(Point now) {
    return new Schedule(
        plan, turn + 1, false, false, counts, now, Optional.empty(), 0, consumption);
  }

  Schedule due(Due next) {
    return new Schedule(
        plan,
        turn + 1,
        isStopped,
        isWaiting,
        counts,
        last,
        Optional.of(next),
        refusals,
        consumption);
  }

  /** It takes its turn, whatever comes of it. */
  Schedule taken(Point at) {
    return new Schedule(
        plan, turn + 1, isStopped, isWaiting, counts, at, Optional.empty(), refusals, consumption);
  }

  /** The superpeer has looked at its clock. */
  Schedule at(Point now) {
    return new Schedule(plan, turn, isStopped, isWaiting, counts, now, due, refusals, consumption);
  }

  Schedule with(Counts next) {
    return new Schedule(plan, turn, isStopped, isWaiting, next, last, due, refusals, consumption);
  }

  Schedule withSkipped(long more) {
    return with(counts.withSkipped(more));
  }

  Schedule waiting(boolean waits) {
    return new Schedule(plan, turn, isStopped, waits, counts, last, due, refusals, consumption);
  }

  Schedule refused(int times) {
    return new Schedule(plan, turn, isStopped, isWaiting, counts, last, due, times, consumption);
  }

  Schedule with(Consumption next) {
    return new Schedule(plan, turn, isStopped, isWaiting, counts, last, due, refusals, next);
  }
}
