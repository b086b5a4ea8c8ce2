package io.corale.scheduler;

import java.util.List;

/**
 * An invocation with all that happened to it, and why its calls stand where they stand.
 *
 * @param calls those that have not ended, waiting ones first; at most {@link #MAX_CALLS}
 * @param others how many there are beside these
 */
public record Explained(TraceView trace, List<Explanation> calls, int others) {
  /** More are of no use to who reads it, and of each the shut scopes are copied. */
  public static final int MAX_CALLS = 8;

  public Explained {
    calls = List.copyOf(calls);
  }
}
