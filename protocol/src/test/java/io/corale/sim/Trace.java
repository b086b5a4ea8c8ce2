package io.corale.sim;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What happened in a simulation, line by line: the hash covers all of it, so that two runs of one
 * seed can be compared; the last lines are kept for the reader of a failure.
 */
public final class Trace {
  /** Enough to see how a failure came about; a whole run would fill the heap. */
  private static final int KEPT_LINES = 400;

  private final VirtualTime time;
  private final Deque<String> tail = new ArrayDeque<>();
  private long hash = Fnv.START;
  private long lines;

  public Trace(VirtualTime time) {
    this.time = time;
  }

  /** Notes one line at the present time. */
  public void note(String what) {
    String line = time.nowNanos() / 1_000 + "us " + what;
    hash = Fnv.hash(hash, line.getBytes(StandardCharsets.UTF_8));
    lines++;
    tail.addLast(line);
    if (tail.size() > KEPT_LINES) {
      tail.removeFirst();
    }
  }

  /** Equal for equal runs. */
  public long hash() {
    return hash;
  }

  /** How many lines were noted. */
  public long lines() {
    return lines;
  }

  /** The last lines, one below the other. */
  public String tail() {
    return String.join("\n", tail);
  }
}
