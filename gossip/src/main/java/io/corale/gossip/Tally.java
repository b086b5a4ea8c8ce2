package io.corale.gossip;

import java.util.SortedMap;
import java.util.TreeMap;

/** What could not be taken, for those who look after a node. */
public final class Tally {
  private long badMessages;
  private long badRecords;
  private long strangers;
  private long unreadable;
  private long lateTicks;
  private long noRoom;
  private long faults;

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

  void countNoRoom() {
    noRoom++;
  }

  void countFault() {
    faults++;
  }

  /** All of them by name, but for ticks. */
  public SortedMap<String, Long> dropped() {
    SortedMap<String, Long> all = new TreeMap<>();
    all.put("bad_message", badMessages);
    all.put("bad_record", badRecords);
    all.put("stranger", strangers);
    all.put("unreadable", unreadable);
    all.put("no_room", noRoom);
    all.put("fault", faults);
    return all;
  }

  /** Messages of another version or cluster, and words that nobody can have said. */
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

  /**
   * Nodes, and records of them, that are too many to be kept; they are taken once there is room.
   */
  public long noRoom() {
    return noRoom;
  }

  /** What broke here for a reason that nobody has thought of. */
  public long faults() {
    return faults;
  }

  /** Ticks so late that this node doubted itself. */
  public long lateTicks() {
    return lateTicks;
  }
}
