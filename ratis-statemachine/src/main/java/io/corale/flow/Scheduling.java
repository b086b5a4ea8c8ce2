package io.corale.flow;

import io.corale.scheduler.Overlap;
import io.corale.scheduler.Timing;

/**
 * How a composition runs by itself.
 *
 * @param words what its source says, for people
 */
public record Scheduling(Timing timing, Overlap overlap, String words) {
  @Override
  public String toString() {
    return words;
  }
}
