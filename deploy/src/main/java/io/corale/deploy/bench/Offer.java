package io.corale.deploy.bench;

/**
 * One invocation that was due, and what is known of it. By the monotonic clock of this process,
 * where it does not say otherwise; 0 is never.
 */
final class Offer {
  private final Phase phase;
  private final String id;
  private final long dueNanos;
  private long sentNanos;
  private long acceptedNanos;
  private long endedNanos;
  private long endedMillis;
  private Fate fate = Fate.OPEN;
  private boolean isFound;

  /** Which part of a run it is of. */
  enum Phase {
    PEAK,
    BEFORE,
    OVERLOAD,
    AFTER
  }

  /** What became of it. */
  enum Fate {
    /** Nothing is known yet but, perhaps, that it was accepted. */
    OPEN,
    /** The one who offers had no room for it. */
    UNSENT,
    REFUSED,
    COMPLETED,
    /** It ended otherwise. */
    FAILED,
    /** No answer came. */
    UNKNOWN
  }

  /**
   * As it is at a moment.
   *
   * @param endedMillis by the wall clock
   * @param isFound whether its end was heard only when it was asked for again
   */
  record View(
      Phase phase,
      String id,
      long dueNanos,
      long sentNanos,
      long acceptedNanos,
      long endedNanos,
      long endedMillis,
      Fate fate,
      boolean isFound) {
    /** Whether a node has said that it runs, or how it ended. */
    boolean isAccepted() {
      return acceptedNanos != 0 || fate == Fate.COMPLETED || fate == Fate.FAILED;
    }

    /** Whether its end is known, if it was accepted. */
    boolean isDone() {
      return fate == Fate.COMPLETED || fate == Fate.FAILED;
    }
  }

  Offer(Phase phase, String id, long dueNanos) {
    this.phase = phase;
    this.id = id;
    this.dueNanos = dueNanos;
  }

  String id() {
    return id;
  }

  synchronized void sent(long nowNanos) {
    sentNanos = nowNanos;
  }

  synchronized void accepted(long nowNanos) {
    acceptedNanos = nowNanos;
  }

  /** Its end, a refusal, or that nobody knows. */
  synchronized void over(Fate how, long nowNanos, long nowMillis) {
    fate = how;
    endedNanos = nowNanos;
    endedMillis = nowMillis;
  }

  /** Its end, which was heard only when it was asked for again: when it came is not known. */
  synchronized void found(Fate how) {
    fate = how;
    isFound = true;
  }

  synchronized View view() {
    return new View(
        phase, id, dueNanos, sentNanos, acceptedNanos, endedNanos, endedMillis, fate, isFound);
  }
}
