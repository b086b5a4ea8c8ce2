package io.corale.scheduler;

import io.corale.model.Limit;
import java.util.List;

/**
 * What holds in a scope at this moment, beside what its owner has declared.
 *
 * @param concurrency so many may run at once now
 * @param source what this number comes from
 * @param rates what is used of each rate
 * @param shutMicros for how long from now on nothing starts there, whatever ends; 0: that is not so
 * @param throttled how often the provider has refused a call of it
 */
public record InForce(
    int concurrency, Source source, List<RateUse> rates, long shutMicros, long throttled) {
  public InForce {
    rates = List.copyOf(rates);
  }

  /** What a number of calls that may run at once comes from. */
  public enum Source {
    DECLARED,
    RAMP,
    LEARNED
  }

  /**
   * What counts against a rate at this moment.
   *
   * @param starts in the window that ends now, and what is counted as arriving after it
   * @param isAssumed whether the rate is so new here that nobody knows what was started before, and
   *     all of it is taken for used
   */
  public record RateUse(Limit.Rate rate, int starts, boolean isAssumed) {
    /** Of a rate that has counted since its window began. */
    public RateUse(Limit.Rate rate, int starts) {
      this(rate, starts, false);
    }
  }

  /** What nothing but its declared limit holds. */
  public static InForce declared(int limit) {
    return new InForce(limit, Source.DECLARED, List.of(), 0, 0);
  }
}
