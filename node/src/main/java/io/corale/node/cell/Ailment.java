package io.corale.node.cell;

import io.corale.node.cell.Cell.Standing;
import io.corale.scheduler.ratis.DivergedState;
import io.corale.scheduler.ratis.LostState;
import io.corale.scheduler.wire.UnknownFormat;

/**
 * What has put a replica out of order.
 *
 * @param index of the entry at which it stopped; 0 where it was none
 * @param why in words that follow on the name of the cell
 */
record Ailment(Kind kind, long index, String why) {
  /** The kinds; each is graver than those before it. */
  enum Kind {
    /** Its division is gone, nobody said why. */
    CLOSED,
    /** The others know no such member. */
    REMOVED,
    /** What it is to store it cannot write. */
    LOG_FAILED,
    /** It is on disk, and was not opened. */
    UNOPENED,
    /** It met a bug in an entry. */
    APPLY_FAILED,
    /** Another build wrote its entry, or its snapshot (rule 36). */
    UNKNOWN_FORMAT,
    /** Its state and that of others differ, and nobody knows who is right (rule 39). */
    SPLIT,
    /** Its state is not that of most others (rule 39). */
    DIVERGED,
    /** Its disk has forgotten what it had acknowledged (rule 6). */
    LOST
  }

  static Ailment closed() {
    return new Ailment(Kind.CLOSED, 0, "was closed by Ratis");
  }

  static Ailment removed() {
    return new Ailment(Kind.REMOVED, 0, "counts this node to its members no more");
  }

  static Ailment logFailed(Throwable cause) {
    return new Ailment(Kind.LOG_FAILED, 0, "cannot write its log: " + cause);
  }

  static Ailment unopened(Throwable cause) {
    if (cause instanceof LostReplica) {
      return new Ailment(Kind.LOST, 0, "must not be opened: " + cause.getMessage());
    }
    return new Ailment(Kind.UNOPENED, 0, "could not be opened: " + cause);
  }

  /** Of a state machine that has stopped at this entry, or at its snapshots. */
  static Ailment stopped(long index, Throwable cause) {
    if (cause instanceof LostState) {
      return new Ailment(Kind.LOST, index, "has lost its state: " + cause.getMessage());
    }
    if (cause instanceof DivergedState diverged) {
      Kind kind = diverged.isAlone() ? Kind.DIVERGED : Kind.SPLIT;
      return new Ailment(kind, index, "has parted from the others: " + cause.getMessage());
    }
    String at = index > 0 ? "its entry " + index : "its snapshot";
    return cause instanceof UnknownFormat
        ? new Ailment(Kind.UNKNOWN_FORMAT, index, "cannot read " + at + ": " + cause.getMessage())
        : new Ailment(Kind.APPLY_FAILED, index, "cannot apply " + at + ": " + cause);
  }

  /** How a replica stands that has it. */
  Standing standing() {
    return switch (kind) {
      case CLOSED, REMOVED -> Standing.CLOSED;
      case LOG_FAILED, UNOPENED, APPLY_FAILED, UNKNOWN_FORMAT, SPLIT, DIVERGED, LOST ->
          Standing.QUARANTINED;
    };
  }

  /** Whether it is the same again, whatever words it is told in. */
  boolean isLike(Ailment other) {
    return kind == other.kind && index == other.index;
  }

  boolean isGraverThan(Ailment other) {
    return kind.compareTo(other.kind) > 0;
  }
}
