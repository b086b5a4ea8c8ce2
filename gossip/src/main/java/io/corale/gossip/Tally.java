package io.corale.gossip;

/** What could not be taken, for those who look after a node. */
public final class Tally {
  private long badMessages;
  private long badRecords;
  private long strangers;
  private long unreadable;
  private long lateTicks;

  void countBadMessage() {
    badMessages++;
  }

  void countBadRecord() {
    badRecords++;
  }

  void countStranger() {
    strangers++;
  }

  void countUnreadable() {
    unreadable++;
  }

  void countLateTick() {
    lateTicks++;
  }

  /** Messages of another version or cluster. */
  public long badMessages() {
    return badMessages;
  }

  /** Records that break the bounds, or are not what they say. */
  public long badRecords() {
    return badRecords;
  }

  /** Records of writers that are not known yet; they come again with their writer. */
  public long strangers() {
    return strangers;
  }

  /** Records that are kept and relayed, but mean nothing to this build. */
  public long unreadable() {
    return unreadable;
  }

  /** Ticks so late that this node doubted itself. */
  public long lateTicks() {
    return lateTicks;
  }
}
