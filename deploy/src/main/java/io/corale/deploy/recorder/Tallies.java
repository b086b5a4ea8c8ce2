package io.corale.deploy.recorder;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The tally of each function and of all together. Confined to one thread. */
final class Tallies {
  private final SortedMap<String, Tally> byFunction = new TreeMap<>();
  private final Tally total = new Tally();

  void add(Event event) {
    total.add(event);
    if (event.what() == Event.Kind.RESET) {
      byFunction.values().forEach(tally -> tally.add(event));
    } else {
      of(event.function()).add(event);
    }
  }

  Tally of(String function) {
    return byFunction.computeIfAbsent(function, name -> new Tally());
  }

  boolean knows(String function) {
    return byFunction.containsKey(function);
  }

  Tally total() {
    return total;
  }

  int functions() {
    return byFunction.size();
  }

  /** The counts of every function that was called. */
  SortedMap<String, Stats> stats() {
    SortedMap<String, Stats> stats = new TreeMap<>();
    for (Map.Entry<String, Tally> entry : byFunction.entrySet()) {
      stats.put(entry.getKey(), entry.getValue().stats());
    }
    return stats;
  }
}
