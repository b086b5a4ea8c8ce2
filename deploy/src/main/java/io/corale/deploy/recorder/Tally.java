package io.corale.deploy.recorder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a sequence of events amounts to, for one function or for all. It counts what runs itself, so
 * that it can judge the counts that the events claim. Confined to one thread.
 */
final class Tally {
  private final Map<String, List<Integer>> attempts = new LinkedHashMap<>();
  private final Map<String, Integer> runningByKey = new LinkedHashMap<>();
  private final Set<String> overlapping = new LinkedHashSet<>();
  private int running;
  private int highest;
  private long started;
  private long ended;
  private long refused;
  private long startedLate;
  private long mostLateMillis;

  void add(Event event) {
    switch (event.what()) {
      case START -> start(event);
      case END -> end(event);
      case REFUSED -> refused++;
      case RESET -> reset();
    }
  }

  private void start(Event event) {
    started++;
    running++;
    highest = Math.max(highest, running);
    attempts.computeIfAbsent(event.key(), key -> new ArrayList<>(1)).add(event.attempt());
    if (runningByKey.merge(event.key(), 1, Integer::sum) > 1) {
      overlapping.add(event.key());
    }
    if (event.lateMillis() > 0) {
      startedLate++;
      mostLateMillis = Math.max(mostLateMillis, event.lateMillis());
    }
  }

  private void end(Event event) {
    ended++;
    running--;
    runningByKey.computeIfPresent(event.key(), (key, count) -> count == 1 ? null : count - 1);
  }

  private void reset() {
    attempts.clear();
    overlapping.clear();
    highest = running;
    started = 0;
    ended = 0;
    refused = 0;
    startedLate = 0;
    mostLateMillis = 0;
  }

  int running() {
    return running;
  }

  int keys() {
    return attempts.size();
  }

  int highest() {
    return highest;
  }

  Map<String, List<Integer>> attempts() {
    return attempts;
  }

  Set<String> overlapping() {
    return overlapping;
  }

  Stats stats() {
    long twice = attempts.values().stream().filter(numbers -> numbers.size() > 1).count();
    return new Stats(
        started,
        ended,
        refused,
        running,
        highest,
        attempts.size(),
        twice,
        overlapping.size(),
        startedLate,
        mostLateMillis);
  }
}
