package io.corale.scheduler;

import io.corale.model.Limit;

/**
 * How many may run at once in a scope whose provider adds instances step by step: as many as ran
 * lately and one step more, but never less than it begins with (rule 16).
 *
 * <pre>
 * at the end of each interval:  cap := max(from, min(cap, peak) + step), peak := what runs
 * </pre>
 *
 * <p>What was not used is taken back, as the provider takes it.
 */
final class RampGauge {
  private final Limit.Ramp ramp;
  private final long intervalMicros;
  private int cap;

  /** The most that ran at once since the last interval ended. */
  private int peak;

  /** When the present interval ends. */
  private long boundaryMicros;

  private RampGauge(Limit.Ramp ramp, int cap, int peak, long boundaryMicros) {
    this.ramp = ramp;
    this.intervalMicros = ramp.interval().toNanos() / 1_000;
    this.cap = cap;
    this.peak = peak;
    this.boundaryMicros = boundaryMicros;
  }

  /** One that begins now; what runs already may go on. */
  static RampGauge begin(Limit.Ramp ramp, int taken, long nowMicros) {
    return new RampGauge(
        ramp,
        Math.max(ramp.from(), taken),
        taken,
        CellClock.later(nowMicros, ramp.interval().toNanos() / 1_000));
  }

  static RampGauge restore(Limit.Ramp ramp, ScopeState.Ramp state) {
    return new RampGauge(ramp, state.cap(), state.peak(), state.boundaryMicros());
  }

  /** The same past, under another ramp. */
  RampGauge with(Limit.Ramp next, long nowMicros) {
    long nextMicros = CellClock.later(nowMicros, next.interval().toNanos() / 1_000);
    return new RampGauge(next, cap, peak, Math.min(boundaryMicros, nextMicros));
  }

  int cap() {
    return cap;
  }

  /** When it lets more run, as long as all that may run does. */
  long boundaryMicros() {
    return boundaryMicros;
  }

  /** So many run, with the one that has just started. */
  void started(int taken) {
    peak = Math.max(peak, taken);
  }

  /** Ends the intervals that are over; as many run now, and as many did since the last entry. */
  void rollOver(int taken, long nowMicros) {
    if (nowMicros < boundaryMicros) {
      return;
    }
    long overMicros = nowMicros - boundaryMicros;
    endInterval(taken);
    if (overMicros >= intervalMicros) {
      // In those that have gone by since, no more ran than now; a third would find the same.
      endInterval(taken);
    }
    boundaryMicros = CellClock.later(nowMicros - overMicros % intervalMicros, intervalMicros);
  }

  private void endInterval(int taken) {
    cap = Math.max(ramp.from(), Math.min(cap, peak) + ramp.step());
    peak = taken;
  }

  ScopeState.Ramp state() {
    return new ScopeState.Ramp(cap, peak, boundaryMicros);
  }
}
