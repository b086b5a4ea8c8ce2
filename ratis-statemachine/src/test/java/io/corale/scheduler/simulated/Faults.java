package io.corale.scheduler.simulated;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The troubles of one run, each with a number that it has in every run of its seed; a run may be
 * spared some of them, to find out which it takes to fail.
 */
final class Faults {
  private final Set<Integer> spared;
  private final Map<Integer, String> struck = new LinkedHashMap<>();
  private int next;

  Faults(Set<Integer> spared) {
    this.spared = new LinkedHashSet<>(spared);
  }

  /** The number of the trouble that may come next. */
  int next() {
    return next++;
  }

  /** Whether this trouble comes, as it does unless the run is spared it. */
  boolean strikes(int number, String what) {
    if (spared.contains(number)) {
      return false;
    }
    struck.put(number, what);
    return true;
  }

  /** The troubles that have come, by their numbers. */
  Map<Integer, String> struck() {
    return struck;
  }

  /** The same in words. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    struck.forEach((number, what) -> words.add(number + " " + what));
    return words;
  }
}
