package io.corale.scheduler.ratis;

import io.corale.scheduler.Applied;
import io.corale.scheduler.Entry;

/**
 * Hears what happens to a replica, in the order in which it happens.
 *
 * <p>Threading: called on Ratis' own threads, some of which hold the group's lock. No method may
 * block, propose, or throw (rule 23): it hands over and returns.
 */
public interface AppliedListener {
  /** An entry was applied, on a superpeer as on a follower. */
  void applied(long term, long index, Entry entry, Applied applied);

  /** This replica leads {@code term}, and all that was committed before is applied. */
  void leads(long term);

  /** This replica does not lead any more. May be said without {@link #leads} before. */
  void leadsNoMore();

  /** The peer with this id leads now. */
  void leaderChanged(String peer);

  /** The group has another configuration; said again for one that is the same. */
  void configured();

  /** No leader has been heard of for a minute; said again while that lasts. */
  void leaderless();

  /** The state was replaced by a snapshot of the leader's, at this index, with these bytes' MD5. */
  void installed(long index, String digest);

  /**
   * This replica has a snapshot of its own at this index. Replicas with the same state write the
   * same bytes: at the same index their digests are equal. Called on the worker's thread.
   */
  void snapshot(long index, long bytes, String digest);

  /** This replica met what it must not skip, and has stopped for good (rule 36). Said once. */
  void quarantined(String reason);

  /** The log could not be written; the group closes on this node. */
  void logFailed(Throwable cause);

  /** The group was closed on this node. May be said more than once. */
  void closed();
}
