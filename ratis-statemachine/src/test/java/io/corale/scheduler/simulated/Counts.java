package io.corale.scheduler.simulated;

import io.corale.model.Payload;

/**
 * What a branch of a {@link Program}, or all below it together, has done. A text begins with it,
 * wherever the scheduler carries one.
 *
 * @param calls that returned; what a construct may or may not come to counts {@link #LUMP}
 * @param tickets the sum of the tickets taken
 * @param last the last ticket taken
 */
record Counts(long calls, long tickets, long last) {
  static final Counts NONE = new Counts(0, 0, 0);

  /** As many calls count for what ends in one of several ways: a race, a time limit, a failure. */
  static final int LUMP = 100;

  /** Of an output, or of what a branch remembers. */
  static Counts of(Payload payload) {
    String[] counts = Luggage.plain(payload).replaceAll("[\"*]", "").split(";", 4);
    return counts.length < 3
        ? NONE
        : new Counts(
            Long.parseLong(counts[0]), Long.parseLong(counts[1]), Long.parseLong(counts[2]));
  }

  Counts plus(Counts other) {
    return new Counts(calls + other.calls, tickets + other.tickets, Math.max(last, other.last));
  }

  Counts withCalls(long more) {
    return new Counts(calls + more, tickets, last);
  }

  Payload output() {
    return Payload.ofJson("\"" + this + "\"");
  }

  /** With a word more about where it comes from. */
  Payload output(String more) {
    return Payload.ofJson("\"" + this + ";" + more + "\"");
  }

  @Override
  public String toString() {
    return calls + ";" + tickets + ";" + last;
  }
}
