package io.corale.deploy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What did not complete in a benchmark, by what was said of it; noted by any threads. */
final class Failures {
  /** Where each says something of its own, the first ones are enough to look. */
  private static final int MOST_KINDS = 8;

  private static final int MOST_LENGTH = 300;

  private final SortedMap<String, Integer> kinds = new TreeMap<>();
  private int count;

  synchronized void note(String said) {
    count++;
    String kind = said.length() > MOST_LENGTH ? said.substring(0, MOST_LENGTH) : said;
    if (kinds.containsKey(kind) || kinds.size() < MOST_KINDS) {
      kinds.merge(kind, 1, Integer::sum);
    }
  }

  synchronized int count() {
    return count;
  }

  /** For people. */
  synchronized String text() {
    List<String> lines = new ArrayList<>();
    kinds.forEach((kind, times) -> lines.add(times + " x " + kind));
    return count == 0 ? "0 failed" : count + " failed: " + String.join("; ", lines);
  }
}
