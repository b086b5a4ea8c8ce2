package io.corale.scheduler.policy;

import io.corale.model.ServiceClass;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * What a run of one seed, or the mean of several, is worth. Counted is what arrives after the
 * warm-up, and of the noisy caller nothing.
 *
 * @param attainment percent of invocations that end by their deadline
 * @param byClass the same of each class
 * @param slowdown 99th percentile of how much longer invocations take than alone, where less than
 *     {@link #LEAST_ALONE_MICROS} counts as that
 * @param jain Jain's index of the attainment of callers with {@link #LEAST_OF_CALLER} invocations
 * @param used percent of the slots' time that calls had while arrivals were measured
 * @param foreseen what was said of when calls start; of several seeds all of it
 */
record Figures(
    double attainment,
    Map<ServiceClass, Double> byClass,
    double slowdown,
    double jain,
    double used,
    Asks.Foreseen foreseen) {
  static final long LEAST_ALONE_MICROS = 100_000;
  static final int LEAST_OF_CALLER = 20;

  static Figures of(World world, Run.Outcomes outcomes) {
    List<Counted> counted = new ArrayList<>();
    for (int i = 0; i < world.arrivals().size(); i++) {
      World.Arrival arrival = world.arrivals().get(i);
      if (arrival.atMicros() >= world.warmUpMicros() && !arrival.isNoise()) {
        counted.add(new Counted(arrival, outcomes.endMicros().get(i) - arrival.atMicros()));
      }
    }
    double slots = (double) World.SLOTS * (world.endMicros() - world.warmUpMicros());
    return new Figures(
        attainment(counted, each -> true),
        byClass(counted),
        slowdown(counted),
        jain(counted),
        100 * outcomes.busyMicros() / slots,
        outcomes.foreseen());
  }

  /** What a deadline leaves to any policy: nothing waits, and durations are what they are. */
  static double ideal(World world) {
    List<Counted> counted =
        world.arrivals().stream()
            .filter(a -> a.atMicros() >= world.warmUpMicros() && !a.isNoise())
            .map(arrival -> new Counted(arrival, arrival.alone()))
            .toList();
    return attainment(counted, each -> true);
  }

  static Figures mean(List<Figures> all) {
    Map<ServiceClass, Double> byClass = new LinkedHashMap<>();
    for (ServiceClass each : all.get(0).byClass.keySet()) {
      byClass.put(each, mean(all, figures -> figures.byClass.getOrDefault(each, Double.NaN)));
    }
    return new Figures(
        mean(all, Figures::attainment),
        byClass,
        mean(all, Figures::slowdown),
        mean(all, Figures::jain),
        mean(all, Figures::used),
        all.stream().map(Figures::foreseen).reduce(Asks.Foreseen.NONE, Asks.Foreseen::and));
  }

  static double mean(List<Figures> all, ToDoubleFunction<Figures> figure) {
    return all.stream().mapToDouble(figure).sum() / all.size();
  }

  /** An invocation and how long it took. */
  private record Counted(World.Arrival arrival, long micros) {
    boolean isInTime() {
      return micros <= arrival.deadlineMicros();
    }

    double slowdown() {
      return Math.max(1, micros / (double) Math.max(LEAST_ALONE_MICROS, arrival.alone()));
    }
  }

  private static double attainment(List<Counted> counted, Predicate<Counted> which) {
    long all = counted.stream().filter(which).count();
    return 100.0 * counted.stream().filter(which).filter(Counted::isInTime).count() / all;
  }

  private static Map<ServiceClass, Double> byClass(List<Counted> counted) {
    Map<ServiceClass, Double> byClass = new LinkedHashMap<>();
    for (ServiceClass each : World.CLASSES) {
      byClass.put(each, attainment(counted, c -> c.arrival.composition().serviceClass() == each));
    }
    return byClass;
  }

  private static double slowdown(List<Counted> counted) {
    double[] sorted = counted.stream().mapToDouble(Counted::slowdown).sorted().toArray();
    return sorted[(int) Math.ceil(.99 * sorted.length) - 1];
  }

  private static double jain(List<Counted> counted) {
    Map<String, List<Counted>> byCaller = new LinkedHashMap<>();
    for (Counted each : counted) {
      byCaller
          .computeIfAbsent(each.arrival.composition().caller(), caller -> new ArrayList<>())
          .add(each);
    }
    double sum = 0;
    double squares = 0;
    int callers = 0;
    for (List<Counted> caller : byCaller.values()) {
      if (caller.size() >= LEAST_OF_CALLER) {
        double attainment = attainment(caller, each -> true);
        sum += attainment;
        squares += attainment * attainment;
        callers++;
      }
    }
    return squares == 0 ? Double.NaN : sum * sum / callers / squares;
  }
}
