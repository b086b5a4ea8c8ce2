package io.corale.scheduler;

import io.corale.model.Limit;
import java.util.List;
import java.util.Optional;

/**
 * What the limits of one scope are made of beside its slots: what was started lately, how many may
 * run by now, and what its provider has refused. All of it decides what starts next, so snapshots
 * hold it and replicas are compared by it.
 *
 * @param rates of each rate of the scope, what it counts
 * @param throttling what the provider has refused there
 */
public record ScopeState(
    String scope,
    List<Rate> rates,
    Optional<Ramp> ramp,
    Optional<Learned> learned,
    Throttling throttling) {
  public ScopeState {
    rates = List.copyOf(rates);
  }

  /**
   * The starts that count against a rate.
   *
   * @param slices in the order of time; at most 66
   * @param last the number of the slice of the last start, forgotten or not; -1: there was none
   * @param assumedUntilMicros before that cell time it counts what may never have been started; 0:
   *     it knows
   */
  public record Rate(Limit.Window window, List<Slice> slices, long last, long assumedUntilMicros) {
    /** What a rate counts, and one slice ahead after a take-over. */
    public static final int MAX_SLICES = RateGauge.MAX_SLICES;

    public Rate {
      slices = List.copyOf(slices);
      if (slices.size() > MAX_SLICES) {
        throw new IllegalArgumentException(
            "a rate has at most " + MAX_SLICES + " slices, was given " + slices.size());
      }
      requireNotNegative("assumedUntilMicros of a rate", assumedUntilMicros);
      if (last < RateGauge.NONE) {
        throw new IllegalArgumentException("last slice must be at least -1, was " + last);
      }
      long sliceMicros = window.length().toNanos() / 1_000 / 64;
      long before = -1;
      long sum = 0;
      for (Slice slice : slices) {
        sum += slice.starts();
        if (slice.number() <= before
            || slice.number() > Long.MAX_VALUE / sliceMicros
            || sum > Integer.MAX_VALUE) {
          throw new IllegalArgumentException(
              "slices of a rate must rise and hold at most "
                  + Integer.MAX_VALUE
                  + " starts, there is "
                  + slice
                  + " after "
                  + before);
        }
        before = slice.number();
      }
    }
  }

  /**
   * A 64th of a window in which something was started.
   *
   * @param number since the beginning of cell time
   */
  public record Slice(long number, int starts) {
    public Slice {
      if (number < 0 || starts < 1) {
        throw new IllegalArgumentException("slice " + number + " has " + starts + " starts");
      }
    }
  }

  /**
   * How far a ramp has come.
   *
   * @param cap so many may run at once
   * @param peak so many did at most since the last interval ended
   * @param boundaryMicros the cell time at which the present one ends
   */
  public record Ramp(int cap, int peak, long boundaryMicros) {
    public Ramp {
      requireCap(cap);
      requireNotNegative("peak of a ramp", peak);
      requireNotNegative("boundaryMicros of a ramp", boundaryMicros);
    }
  }

  /**
   * What was learned of how many may run at once; see {@link LearnedCap}.
   *
   * @param cap so many may
   * @param ceiling the cap after the last refusal of a burst, or what has held since; 0: none
   * @param before the cap before it last grew; 0: a refusal has come since
   * @param deafUntilMicros what is throttled before that cell time teaches nothing
   */
  public record Learned(
      int cap,
      int ceiling,
      int before,
      long lastCutMicros,
      long lastThrottledMicros,
      long nextGrowthMicros,
      long probeEveryMicros,
      long deafUntilMicros) {
    public Learned {
      requireCap(cap);
      requireNotNegative("ceiling of what was learned", ceiling);
      requireNotNegative("before of what was learned", before);
      requireNotNegative("lastCutMicros", lastCutMicros);
      requireNotNegative("lastThrottledMicros", lastThrottledMicros);
      requireNotNegative("nextGrowthMicros", nextGrowthMicros);
      requireNotNegative("probeEveryMicros", probeEveryMicros);
      requireNotNegative("deafUntilMicros", deafUntilMicros);
      if (probeEveryMicros > LearnedCap.MOST_PROBE_MICROS) {
        throw new IllegalArgumentException(
            "probeEveryMicros must be at most "
                + LearnedCap.MOST_PROBE_MICROS
                + ", was "
                + probeEveryMicros);
      }
    }
  }

  /**
   * What a provider has refused in a scope.
   *
   * @param count how often it did
   * @param lastMicros the cell time at which it did last
   * @param shutUntilMicros before that cell time nothing starts there; 0 where it said so of none
   *     that is to come
   */
  public record Throttling(long count, long lastMicros, long shutUntilMicros) {
    static final Throttling NONE = new Throttling(0, 0, 0);

    public Throttling {
      requireNotNegative("count of refusals", count);
      requireNotNegative("lastMicros of refusals", lastMicros);
      requireNotNegative("shutUntilMicros", shutUntilMicros);
    }

    /** Whether there was one within this time. */
    boolean areWithin(long micros, long nowMicros) {
      return count > 0 && nowMicros - lastMicros < micros;
    }

    Throttling with(long shutUntilMicros, long nowMicros) {
      return new Throttling(
          CellClock.later(count, 1), nowMicros, Math.max(this.shutUntilMicros, shutUntilMicros));
    }

    Throttling at(long nowMicros) {
      return shutUntilMicros > nowMicros ? this : new Throttling(count, lastMicros, 0);
    }
  }

  /** Where none may run, none ever would: nothing opens that. */
  private static void requireCap(int cap) {
    if (cap < 1) {
      throw new IllegalArgumentException("a cap must be at least 1, was " + cap);
    }
  }

  private static void requireNotNegative(String what, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " must not be negative, was " + value);
    }
  }
}
