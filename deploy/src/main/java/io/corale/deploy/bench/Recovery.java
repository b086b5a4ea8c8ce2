package io.corale.deploy.bench;

import java.util.List;
import java.util.OptionalDouble;

/**
 * When it was again as it had been: the first of some seconds in a row in which nothing is refused,
 * the queue is no longer than it was, and callers wait no longer.
 */
final class Recovery {
  /** One good second may be chance. */
  static final int IN_A_ROW = 3;

  /** A second's 99th percentile is of some hundred; it may be so much above the worst before. */
  private static final double SPREAD = 1.5;

  /** Calls of one entry of the log: a sample of the queue sees them or not. */
  private static final int A_BATCH = 64;

  private Recovery() {}

  /**
   * Seconds since the overload ended; empty if it did not happen.
   *
   * @param before seconds without overload
   * @param after the seconds since it ended
   */
  static OptionalDouble after(List<Window> before, List<Window> after) {
    long queue = before.stream().mapToLong(Window::queued).max().orElse(0) + A_BATCH;
    double micros =
        SPREAD * before.stream().mapToLong(each -> each.latency().p99Micros()).max().orElse(0);
    int inARow = 0;
    for (int i = 0; i < after.size(); i++) {
      Window second = after.get(i);
      boolean isAsBefore =
          second.refused() == 0
              && second.completed() > 0
              && second.queued() <= queue
              && second.latency().p99Micros() <= micros;
      inARow = isAsBefore ? inARow + 1 : 0;
      if (inARow == IN_A_ROW) {
        return OptionalDouble.of(i + 1.0 - IN_A_ROW);
      }
    }
    return OptionalDouble.empty();
  }
}
