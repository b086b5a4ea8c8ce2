package io.corale.node.cell;

import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;

/**
 * The settings of Ratis under which a cell could not keep its promises, wherever they come from.
 */
final class RaftSafety {
  private RaftSafety() {}

  /** Throws {@link IllegalArgumentException} that names each forbidden setting, and why. */
  static void require(RaftProperties properties) {
    List<String> forbidden = forbidden(properties);
    if (!forbidden.isEmpty()) {
      throw new IllegalArgumentException("forbidden in Raft: " + String.join("; ", forbidden));
    }
  }

  private static List<String> forbidden(RaftProperties properties) {
    List<String> found = new ArrayList<>();
    String lost = " acknowledges what is not on disk";
    check(found, Log.unsafeFlushEnabled(properties), Log.UNSAFE_FLUSH_ENABLED_KEY + lost);
    check(found, Log.asyncFlushEnabled(properties), Log.ASYNC_FLUSH_ENABLED_KEY + lost);
    check(found, Log.useMemory(properties), Log.USE_MEMORY_KEY + lost);
    check(
        found,
        Log.corruptionPolicy(properties) != Log.CorruptionPolicy.EXCEPTION,
        Log.CORRUPTION_POLICY_KEY + " forgets entries that were acknowledged");
    check(
        found,
        !RaftServerConfigKeys.LeaderElection.preVote(properties),
        RaftServerConfigKeys.LeaderElection.PRE_VOTE_KEY
            + " off lets a member that was away depose a superpeer that works");
    check(
        found,
        RaftServerConfigKeys.Snapshot.autoTriggerEnabled(properties),
        RaftServerConfigKeys.Snapshot.AUTO_TRIGGER_ENABLED_KEY
            + " takes snapshots beside those of the state machine, on the applying thread");
    check(
        found,
        !Log.purgeUptoSnapshotIndex(properties),
        Log.PURGE_UPTO_SNAPSHOT_INDEX_KEY + " off lets the log grow without bound");
    check(
        found,
        !Log.Appender.installSnapshotEnabled(properties),
        Log.Appender.INSTALL_SNAPSHOT_ENABLED_KEY
            + " off leaves a member behind a purged log for ever");
    return found;
  }

  private static void check(List<String> found, boolean isForbidden, String why) {
    if (isForbidden) {
      found.add(why);
    }
  }
}
