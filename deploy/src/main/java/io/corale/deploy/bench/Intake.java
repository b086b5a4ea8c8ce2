package io.corale.deploy.bench;

import io.corale.deploy.recorder.Event;
import io.corale.model.Limit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * What a provider has seen of some functions together: how many ran at once, when they started, and
 * how often it refused. By the recorder's own clock; immutable.
 */
final class Intake {
  private final List<Event> events;

  private Intake(List<Event> events) {
    this.events = events;
  }

  /** Of these functions, in the order of the record. */
  static Intake of(List<Event> events, Set<String> functions) {
    return new Intake(
        events.stream().filter(event -> functions.contains(event.function())).toList());
  }

  /** How often it refused in this time, by wall clock in milliseconds. */
  long refused(long fromMillis, long untilMillis) {
    return events.stream()
        .filter(event -> event.what() == Event.Kind.REFUSED)
        .filter(event -> event.wallMillis() >= fromMillis && event.wallMillis() < untilMillis)
        .count();
  }

  /** The most that ran at once. */
  int highest() {
    int running = 0;
    int highest = 0;
    for (Event event : events) {
      running += change(event);
      highest = Math.max(highest, running);
    }
    return highest;
  }

  /** How many ran on average in this time, by wall clock in milliseconds. */
  double meanRunning(long fromMillis, long untilMillis) {
    int running = 0;
    long last = fromMillis;
    double area = 0;
    for (Event event : events) {
      long at = Math.min(Math.max(event.wallMillis(), last), untilMillis);
      area += (double) running * (at - last);
      last = at;
      running += change(event);
    }
    return (area + (double) running * (untilMillis - last)) / (untilMillis - fromMillis);
  }

  private static int change(Event event) {
    return switch (event.what()) {
      case START -> 1;
      case END -> -1;
      case REFUSED, RESET -> 0;
    };
  }

  /** The most starts within a window of a rate, wherever it begins. */
  int highest(Limit.Window window) {
    long length = window.length().toNanos() / 1_000;
    Deque<Long> within = new ArrayDeque<>();
    int highest = 0;
    for (long start : starts(0, Long.MAX_VALUE)) {
      within.addLast(start);
      while (start - within.getFirst() >= length) {
        within.removeFirst();
      }
      highest = Math.max(highest, within.size());
    }
    return highest;
  }

  /**
   * How much of a rate was used while there was work: what as many starts as make whole windows
   * took, beside what they would take at least. A burst at its end does not count for more so.
   *
   * @return 0 if a window's starts did not come
   */
  double usedOf(Limit.Rate rate, long fromMillis, long untilMillis) {
    List<Long> starts = starts(fromMillis, untilMillis);
    int windows = (starts.size() - 1) / rate.starts();
    if (windows < 1) {
      return 0;
    }
    long took = starts.get(windows * rate.starts()) - starts.get(0);
    return windows * (rate.window().length().toNanos() / 1e3) / took;
  }

  private List<Long> starts(long fromMillis, long untilMillis) {
    List<Long> starts = new ArrayList<>();
    for (Event event : events) {
      boolean isWithin = event.wallMillis() >= fromMillis && event.wallMillis() < untilMillis;
      if (event.what() == Event.Kind.START && isWithin) {
        starts.add(event.micros());
      }
    }
    return starts;
  }
}
