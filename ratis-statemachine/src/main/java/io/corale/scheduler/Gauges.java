package io.corale.scheduler;

import io.corale.model.Limit;
import io.corale.model.ScopeLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What limits one scope beside its slots (rule 16): its rates, its ramp, what was learned of it,
 * and until when its provider wants to hear nothing. A scope is open when all are.
 *
 * <p>What it says changes only where it is told something, never by time alone; so it says the same
 * on a replica that was restored in between.
 */
final class Gauges {
  private final List<RateGauge> rates;
  private final @Nullable RampGauge ramp;
  private final @Nullable LearnedCap learned;
  private ScopeState.Throttling throttling;

  private Gauges(
      List<RateGauge> rates,
      @Nullable RampGauge ramp,
      @Nullable LearnedCap learned,
      ScopeState.Throttling throttling) {
    this.rates = rates;
    this.ramp = ramp;
    this.learned = learned;
    this.throttling = throttling;
  }

  /** Of a scope that had none so far. */
  static Gauges none() {
    return new Gauges(List.of(), null, null, ScopeState.Throttling.NONE);
  }

  /** Of a scope of a new account: nothing was started there yet. */
  static Gauges begin(ScopeLimit limit, long nowMicros) {
    List<RateGauge> rates = new ArrayList<>();
    RampGauge ramp = null;
    LearnedCap learned = null;
    for (Limit more : limit.more()) {
      if (more instanceof Limit.Rate rate) {
        rates.add(new RateGauge(rate));
      } else if (more instanceof Limit.Ramp its) {
        ramp = RampGauge.begin(its, 0, nowMicros);
      } else if (more instanceof Limit.Learned its) {
        learned = new LearnedCap(its, 0, nowMicros);
      }
    }
    return new Gauges(rates, ramp, learned, ScopeState.Throttling.NONE);
  }

  /**
   * Of a scope of an account that was there before, maybe without this scope or some of its limits:
   * what it knows goes on.
   */
  Gauges next(ScopeLimit limit, int taken, long nowMicros) {
    List<RateGauge> nextRates = new ArrayList<>();
    RampGauge nextRamp = null;
    LearnedCap nextLearned = null;
    for (Limit more : limit.more()) {
      if (more instanceof Limit.Rate rate) {
        RateGauge past = rateOf(rate.window());
        nextRates.add(past == null ? new RateGauge(rate).used(nowMicros) : past.with(rate));
      } else if (more instanceof Limit.Ramp its) {
        nextRamp =
            ramp == null ? RampGauge.begin(its, taken, nowMicros) : ramp.with(its, nowMicros);
      } else if (more instanceof Limit.Learned its) {
        nextLearned = learned == null ? new LearnedCap(its, taken, nowMicros) : learned;
      }
    }
    return new Gauges(nextRates, nextRamp, nextLearned, throttling);
  }

  /** Throws where the record is not of just these limits: it would go on as no replica did. */
  static Gauges restore(ScopeLimit limit, ScopeState state) {
    List<RateGauge> rates = new ArrayList<>();
    RampGauge ramp = null;
    LearnedCap learned = null;
    for (Limit more : limit.more()) {
      if (more instanceof Limit.Rate rate) {
        rates.add(RateGauge.restore(rate, stateOf(rate, state)));
      } else if (more instanceof Limit.Ramp its) {
        ramp = RampGauge.restore(its, state.ramp().orElseThrow(() -> unfit(state, its)));
      } else if (more instanceof Limit.Learned its) {
        learned = new LearnedCap(state.learned().orElseThrow(() -> unfit(state, its)));
      }
    }
    if (rates.size() != state.rates().size()
        || (ramp == null) != state.ramp().isEmpty()
        || (learned == null) != state.learned().isEmpty()) {
      throw new IllegalArgumentException(
          "scope '" + state.scope() + "' has records of limits that it does not have");
    }
    return new Gauges(rates, ramp, learned, state.throttling());
  }

  private static ScopeState.Rate stateOf(Limit.Rate rate, ScopeState state) {
    return state.rates().stream()
        .filter(its -> its.window() == rate.window())
        .findFirst()
        .orElseThrow(() -> unfit(state, rate));
  }

  private static IllegalArgumentException unfit(ScopeState state, Limit missed) {
    return new IllegalArgumentException(
        "scope '" + state.scope() + "' has no record of its " + missed);
  }

