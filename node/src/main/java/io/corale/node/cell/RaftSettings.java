package io.corale.node.cell;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/**
 * How this node takes part in Raft.
 *
 * @param directory where the groups' logs and snapshots live
 * @param bindHost the address that is listened at
 * @param dnsName the name by which the others reach it; addresses may change, names in a Raft
 *     configuration never do
 * @param port of the Raft server
 * @param electionMin the shortest silence of a leader after which an election begins
 * @param electionMax the longest such silence; see {@link ElectionTimeouts#fitFor}
 */
public record RaftSettings(
    Path directory,
    String bindHost,
    String dnsName,
    int port,
    Duration electionMin,
    Duration electionMax) {
  private static final ElectionTimeouts OF_FEW_CELLS = ElectionTimeouts.fitFor(1);

  /** The default of {@code electionMin}. */
  public static final Duration ELECTION_MIN = OF_FEW_CELLS.min();

  /** The default of {@code electionMax}. */
  public static final Duration ELECTION_MAX = OF_FEW_CELLS.max();

  /** A group that was just born or woken has no leader to wait for; pre-votes keep this safe. */
  private static final TimeDuration FIRST_ELECTION_MIN = millis(100);

  private static final TimeDuration FIRST_ELECTION_MAX = millis(300);

  /** Also the largest entry that Ratis takes: well above a batch of 96 KiB (rule 33). */
  private static final int APPEND_BYTES = 256 * 1024;

  /** Allocated directly for each group; Ratis wants a little more than the largest append. */
  private static final int WRITE_BUFFER_BYTES = APPEND_BYTES + 1024;

  /** Purging drops whole segments only, so they are small (rule 34). */
  private static final int SEGMENT_BYTES = 1024 * 1024;

  /** Zero-filled for each new segment; 4 MB, the default, would be paid by every idle owner. */
  private static final int PREALLOCATED_BYTES = 64 * 1024;

  /** Bounds what one group may hold unreplicated; the superpeer's window is far below. */
  private static final int PENDING_WRITES = 1024;

  private static final int PENDING_WRITE_BYTES = 4 * 1024 * 1024;

  /** Our commands are idempotent by themselves (rule 22): the cache need not live long. */
  private static final TimeDuration RETRY_CACHE_LIFE = TimeDuration.valueOf(5, TimeUnit.SECONDS);

  /** Throws {@link IllegalArgumentException} where a value cannot work. */
  public RaftSettings {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("Raft port must be from 1 to 65535, was " + port);
    }
    var unused = new ElectionTimeouts(electionMin, electionMax);
  }

  ElectionTimeouts elections() {
    return new ElectionTimeouts(electionMin, electionMax);
  }

  /** The id under which stock Ratis tools find this server by its address. */
  public String peerId() {
    return dnsName + "_" + port;
  }

  /** Where the others reach it. */
  public String address() {
    return dnsName + ":" + port;
  }

  /**
   * The properties of a Ratis server with these settings. A benchmark of bare Ratis takes the same
   * ones, so that it measures the same floor.
   */
  public RaftProperties properties() {
    RaftProperties all = new RaftProperties();
    RaftConfigKeys.Rpc.setType(all, SupportedRpcType.GRPC);
    GrpcConfigKeys.Server.setHost(all, bindHost);
    GrpcConfigKeys.Server.setPort(all, port);
    RaftServerConfigKeys.setStorageDir(all, List.of(directory.resolve("groups").toFile()));
    RaftServerConfigKeys.setRemovedGroupsDir(all, directory.resolve("removed").toFile());
    electing(all);
    log(all);
    snapshots(all);
    perGroup(all);
    return all;
  }

  private void electing(RaftProperties all) {
    RaftServerConfigKeys.Rpc.setTimeoutMin(all, millis(electionMin.toMillis()));
    RaftServerConfigKeys.Rpc.setTimeoutMax(all, millis(electionMax.toMillis()));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(all, FIRST_ELECTION_MIN);
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(all, FIRST_ELECTION_MAX);
    RaftServerConfigKeys.LeaderElection.setPreVote(all, true);
  }

  private static void log(RaftProperties all) {
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(all, SizeInBytes.valueOf(APPEND_BYTES));
    RaftServerConfigKeys.Log.setWriteBufferSize(all, SizeInBytes.valueOf(WRITE_BUFFER_BYTES));
    RaftServerConfigKeys.Log.setSegmentSizeMax(all, SizeInBytes.valueOf(SEGMENT_BYTES));
    RaftServerConfigKeys.Log.setPreallocatedSize(all, SizeInBytes.valueOf(PREALLOCATED_BYTES));
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(all, 1);
    RaftServerConfigKeys.Log.setSegmentCacheSizeMax(all, SizeInBytes.valueOf(2 * SEGMENT_BYTES));
    RaftServerConfigKeys.Log.setPurgeGap(all, 1);
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(all, true);
    RaftServerConfigKeys.Log.setLogMetadataEnabled(all, false);
    // Never: an entry would be acknowledged before it is on disk.
    RaftServerConfigKeys.Log.setUnsafeFlushEnabled(all, false);
    RaftServerConfigKeys.Log.setAsyncFlushEnabled(all, false);
    RaftServerConfigKeys.Log.setCorruptionPolicy(
        all, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
  }

  private static void snapshots(RaftProperties all) {
    // The state machine has its own trigger, by entries, bytes and age (rule 34), and decides how
    // many it keeps.
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(all, false);
    RaftServerConfigKeys.Snapshot.setCreationGap(all, 1);
    RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(all, true);
  }

  private static void perGroup(RaftProperties all) {
    RaftServerConfigKeys.Write.setElementLimit(all, PENDING_WRITES);
    RaftServerConfigKeys.Write.setByteLimit(all, SizeInBytes.valueOf(PENDING_WRITE_BYTES));
    RaftServerConfigKeys.RetryCache.setExpiryTime(all, RETRY_CACHE_LIFE);
    // These pools exist once per group. The proxy's is the process's and stays unbounded: with a
    // small one, closing many groups takes minutes.
    RaftServerConfigKeys.ThreadPool.setServerSize(all, 1);
    RaftServerConfigKeys.ThreadPool.setClientSize(all, 1);
    RaftServerConfigKeys.ThreadPool.setProxySize(all, 0);
  }

  private static TimeDuration millis(long millis) {
    return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
  }
}
