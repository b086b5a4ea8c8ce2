package io.corale.scheduler.ratis;

import io.corale.scheduler.Image;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
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
 * entries, a worker encodes and syncs it, and Ratis is then asked to purge its log (rule 35). One
 * at a time: who is due while one is written waits for the next entry, or the next multiple.
 *
 * <p>{@link #applied}, {@link #loaded} and {@link #take} are called by the applying thread only.
 */
final class Snapshots {
  private static final Logger log = LoggerFactory.getLogger(Snapshots.class);

  /** How long Ratis may take to ask this replica for the index up to which it may purge. */
  private static final long PURGE_TIMEOUT_MILLIS = 10_000;

  private final SnapshotStore store;
  private final Executor worker;
  private final SnapshotThresholds thresholds;
  private final LongSupplier nanoTime;
  private final Consumer<SnapshotStore.Written> written;
  private final ClientId self = ClientId.randomId();

  /** Of the applying thread. */
  private long lastIndex;

  private long bytesSince;
  private long sinceNanos;

  /**
   * Of the newest one, whoever wrote it; 0 where there is none, or another could not be written.
   */
  private volatile long newestBytes;

  private volatile boolean isWriting;
  private volatile boolean isPurging;

  /**
   * @param nanoTime measures the age of snapshots
   * @param written hears of each one that is durable, on the worker's thread
   */
  Snapshots(
      SnapshotStore store,
      Executor worker,
      SnapshotThresholds thresholds,
      LongSupplier nanoTime,
      Consumer<SnapshotStore.Written> written) {
    this.store = store;
    this.worker = worker;
    this.thresholds = thresholds;
    this.nanoTime = nanoTime;
    this.written = written;
  }

  /** An entry of this size was applied; says whether a snapshot is due. */
  boolean applied(long index, long bytes) {
    boolean isMultiple = index / thresholds.entries() > lastIndex / thresholds.entries();
    lastIndex = index;
    bytesSince += bytes;
    return isMultiple
        || bytesSince >= Math.max(thresholds.bytes(), newestBytes)
        || nanoTime.getAsLong() - sinceNanos >= thresholds.age().toNanos();
  }

  /** The state is that of a snapshot at this index and of this size, or of no entry. */
  void loaded(long index, long bytes) {
    lastIndex = index;
    newestBytes = bytes;
    begin();
  }

  private void begin() {
    bytesSince = 0;
    sinceNanos = nanoTime.getAsLong();
  }

  /** Whether Ratis asks because it was told that there is a new one. */
  boolean isPurging() {
    return isPurging;
  }

  /** Takes a snapshot at this point, unless one is being written or stands already. */
  void take(TermIndex at, Supplier<Image> image, RaftServer server, RaftGroupId group) {
    if (isWriting || at.getIndex() <= store.durableIndex()) {
      return;
    }
    Image taken = image.get();
    begin();
    isWriting = true;
    try {
      worker.execute(() -> write(at, taken, server, group));
    } catch (RuntimeException e) {
      isWriting = false;
      newestBytes = 0;
      log.warn("{} no snapshot at {}: the worker refused it", group, at);
    }
  }

  private void write(TermIndex at, Image image, RaftServer server, RaftGroupId group) {
    try {
      Optional<SnapshotStore.Written> done = store.write(at, image);
      if (done.isPresent()) {
        newestBytes = done.get().bytes();
        written.accept(done.get());
        askToPurge(server, group);
      }
    } catch (IOException | RuntimeException e) {
      newestBytes = 0;
      log.error("{} snapshot at {} failed, the log keeps growing", group, at, e);
    } finally {
      isWriting = false;
    }
  }

  /**
   * Has Ratis ask up to where it may purge, now that there is a new one. Where no entry has been
   * applied since that one, Ratis does not ask ({@code RaftServerImpl.takeSnapshotAsync}); the next
   * one makes up for it.
   */
  private void askToPurge(RaftServer server, RaftGroupId group) throws IOException {
    isPurging = true;
    SnapshotManagementRequest request =
        SnapshotManagementRequest.newCreate(
            self, server.getId(), group, 0, PURGE_TIMEOUT_MILLIS, 1);
    var unused =
        server.snapshotManagementAsync(request).whenComplete((reply, failure) -> isPurging = false);
  }
}
