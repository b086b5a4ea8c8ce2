package io.corale.scheduler;

/**
 * One thing that happened to an invocation, as every replica recorded it.
 *
 * @param index of the log entry that made it happen
 * @param atMicros cell time since the invocation was accepted
 * @param call its number, or 0 where none is meant
 * @param attempt its number, or 0 where none is meant
 * @param place JSON pointer of the task; like function and implementation, empty where no call is
 *     meant
 * @param executor who sent the attempt; empty where none did
 * @param detail for a person; may be empty
 */
public record TraceEvent(
    Kind kind,
    long index,
    long atMicros,
    long call,
    int attempt,
    String function,
    String implementation,
    String place,
    String executor,
    String detail) {
  /** What may happen; the order is part of the snapshot format. */
  public enum Kind {
    ACCEPTED,
    QUEUED,
    STARTED,
    SETTLED,
    LEASED,
    FREED,
    RETRY,
    FORKED,
    JOINED,
    ENDED,
    TAKEN_OVER
  }
}
