package io.corale.scheduler.ratis;

import io.corale.scheduler.Image;
import io.corale.scheduler.wire.SnapshotCodec;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;

/**
 * The snapshots of one replica on disk.
 *
 * <p>A worker encodes and writes while the log goes on; Ratis may meanwhile clean up, or replace
 * the whole directory by a snapshot of the leader's. Here, and only here, those threads meet:
 * whoever touches the directory holds this object's monitor.
 */
final class SnapshotStore extends SimpleStateMachineStorage {
  private Path directory = Path.of("");
  private Path scratch = Path.of("");
  private boolean open;
  private long durableIndex = RaftLog.INVALID_LOG_INDEX;

  @Override
  public synchronized void init(RaftStorage storage) throws IOException {
    super.init(storage);
    directory = storage.getStorageDir().getStateMachineDir().toPath();
    scratch = storage.getStorageDir().getTmpDir().toPath();
    Files.createDirectories(directory);
    Files.createDirectories(scratch);
  }

  /** The newest snapshot, read back; empty where there is none. */
  synchronized Optional<Loaded> load() throws IOException {
    SingleFileSnapshotInfo latest = loadLatestSnapshot();
    open = true;
    if (latest == null) {
      return Optional.empty();
    }
    Path file = latest.getFile().getPath();
    if (latest.getFile().getFileDigest() != null) {
      MD5FileUtil.verifySavedMD5(file.toFile(), latest.getFile().getFileDigest());
    }
    Image image;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      image = SnapshotCodec.decode(in);
    }
    durableIndex = latest.getIndex();
    return Optional.of(new Loaded(latest.getTermIndex(), image));
  }

  /** Lets no writer publish until {@link #load} was called again. */
  synchronized void shut() {
    open = false;
  }

  /** The index of the newest snapshot that survives a power cut; -1 where there is none. */
  synchronized long durableIndex() {
    return durableIndex;
  }

  /** Encodes and writes a snapshot; says whether it is now the newest one on disk. */
  boolean write(TermIndex at, Image image) throws IOException {
    Path draft = scratch.resolve(getSnapshotFileName(at.getTerm(), at.getIndex()) + ".draft");
    Files.createDirectories(scratch);
    try (FileChannel out =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      OutputStream buffered = new BufferedOutputStream(Channels.newOutputStream(out));
      SnapshotCodec.encode(image, buffered);
      buffered.flush();
      out.force(true);
    }
    boolean published = publish(draft, at);
    Files.deleteIfExists(draft);
    return published;
  }

  private synchronized boolean publish(Path draft, TermIndex at) throws IOException {
    if (!open || at.getIndex() <= durableIndex) {
      return false;
    }
    Path file = getSnapshotFile(at.getTerm(), at.getIndex()).toPath();
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    MD5Hash digest = MD5FileUtil.computeAndSaveMd5ForFile(file.toFile());
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    }
    updateLatestSnapshot(new SingleFileSnapshotInfo(new FileInfo(file, digest), at));
    durableIndex = at.getIndex();
    return true;
  }

  @Override
  public synchronized void cleanupOldSnapshots(SnapshotRetentionPolicy policy) throws IOException {
    super.cleanupOldSnapshots(policy);
  }

  /** A snapshot as it was read, and the point of the log at which it was taken. */
  record Loaded(TermIndex at, Image image) {}
}
