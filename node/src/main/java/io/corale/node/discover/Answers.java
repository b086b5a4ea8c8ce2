package io.corale.node.discover;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What the provider of one account has said lately. An answer counts until the next other one: what
 * was said in between nobody knows. Not thread-safe.
 */
final class Answers {
  /** Beyond it the oldest two count as one that says the less of both, from the first on. */
  private static final int MAX_RUNS = 64;

  private final Deque<Run> runs = new ArrayDeque<>();

  /** An answer, and since when there was no other. */
  private record Run(Numbers said, long sinceNanos) {}

  /**
   * One more.
   *
   * @param window what ended before it is forgotten
   */
  void add(Numbers said, Duration window, long nowNanos) {
    if (runs.isEmpty() || !runs.getLast().said().equals(said)) {
      runs.addLast(new Run(said, nowNanos));
    }
    while (runs.size() > 1 && nowNanos - second().sinceNanos() >= window.toNanos()) {
      runs.removeFirst();
    }
    if (runs.size() > MAX_RUNS) {
      Run oldest = runs.removeFirst();
      Run next = runs.removeFirst();
      runs.addFirst(new Run(oldest.said().least(next.said()), oldest.sinceNanos()));
    }
  }

  private Run second() {
    return runs.stream().skip(1).findFirst().orElseThrow();
  }

  /** Whether there were answers before this time, too. */
  boolean reach(Duration window, long nowNanos) {
    return !runs.isEmpty() && nowNanos - runs.getFirst().sinceNanos() >= window.toNanos();
  }

  /** The least that was said in this time; {@link Numbers#NONE} where nothing was said of it. */
  int least(Numbers.Of of, Duration window, long nowNanos) {
    int least = Numbers.NONE;
    long untilNanos = nowNanos;
    for (var newestFirst = runs.descendingIterator(); newestFirst.hasNext(); ) {
      Run run = newestFirst.next();
      if (nowNanos - untilNanos >= window.toNanos()) {
        break;
      }
      least = Math.min(least, run.said().get(of));
      untilNanos = run.sinceNanos();
    }
    return least;
  }
}
