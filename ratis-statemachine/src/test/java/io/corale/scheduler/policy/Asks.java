package io.corale.scheduler.policy;

import io.corale.model.CallId;
import io.corale.model.InvocationId;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Examination;
import io.corale.scheduler.Explained;
import io.corale.scheduler.Explanation;
import io.corale.scheduler.Forecast;
import io.corale.scheduler.Forecast.Band;
import io.corale.scheduler.OwnerScheduler;
import io.corale.sim.Chance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Somebody who asks now and then when a call of some invocation will start, and looks whether it
 * does so within the band that is said. Changes nothing of what it asks.
 */
final class Asks {
  /** Entries from one question to the next, and from one look of the forecast to the next. */
  private static final int ASK_EVERY = 16;

  private static final int LOOK_EVERY = 4;

  /** Less counts as this where bands are compared. */
  private static final long LEAST_MICROS = 10_000;

  /** Many invocations have no call that waits. */
  private static final int TRIES = 16;

  private final RandomGenerator chance = new Chance(1).of("asks");
  private final Forecast forecast = new Forecast(new Chance(1).of("forecast"));
  private final boolean areMade;
  private final long fromMicros;
  private final long toMicros;
  private final List<InvocationId> live = new ArrayList<>();
  private final Map<CallId, List<Said>> open = new LinkedHashMap<>();
  private long asked;
  private long right;
  private long early;
  private double logWidths;

  private record Said(long atMicros, Band band) {}

  /**
   * What came of it.
   *
   * @param asked how often somebody asked
   * @param right how often the call did start in the time that was said
   * @param early how often it started before that
   * @param logWidths of all bands, the sum of the logarithms of its last over its first moment
   */
  record Foreseen(long asked, long right, long early, double logWidths) {
    static final Foreseen NONE = new Foreseen(0, 0, 0, 0);

    Foreseen and(Foreseen other) {
      return new Foreseen(
          asked + other.asked,
          right + other.right,
          early + other.early,
          logWidths + other.logWidths);
    }

    /** How many times as late as its beginning a band ends; the geometric mean. */
    double width() {
      return StrictMath.exp(logWidths / asked);
    }

    double percent() {
      return 100.0 * right / asked;
    }

    double percentEarly() {
      return 100.0 * early / asked;
    }
  }

  /**
   * @param areMade whether anybody asks
   */
  Asks(World world, boolean areMade) {
    this.areMade = areMade;
    this.fromMicros = world.warmUpMicros();
    this.toMicros = world.endMicros();
  }

  Foreseen foreseen() {
    return new Foreseen(asked, right, early, logWidths);
  }

  void submitted(InvocationId id) {
    live.add(id);
  }

  /** An entry was applied. */
  void applied(long index, Applied applied, OwnerScheduler scheduler) {
    if (!areMade) {
      return;
    }
    long nowMicros = applied.cellTimeMicros();
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Start start) {
        started(start.attempt().call(), nowMicros);
      }
    }
    forecast.applied(index, applied);
    if (index % LOOK_EVERY == 0 && forecast.isDue(nowMicros)) {
      forecast.see(scheduler).run();
    }
    if (index % ASK_EVERY == 0 && nowMicros >= fromMicros && nowMicros <= toMicros) {
      ask(scheduler, nowMicros);
    }
  }

  private void ask(OwnerScheduler scheduler, long nowMicros) {
    for (int i = 0; i < TRIES && !live.isEmpty(); i++) {
      int at = chance.nextInt(live.size());
      List<Explanation> calls =
          scheduler
              .examine(live.get(at))
              .map(Examination::explained)
              .map(Explained::calls)
              .orElse(List.of());
      if (calls.isEmpty()) {
        live.set(at, live.get(live.size() - 1)); // It has ended: its place goes to the last one.
        live.remove(live.size() - 1);
        continue;
      }
      Optional<Explanation> waiting =
          calls.stream().filter(call -> call.expected().isPresent()).findFirst();
      if (waiting.isPresent()) {
        Band band = forecast.band(waiting.get().expected().orElseThrow());
        open.computeIfAbsent(waiting.get().call(), call -> new ArrayList<>())
            .add(new Said(nowMicros, band));
        return;
      }
    }
  }

  private void started(CallId call, long nowMicros) {
    List<Said> said = open.remove(call);
    if (said == null) {
      return;
    }
    for (Said each : said) {
      long waited = nowMicros - each.atMicros();
      asked++;
      logWidths +=
          StrictMath.log(
              Math.max(LEAST_MICROS, each.band().highMicros())
                  / (double) Math.max(LEAST_MICROS, each.band().lowMicros()));
      early += waited < each.band().lowMicros() ? 1 : 0;
      right += waited >= each.band().lowMicros() && waited <= each.band().highMicros() ? 1 : 0;
    }
  }
}
