package io.corale.scheduler.ratis;

import io.corale.scheduler.Image;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.wire.SnapshotCodec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one replica on disk: the newest, and one before it, should the newest turn out
 * damaged.
 *
 * <pre>
 *   tmp/snapshot.T_I.draft      written and synced
 *   sm/snapshot.T_I.md5         moved there before what it is the digest of
 *   sm/snapshot.T_I             moved there: from now on it may be the newest one
 *   sm/                         synced: from now on it is, and older ones may go
 * </pre>
 *
 * <p>So a snapshot that has its name is whole, wherever the process dies, and what it dies over is
 * swept away at the next start.
 *
 * <p>A worker encodes and writes while the log goes on; Ratis may meanwhile replace the whole
 * directory by a snapshot of the leader's. Here, and only here, those threads meet: whoever changes
 * the directory holds this object's monitor. What the applying thread asks does not wait for it.
 */
final class SnapshotStore implements StateMachineStorage {
  /** The newest, and the one that stands in for it. */
  static final int KEPT = 2;

  private final SnapshotDisk disk;
  private Path root = Path.of("");
  private Path directory = Path.of("");
  private Path scratch = Path.of("");
  private Path log = Path.of("");
  private boolean open;

  /** The newest first; at most {@link #KEPT}. */
  private volatile List<SnapshotFile> kept = List.of();

  private volatile long loadedIndex = RaftLog.INVALID_LOG_INDEX;

  private volatile @Nullable SingleFileSnapshotInfo latest;

  SnapshotStore(SnapshotDisk disk) {
    this.disk = disk;
  }

  @Override
  public synchronized void init(RaftStorage storage) throws IOException {
    RaftStorageDirectory all = storage.getStorageDir();
    root = all.getRoot().toPath();
    directory = all.getStateMachineDir().toPath();
    scratch = all.getTmpDir().toPath();
    log = all.getCurrentDir().toPath();
    SnapshotLeavings.sweep(root, directory, scratch);
  }

  /**
   * The state to go on from: the newest snapshot, or what stands in for it if that one is damaged
   * and the log has all that it lacks; empty where the log has everything.
   *
   * @throws LostState if there is none
   */
  synchronized Optional<Loaded> load() throws IOException {
    List<SnapshotFile> found = SnapshotFile.newestFirst(directory);
    SnapshotChoice choice = SnapshotChoice.of(found, LogReach.of(log));
    for (SnapshotFile damaged : choice.damaged()) {
      disk.move(damaged.path(), damaged.corrupt());
      disk.delete(damaged.digest());
    }
    List<SnapshotFile> sound = found.subList(choice.damaged().size(), found.size());
    keep(sound);
    loadedIndex = durableIndex();
    latest = null;
    Optional<Loaded> loaded = Optional.empty();
    if (choice.intact().isPresent()) {
      SnapshotChoice.Intact intact = choice.intact().get();
      if (!intact.hasDigest()) {
        writeDigest(intact.file(), intact.digest());
      }
      latest = newest(intact.file(), intact.digest());
      loaded = Optional.of(new Loaded(intact.file().at(), intact.state(), intact.digest()));
    }
    open = true;
    return loaded;
  }

  /** Keeps the first of these, and deletes the others. */
  private void keep(List<SnapshotFile> newestFirst) throws IOException {
    kept = newestFirst.stream().limit(KEPT).toList();
    for (SnapshotFile old : newestFirst.subList(kept.size(), newestFirst.size())) {
      disk.delete(old.path());
      disk.delete(old.digest());
    }
  }

  /** Lets no writer publish until {@link #load} was called again. */
  synchronized void shut() {
    open = false;
  }

  /**
   * Makes durable what Ratis has put here: it moves the files of a leader there without syncing
   * them or their names ({@code SnapshotManager.appendSnapshot}, {@code finalizeSnapshot}).
   */
  synchronized void secure() throws IOException {
    for (SnapshotFile file : SnapshotFile.newestFirst(directory)) {
      disk.force(file.path());
    }
    disk.sync(directory);
    disk.sync(root);
  }

