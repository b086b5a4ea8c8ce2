package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.Limit;
import io.corale.model.ScopeLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What limits the scopes of an account beside their slots, as it is recorded: every question is
 * answered by counting again. A part of the reference of rule 38.
 */
final class GaugeModel {
  /** A window touches so many slices beside that in which it ends. */
  private final Map<String, ScopeState> states = new TreeMap<>();

  private final long nowMicros;

  /** Starts that are not recorded yet; below zero where those that are have not been. */
  private final Map<String, Integer> starts = new TreeMap<>();

  GaugeModel(List<ScopeState> states, long nowMicros) {
    states.forEach(state -> this.states.put(state.scope(), state));
    this.nowMicros = nowMicros;
  }

  /** Of accounts that have none of this. */
  static GaugeModel none() {
    return new GaugeModel(List.of(), 0);
  }

  /** What an account was like when this image was taken. */
  static GaugeModel of(Account account, Image image) {
    return image.accounts().stream()
        .filter(configured -> configured.account().id().equals(account.id()))
        .findFirst()
        .map(its -> new GaugeModel(its.limits(), image.header().cellTimeMicros()))
        .orElseGet(GaugeModel::none);
  }

  /** A start counts in each of these scopes, or does not after all. */
  void count(List<String> path, int difference) {
    path.forEach(scope -> starts.merge(scope, difference, Integer::sum));
  }

  int cap(ScopeLimit limit) {
    ScopeState state = states.get(limit.scope());
    if (state == null) {
      return limit.concurrency();
    }
    int ramp = state.ramp().map(ScopeState.Ramp::cap).orElse(Integer.MAX_VALUE);
    int learned = state.learned().map(ScopeState.Learned::cap).orElse(Integer.MAX_VALUE);
    return Math.min(limit.concurrency(), Math.min(ramp, learned));
  }

  boolean isShut(ScopeLimit limit) {
    ScopeState state = states.get(limit.scope());
    return state != null
        && (state.throttling().shutUntilMicros() > nowMicros
            || limit.more().stream().anyMatch(more -> isUsedUp(more, state)));
  }

  /** By which of them a scope is shut where so many run. */
  List<String> shut(ScopeLimit limit, int taken) {
    ScopeState state = states.get(limit.scope());
    List<String> by = new ArrayList<>();
    if (state == null) {
      return by;
    }
    int most = limit.concurrency();
    if (state.ramp().filter(ramp -> ramp.cap() < most && taken >= ramp.cap()).isPresent()) {
      by.add("Ramping");
    }
    if (state.learned().filter(its -> its.cap() < most && taken >= its.cap()).isPresent()) {
      by.add("Learned");
    }
    limit.more().stream()
        .filter(more -> isUsedUp(more, state))
        .forEach(more -> by.add("RateUsed " + ((Limit.Rate) more).window()));
    if (state.throttling().shutUntilMicros() > nowMicros) {
      by.add("Throttled");
    }
    return by;
  }

  private boolean isUsedUp(Limit more, ScopeState state) {
    return more instanceof Limit.Rate rate
        && state.rates().stream()
            .filter(its -> its.window() == rate.window())
            .anyMatch(its -> started(its) + notRecorded(state) >= rate.starts());
  }

  private int notRecorded(ScopeState state) {
    return starts.getOrDefault(state.scope(), 0);
  }

  private int started(ScopeState.Rate rate) {
    long slice = rate.window().length().toNanos() / 1_000 / 64;
    return rate.slices().stream()
        .filter(each -> each.number() >= nowMicros / slice - 65)
        .mapToInt(ScopeState.Slice::starts)
        .sum();
  }
}
