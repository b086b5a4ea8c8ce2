package io.corale.flow;

import io.corale.flow.Listening.Strategy;
import io.corale.scheduler.Overlap;
import io.corale.scheduler.Timing;
import java.util.Optional;

/**
 * How a composition runs by itself.
 *
 * @param words what its source says, for people
 * @param events by which it begins, as the interpreter compares them
 */
public record Scheduling(Timing timing, Overlap overlap, String words, Optional<Strategy> events) {
  @Override
  public String toString() {
    return words;
  }
}