  /** The index of the newest snapshot that survives a power cut; -1 where there is none. */
  long durableIndex() {
    List<SnapshotFile> now = kept;
    return now.isEmpty() ? RaftLog.INVALID_LOG_INDEX : now.get(0).index();
  }

  /** What that one takes on disk; 0 where there is none. */
  long durableBytes() throws IOException {
    List<SnapshotFile> now = kept;
    return now.isEmpty() ? 0 : Files.size(now.get(0).path());
  }

  /**
   * Up to where nobody needs the log, not even the snapshot that stands in for the newest; -1 while
   * that is not known.
   *
   * <p>It never falls, nor is it below the snapshot from which this replica goes on: Ratis would
   * take that for a bug, and close the group ({@code StateMachineUpdater.takeSnapshot}, {@code
   * RaftLogIndex.updateIncreasingly}).
   */
  long purgeableIndex() {
    List<SnapshotFile> now = kept;
    long needed = now.size() < KEPT ? RaftLog.INVALID_LOG_INDEX : now.get(KEPT - 1).index();
    return needed < loadedIndex ? RaftLog.INVALID_LOG_INDEX : needed;
  }

  /** Encodes and writes a snapshot; what it became if it is now the newest one on disk. */
  Optional<Written> write(TermIndex at, Image image) throws IOException {
    SnapshotFile file = SnapshotFile.of(directory, at);
    Path draft = scratch.resolve(file.path().getFileName() + ".draft");
    MessageDigest md5 = MD5FileUtil.newMD5();
    Files.createDirectories(scratch);
    disk.write(draft, out -> SnapshotCodec.encode(image, new DigestOutputStream(out, md5)));
    return publish(draft, file, MD5Hash.newInstance(md5.digest()));
  }

  /** What the digest of a snapshot of this would be. */
  static MD5Hash digest(Image image) throws IOException {
    MessageDigest md5 = MD5FileUtil.newMD5();
    SnapshotCodec.encode(image, new DigestOutputStream(OutputStream.nullOutputStream(), md5));
    return MD5Hash.newInstance(md5.digest());
  }

  private synchronized Optional<Written> publish(Path draft, SnapshotFile file, MD5Hash digest)
      throws IOException {
    if (!open || file.index() <= durableIndex()) {
      disk.delete(draft);
      return Optional.empty();
    }
    writeDigest(file, digest);
    disk.move(draft, file.path());
    disk.sync(directory);
    latest = newest(file, digest);
    keep(Stream.concat(Stream.of(file), kept.stream()).toList());
    return Optional.of(new Written(file.at(), Files.size(file.path()), digest));
  }

  private void writeDigest(SnapshotFile file, MD5Hash digest) throws IOException {
    String line = digest + " *" + file.path().getFileName() + "\n";
    Path draft = scratch.resolve(file.digest().getFileName() + ".draft");
    Files.createDirectories(scratch);
    disk.write(draft, out -> out.write(line.getBytes(StandardCharsets.UTF_8)));
    disk.move(draft, file.digest());
  }

  private static SingleFileSnapshotInfo newest(SnapshotFile file, MD5Hash digest) {
    return new SingleFileSnapshotInfo(new FileInfo(file.path(), digest), file.at());
  }

  // What Ratis asks.

  @Override
  public @Nullable SingleFileSnapshotInfo getLatestSnapshot() {
    return latest;
  }

  /** Does nothing: which ones are kept is decided when one is written. */
  @Override
  public void cleanupOldSnapshots(SnapshotRetentionPolicy ignored) {}

  /** Does nothing: Ratis empties the directory itself. */
  @Override
  public void format() {}

  /** The state of a snapshot, the point of the log at which it was taken, and its MD5. */
  record Loaded(TermIndex at, OwnerScheduler state, MD5Hash digest) {}

  /** A snapshot that was written. */
  record Written(TermIndex at, long bytes, MD5Hash digest) {}
}
