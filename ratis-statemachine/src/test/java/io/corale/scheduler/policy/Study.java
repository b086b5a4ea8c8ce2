package io.corale.scheduler.policy;

import io.corale.scheduler.OtherRules;
import io.corale.scheduler.policy.World.Deadlines;
import io.corale.scheduler.policy.World.Scenario;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of all policies in all scenarios.
 *
 * @param seeds what was drawn by
 * @param worlds of each scenario what was drawn, in words
 * @param figures of each scenario and policy, one for each seed
 */
record Study(
    List<Long> seeds,
    Map<Scenario, List<Drawn>> worlds,
    Map<Scenario, Map<OtherRules, List<Figures>>> figures) {
  static final List<Double> LOADS = List.of(.8, .95, 1.1, 1.5);

  /** A flood of nine tenths of all slots on top of six tenths by all others. */
  static final Scenario NOISY = new Scenario(.6, Deadlines.LOOSE, .9);

  /**
   * What a seed has drawn.
   *
   * @param largestCaller the greatest part of the work that one caller has
   * @param ideal percent in time where nothing waits
   */
  record Drawn(
      int invocations, double warmUpLoad, double load, double largestCaller, double ideal) {}

  static List<Scenario> scenarios() {
    List<Scenario> scenarios = new ArrayList<>();
    for (Deadlines deadlines : Deadlines.values()) {
      LOADS.forEach(load -> scenarios.add(new Scenario(load, deadlines, 0)));
    }
    scenarios.add(NOISY);
    return scenarios;
  }

  static Study of(Slice slice, int invocations, List<Long> seeds) {
    Map<Scenario, List<Drawn>> worlds = new LinkedHashMap<>();
    Map<Scenario, Map<OtherRules, List<Figures>>> all = new LinkedHashMap<>();
    for (Scenario scenario : scenarios()) {
      List<Drawn> drawn = new ArrayList<>();
      Map<OtherRules, List<Figures>> figures = new LinkedHashMap<>();
      for (long seed : seeds) {
        World world = World.draw(slice, scenario, invocations, seed);
        drawn.add(
            new Drawn(
                world.arrivals().size(),
                world.load(true),
                world.load(false),
                world.largestCaller(),
                Figures.ideal(world)));
        for (OtherRules rules : OtherRules.values()) {
          figures
              .computeIfAbsent(rules, each -> new ArrayList<>())
              .add(Figures.of(world, Run.of(world, rules)));
        }
      }
      worlds.put(scenario, drawn);
      all.put(scenario, figures);
    }
    return new Study(seeds, worlds, all);
  }

  /** One for each seed. */
  List<Figures> each(Scenario scenario, OtherRules rules) {
    return figures.getOrDefault(scenario, Map.of()).getOrDefault(rules, List.of());
  }

  Figures mean(Scenario scenario, OtherRules rules) {
    return Figures.mean(each(scenario, rules));
  }
}
