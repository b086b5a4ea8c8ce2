package io.corale.model;

/**
 * A member of a cell: a node with a replica, in the life in which it was given that.
 *
 * @param life of the node; a later life of it is the same member for as long as its disk holds the
 *     replica
 * @param raftPeer its id in the Raft groups of its node
 * @param raftAddress where that listens
 */
public record Member(Incarnation life, String raftPeer, String raftAddress)
    implements Comparable<Member> {
  /** As long as the name of a host may be, and its port. */
  public static final int MAX_CHARS = 255;

  /** Throws {@link IllegalArgumentException} naming the text that is empty or too long. */
  public Member {
    requireText("Raft peer", raftPeer);
    requireText("Raft address", raftAddress);
  }

  private static void requireText(String what, String text) {
    if (text.isEmpty() || text.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          "the "
              + what
              + " of a member has 1 to "
              + MAX_CHARS
              + " characters, not "
              + text.length());
    }
  }

  /** Its node. */
  public NodeId node() {
    return life.node();
  }

  /** By their nodes. */
  @Override
  public int compareTo(Member other) {
    int byLife = life.compareTo(other.life);
    int byPeer = byLife != 0 ? byLife : raftPeer.compareTo(other.raftPeer);
    return byPeer != 0 ? byPeer : raftAddress.compareTo(other.raftAddress);
  }

  @Override
  public String toString() {
    return life + " (" + raftPeer + ")";
  }
}
