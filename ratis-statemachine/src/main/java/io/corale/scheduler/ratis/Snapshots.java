package io.corale.scheduler.ratis;

import io.corale.scheduler.Image;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a replica takes a snapshot, and who writes it: an image of references is taken between two
 * entries, a worker encodes and syncs it, and Ratis is then asked to purge its log up to there
 * (rule 35). One at a time.
 *
 * <p>{@link #applied} and {@link #take} are called by the applying thread only.
 */
final class Snapshots {
  private static final Logger log = LoggerFactory.getLogger(Snapshots.class);

  /** How long Ratis may take to ask this replica for the index up to which it may purge. */
  private static final long PURGE_TIMEOUT_MILLIS = 10_000;

  private final SnapshotStore store;
  private final Executor worker;
  private final SnapshotThresholds thresholds;
  private final ClientId self = ClientId.randomId();

  private long entriesSince;
  private long bytesSince;
  private volatile boolean isWriting;
  private volatile boolean isPurging;

  Snapshots(SnapshotStore store, Executor worker, SnapshotThresholds thresholds) {
    this.store = store;
    this.worker = worker;
    this.thresholds = thresholds;
  }

  /** An entry of this size was applied; says whether a snapshot is due. */
  boolean applied(long bytes) {
    entriesSince++;
    bytesSince += bytes;
    return entriesSince >= thresholds.entries() || bytesSince >= thresholds.bytes();
  }

  /** The state was replaced by that of a snapshot. */
  void loaded() {
    entriesSince = 0;
    bytesSince = 0;
  }

  /** Whether Ratis asks because it was told that there is a new durable index. */
  boolean isPurging() {
    return isPurging;
  }

  /** Takes a snapshot at this point, unless one is being written or stands already. */
  void take(TermIndex at, Supplier<Image> image, RaftServer server, RaftGroupId group) {
    if (isWriting || at.getIndex() <= store.durableIndex()) {
      return;
    }
    Image taken = image.get();
    loaded();
    isWriting = true;
    try {
      worker.execute(() -> write(at, taken, server, group));
    } catch (RuntimeException e) {
      isWriting = false;
      log.warn("{} no snapshot at {}: the worker refused it", group, at);
    }
  }

  private void write(TermIndex at, Image image, RaftServer server, RaftGroupId group) {
    try {
      if (store.write(at, image)) {
        askToPurge(server, group);
      }
    } catch (IOException | RuntimeException e) {
      log.error("{} snapshot at {} failed, the log keeps growing", group, at, e);
    } finally {
      isWriting = false;
    }
  }

  /** Has Ratis ask for the durable index once more, now that there is a new one. */
  private void askToPurge(RaftServer server, RaftGroupId group) throws IOException {
    isPurging = true;
    SnapshotManagementRequest request =
        SnapshotManagementRequest.newCreate(
            self, server.getId(), group, 0, PURGE_TIMEOUT_MILLIS, 1);
    var unused =
        server.snapshotManagementAsync(request).whenComplete((reply, failure) -> isPurging = false);
  }
}