  /** Something starts in this scope that did so elsewhere; of that its rates know nothing. */
  Gauges used(long nowMicros) {
    rates.forEach(rate -> rate.used(nowMicros));
    return this;
  }

  private @Nullable RateGauge rateOf(Limit.Window window) {
    for (RateGauge rate : rates) {
      if (rate.rate().window() == window) {
        return rate;
      }
    }
    return null;
  }

  /** Whether there is nothing to remember. */
  boolean areNone() {
    return rates.isEmpty() && ramp == null && learned == null && throttling.count() == 0;
  }

  /** Whether the number that may run changes as time goes by. */
  boolean areMoving() {
    return ramp != null || learned != null;
  }

  boolean areLearning() {
    return learned != null;
  }

  /** So many may run at once. */
  int cap(int limit) {
    int cap = learned == null ? limit : Math.min(limit, learned.cap());
    return ramp == null ? cap : Math.min(cap, ramp.cap());
  }

  /** Before this cell time nothing starts, whatever ends; 0: time shuts nothing. */
  long opensAtMicros() {
    long opensAt = throttling.shutUntilMicros();
    for (RateGauge rate : rates) {
      opensAt = Math.max(opensAt, rate.opensAtMicros());
    }
    return opensAt;
  }

  /** When one more may run though none has ended; {@link Openings#NEVER} where that is not so. */
  long growsAtMicros(int taken, int limit) {
    if (taken >= limit || taken < cap(limit)) {
      return Openings.NEVER;
    }
    long growsAt = ramp != null && taken >= ramp.cap() ? ramp.boundaryMicros() : 0;
    return learned != null && taken >= learned.cap()
        ? Math.max(growsAt, learned.nextGrowthMicros())
        : growsAt;
  }

  /** So many run, with the one that starts now. */
  void started(int taken, long nowMicros) {
    for (RateGauge rate : rates) {
      rate.started(nowMicros);
    }
    if (ramp != null) {
      ramp.started(taken);
    }
  }

  /** An entry is about to start calls. */
  void move(int taken, boolean hasWaiting, int limit, long nowMicros) {
    if (ramp != null) {
      ramp.rollOver(taken, nowMicros);
    }
    if (learned != null) {
      learned.grow(taken, hasWaiting, limit, nowMicros);
    }
  }

  /** Forgets what was in the way until now. */
  void open(long nowMicros) {
    throttling = throttling.at(nowMicros);
    for (RateGauge rate : rates) {
      rate.forget(nowMicros);
    }
  }

  void tookOver(long nowMicros) {
    for (RateGauge rate : rates) {
      rate.tookOver(nowMicros);
    }
  }

  /** The provider has refused an attempt. */
  void throttled(long shutUntilMicros, long nowMicros) {
    throttling = throttling.with(shutUntilMicros, nowMicros);
  }

  /** What it has refused was started then, and so many run without it. */
  void taught(long startedMicros, int taken, int limit, long nowMicros) {
    if (learned != null) {
      learned.throttled(startedMicros, taken, limit, nowMicros);
    }
  }

  void ignoreUntil(long micros) {
    if (learned != null) {
      learned.ignoreUntil(micros);
    }
  }

  ScopeState.Throttling throttling() {
    return throttling;
  }

  Optional<RampGauge> ramp() {
    return Optional.ofNullable(ramp);
  }

  Optional<LearnedCap> learned() {
    return Optional.ofNullable(learned);
  }

  List<RateGauge> rates() {
    return rates;
  }

  ScopeState state(String scope) {
    return new ScopeState(
        scope,
        rates.stream().map(RateGauge::state).toList(),
        Optional.ofNullable(ramp).map(RampGauge::state),
        Optional.ofNullable(learned).map(LearnedCap::state),
        throttling);
  }

  InForce inForce(int limit, long nowMicros) {
    int cap = cap(limit);
    InForce.Source source = InForce.Source.DECLARED;
    if (ramp != null && cap < limit && cap == ramp.cap()) {
      source = InForce.Source.RAMP;
    } else if (cap < limit) {
      source = InForce.Source.LEARNED;
    }
    return new InForce(
        cap,
        source,
        rates.stream().map(r -> r.use(nowMicros)).toList(),
        Math.max(0, opensAtMicros() - nowMicros),
        throttling.count());
  }
}
