package io.corale.scheduler;

import java.util.List;

/**
 * That a transition ends its branch for the failure of the call that this has made, and nothing
 * catches that (ADR 39).
 *
 * @param over timers of the branch that stand for nothing while it waits for a person: the limits
 *     of attempts that the failure has ended
 * @param isAnew whether the call, if it is tried again, is another one: under its name all is over
 */
public record Uncaught(List<Integer> over, boolean isAnew) {
  /** Of a branch that has no such timers, and of a call that may be tried again as it was. */
  public static final Uncaught PLAIN = new Uncaught(List.of(), false);

  public Uncaught {
    over = List.copyOf(over);
  }
}
