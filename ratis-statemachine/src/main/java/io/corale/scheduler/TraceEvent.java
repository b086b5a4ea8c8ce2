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
  /** What may happen; the codes are those of the wire and stand in packed traces. */
  public enum Kind {
    ACCEPTED(1),
    QUEUED(2),
    STARTED(3),
    SETTLED(4),
    LEASED(5),
    FREED(6),
    RETRY(7),
    FORKED(8),
    JOINED(9),
    ENDED(10),
    TAKEN_OVER(11),
    /** A timer was due and ended what its branch waited for. */
    TIMED_OUT(12),
    /** A timer was due that its branch had waited for. */
    WAITED(13),
    /** The first child of a race has ended. */
    WON(14),
    /** A child failed, and its parent has to do something about it. */
    FAILED(15),
    /** A branch has opened an ear. */
    LISTENING(16),
    /** A branch has heard an event that was for it. */
    HEARD(17),
    /** It began another invocation, or was about to. */
    RAN(18),
    /** The invocation that a branch awaited has ended. */
    RETURNED(19),
    /** Its provider had no room for a call, which waits at its place again. */
    THROTTLED(20),
    /** Nothing of it starts from now on. */
    HELD(21),
    /** It goes on. */
    RELEASED(22),
    /** It has another class or deadline. */
    PRIORITIZED(23),
    /** What it calls has failed too often in a row, and is left alone for a while. */
    BROKEN_OFF(24),
    /** What it calls answers again, and all may go on that waited for that. */
    RESTORED(25),

    /** A call has failed for good, and waits for a person, or would if there were room. */
    INCIDENT(26),

    /** A person has said what becomes of that. */
    RESOLVED(27);

    private static final Kind[] KINDS = values();

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** Its number on the wire. */
    public int code() {
      return code;
    }

    static Kind of(int code) {
      for (Kind kind : KINDS) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no kind of trace event has code " + code);
    }
  }

  /** The same event with the names of the call as another event of it has them. */
  TraceEvent named(TraceEvent other) {
    return new TraceEvent(
        kind,
        index,
        atMicros,
        call,
        attempt,
        other.function,
        other.implementation,
        other.place,
        executor,
        detail);
  }
}
