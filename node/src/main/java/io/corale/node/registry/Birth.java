package io.corale.node.registry;

import java.util.List;

/**
 * Decides who may create the Raft group of a cell (rules 1 and 2).
 *
 * <pre>
 *   (none) --createBirth--> BORN --replaceBirth--> OPEN
 * </pre>
 *
 * Whoever finds BORN may finish it, on exactly these incarnations; OPEN is set by the first
 * superpeer before its first acknowledgement, and such a group is never formatted again.
 *
 * @param epoch part of the group's id; rises when the cell is born again
 * @param nonce chosen by the one who wrote it, so that no two of them write the same record
 */
public record Birth(State state, long epoch, String nonce, List<BornMember> members) {
  /** More replicas than anyone runs. */
  public static final int MAX_MEMBERS = 9;

  /** The two live states. */
  public enum State {
    BORN,
    OPEN
  }

  public Birth {
    members = List.copyOf(members);
    if (epoch < 1) {
      throw new IllegalArgumentException("birth epoch must be at least 1, was " + epoch);
    }
    if (nonce.isEmpty() || nonce.length() > 64) {
      throw new IllegalArgumentException("birth nonce: expected 1 to 64 characters");
    }
    if (members.isEmpty() || members.size() > MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "birth needs 1 to " + MAX_MEMBERS + " members, has " + members.size());
    }
  }

  /** The same record, of a group of these members. */
  public Birth among(List<BornMember> others) {
    return new Birth(state, epoch, nonce, others);
  }

  /** The same record, opened. */
  public Birth opened() {
    return new Birth(State.OPEN, epoch, nonce, members);
  }
}
