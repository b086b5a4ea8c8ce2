package io.corale.scheduler.ratis;

import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Verdict.Judgement;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Measured;

/**
 * Hears what happens to a replica, in the order in which it happens.
 *
 * <p>Threading: called on Ratis' own threads, some of which hold the group's lock. No method may
 * block, propose, or throw (rule 23): it hands over and returns.
 */
public interface AppliedListener {
  /** The replica was opened with its own state at this index, 0 for none; entries follow. */
  void loaded(long index);

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

  /**
   * Whether its group counts on this replica. One that it does not count on yet is on its way
   * through entries of old, with checks of what others once were, and is not compared.
   */
  boolean counts();

  /** Its state was measured at a check (rule 39). May be called on the worker's thread. */
  void measured(Measured what);

  /**
   * What it had measured was judged by a verdict; where that says no, {@link #quarantined} was
   * said. May be called on the worker's thread.
   */
  void judged(Command.Verdict verdict, Measured own, Judgement judgement);

  /**
   * This replica met what it must not skip, and has stopped (rule 36). Said once.
   *
   * @param index of the entry that it could not apply, or at which it parted from the others; 0
   *     where it was its snapshots
   */
  void quarantined(long index, Throwable cause);

  /**
   * The log could not be written. Ratis goes on as if nothing had happened, and writes nothing
   * more; said again for each entry.
   */
  void logFailed(Throwable cause);

  /** The other members say that this peer is none of them; the group is closed on this node. */
  void removed();

  /** The group was closed on this node. May be said more than once. */
  void closed();
}
