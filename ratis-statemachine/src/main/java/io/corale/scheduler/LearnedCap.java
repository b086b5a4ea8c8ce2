package io.corale.scheduler;

import io.corale.model.Limit;
import io.corale.model.ScopeLimit;

/**
 * How many its provider lets run at once in a scope, found out from what it refuses: a little more
 * is tried now and then, and less after a refusal. Additive increase and multiplicative decrease,
 * after D. Chiu and R. Jain, <i>Analysis of the Increase and Decrease Algorithms for Congestion
 * Avoidance</i>, Computer Networks 17, 1989.
 *
 * <pre>
 * never refused     cap doubles each second in which all of it is used and more waits
 * refused           cap := what it was before it last grew, else 7/8 of it; no more than what runs,
 *                   no less than half. That is the ceiling.
 * of the same burst cap := what runs still, but no less than half of the ceiling
 * below the ceiling cap grows by a 16th each second
 * at the ceiling    cap grows by one, a probe: after 10 s, 20 s ... 5 min without success; what was
 *                   not refused until the next one is the new ceiling
 * </pre>
 *
 * A provider with a hard limit shows it exactly: what still runs after the last refusal of a burst
 * is what it holds.
 */
final class LearnedCap {
  private static final long GROW_EVERY_MICROS = 1_000_000;
  private static final long FIRST_PROBE_MICROS = 10_000_000;

  /** Each probe that fails costs one refusal and the pause that it asks for. */
  static final long MOST_PROBE_MICROS = 300_000_000;

  /** What a provider has refused so long ago says nothing any more. */
  private static final long FORGET_AFTER_MICROS = 3_600_000_000L;

  private int cap;

  /** Below it the cap grows fast; 0 while nothing was refused. */
  private int ceiling;

  /** What the cap was before it last grew; 0 where a refusal was the last that happened to it. */
  private int before;

  private long lastCutMicros;
  private long lastThrottledMicros;
  private long nextGrowthMicros;
  private long probeEveryMicros = FIRST_PROBE_MICROS;

  /**
   * Until then attempts may run that hold no slot, and what is throttled is so because of those.
   */
  private long deafUntilMicros;

  /** One that begins now; what runs already may go on. */
  LearnedCap(Limit.Learned learned, int taken, long nowMicros) {
    this.cap = Math.max(learned.from(), taken);
    this.nextGrowthMicros = CellClock.later(nowMicros, GROW_EVERY_MICROS);
  }

  LearnedCap(ScopeState.Learned state) {
    this.cap = state.cap();
    this.ceiling = state.ceiling();
    this.before = state.before();
    this.lastCutMicros = state.lastCutMicros();
    this.lastThrottledMicros = state.lastThrottledMicros();
    this.nextGrowthMicros = state.nextGrowthMicros();
    this.probeEveryMicros = state.probeEveryMicros();
    this.deafUntilMicros = state.deafUntilMicros();
  }

  int cap() {
    return cap;
  }

  /** When it lets more run, as long as all that may run does and more waits. */
  long nextGrowthMicros() {
    return nextGrowthMicros;
  }

  /**
   * The provider has refused an attempt.
   *
   * @param startedMicros when that was started
   * @param taken so many run without it
   * @param most the scope's own limit
   */
  void throttled(long startedMicros, int taken, int most, long nowMicros) {
    lastThrottledMicros = nowMicros;
    if (nowMicros < deafUntilMicros) {
      return;
    }
    int inForce = Math.min(most, cap);
    if (ceiling > 0 && startedMicros <= lastCutMicros) {
      cap = Math.max(1, Math.max(ceiling / 2, Math.min(inForce, taken)));
    } else {
      int held = before > 0 ? before : inForce * 7 / 8;
      ceiling = Math.max(1, Math.min(held, Math.max(taken, inForce / 2)));
      cap = ceiling;
      lastCutMicros = nowMicros;
      nextGrowthMicros = CellClock.later(nowMicros, probeEveryMicros);
      probeEveryMicros = Math.min(2 * probeEveryMicros, MOST_PROBE_MICROS);
    }
    before = 0;
  }

  /**
   * Attempts that hold no slot any more may run until then, and be throttled, or have others so.
   */
  void ignoreUntil(long micros) {
    deafUntilMicros = Math.max(deafUntilMicros, micros);
  }

  /** What time changes, where calls wait or not. */
  void grow(int taken, boolean hasWaiting, int most, long nowMicros) {
    if (ceiling > 0 && nowMicros - lastThrottledMicros >= FORGET_AFTER_MICROS) {
      cap = ScopeLimit.MAX_CONCURRENCY;
      ceiling = 0;
      before = 0;
      probeEveryMicros = FIRST_PROBE_MICROS;
    }
    if (cap < most && taken >= cap && hasWaiting && nowMicros >= nextGrowthMicros) {
      nextGrowthMicros = CellClock.later(nowMicros, grown());
    }
  }

  /** Lets more run; says after how long it may be asked again. */
  private long grown() {
    if (ceiling == 0) {
      cap = Math.min(2 * cap, ScopeLimit.MAX_CONCURRENCY);
      return GROW_EVERY_MICROS;
    }
    if (cap > ceiling) {
      ceiling = cap;
      probeEveryMicros = FIRST_PROBE_MICROS;
    }
    before = cap;
    if (cap < ceiling) {
      cap = Math.min(ceiling, cap + Math.max(1, cap / 16));
      return GROW_EVERY_MICROS;
    }
    cap++;
    return probeEveryMicros;
  }

  ScopeState.Learned state() {
    return new ScopeState.Learned(
        cap,
        ceiling,
        before,
        lastCutMicros,
        lastThrottledMicros,
        nextGrowthMicros,
        probeEveryMicros,
        deafUntilMicros);
  }
}
