package io.corale.scheduler.wire;

import io.corale.model.Limit;
import io.corale.scheduler.ScopeState;
import io.corale.wire.Common;
import io.corale.wire.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Translates the records of a snapshot about scopes that are limited by more than slots. */
final class LimitRecords {
  private LimitRecords() {}

  static Snapshots.ScopeState write(ScopeState state) {
    Snapshots.ScopeState.Builder wire =
        Snapshots.ScopeState.newBuilder()
            .setScope(state.scope())
            .setThrottled(state.throttling().count())
            .setThrottledMicros(state.throttling().lastMicros())
            .setShutUntilMicros(state.throttling().shutUntilMicros());
    state.rates().forEach(rate -> wire.addRates(write(rate)));
    state.ramp().ifPresent(ramp -> wire.setRamp(write(ramp)));
    state.learned().ifPresent(learned -> wire.setLearned(write(learned)));
    return wire.build();
  }

  static ScopeState read(Snapshots.ScopeState wire) {
    return new ScopeState(
        wire.getScope(),
        wire.getRatesList().stream().map(LimitRecords::read).toList(),
        wire.hasRamp() ? Optional.of(read(wire.getRamp())) : Optional.empty(),
        wire.hasLearned() ? Optional.of(read(wire.getLearned())) : Optional.empty(),
        new ScopeState.Throttling(
            wire.getThrottled(), wire.getThrottledMicros(), wire.getShutUntilMicros()));
  }

  private static Snapshots.ScopeState.Rate write(ScopeState.Rate rate) {
    Snapshots.ScopeState.Rate.Builder wire =
        Snapshots.ScopeState.Rate.newBuilder()
            .setWindow(
                switch (rate.window()) {
                  case SECOND -> Common.Limit.Rate.Window.SECOND;
                  case MINUTE -> Common.Limit.Rate.Window.MINUTE;
                })
            .setLastPlusOne(rate.last() + 1)
            .setAssumedUntilMicros(rate.assumedUntilMicros());
    for (ScopeState.Slice slice : rate.slices()) {
      wire.addNumbers(slice.number()).addStarts(slice.starts());
    }
    return wire.build();
  }

  private static ScopeState.Rate read(Snapshots.ScopeState.Rate wire) {
    if (wire.getNumbersCount() != wire.getStartsCount()) {
      throw new IllegalArgumentException(
          "a rate has " + wire.getNumbersCount() + " slices and " + wire.getStartsCount());
    }
    List<ScopeState.Slice> slices = new ArrayList<>(wire.getNumbersCount());
    for (int i = 0; i < wire.getNumbersCount(); i++) {
      slices.add(new ScopeState.Slice(wire.getNumbers(i), wire.getStarts(i)));
    }
    return new ScopeState.Rate(
        switch (wire.getWindow()) {
          case SECOND -> Limit.Window.SECOND;
          case MINUTE -> Limit.Window.MINUTE;
          case WINDOW_UNSPECIFIED, UNRECOGNIZED ->
              throw new UnknownFormat("unknown window of a rate: " + wire.getWindowValue());
        },
        slices,
        wire.getLastPlusOne() - 1,
        wire.getAssumedUntilMicros());
  }

  private static Snapshots.ScopeState.Ramp write(ScopeState.Ramp ramp) {
    return Snapshots.ScopeState.Ramp.newBuilder()
        .setCap(ramp.cap())
        .setPeak(ramp.peak())
        .setBoundaryMicros(ramp.boundaryMicros())
        .build();
  }

  private static ScopeState.Ramp read(Snapshots.ScopeState.Ramp wire) {
    return new ScopeState.Ramp(wire.getCap(), wire.getPeak(), wire.getBoundaryMicros());
  }

  private static Snapshots.ScopeState.Learned write(ScopeState.Learned learned) {
    return Snapshots.ScopeState.Learned.newBuilder()
        .setCap(learned.cap())
        .setCeiling(learned.ceiling())
        .setBefore(learned.before())
        .setLastCutMicros(learned.lastCutMicros())
        .setLastThrottledMicros(learned.lastThrottledMicros())
        .setNextGrowthMicros(learned.nextGrowthMicros())
        .setProbeEveryMicros(learned.probeEveryMicros())
        .setDeafUntilMicros(learned.deafUntilMicros())
        .build();
  }

  private static ScopeState.Learned read(Snapshots.ScopeState.Learned wire) {
    return new ScopeState.Learned(
        wire.getCap(),
        wire.getCeiling(),
        wire.getBefore(),
        wire.getLastCutMicros(),
        wire.getLastThrottledMicros(),
        wire.getNextGrowthMicros(),
        wire.getProbeEveryMicros(),
        wire.getDeafUntilMicros());
  }
}
