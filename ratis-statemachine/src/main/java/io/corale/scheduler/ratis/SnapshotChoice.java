package io.corale.scheduler.ratis;

import io.corale.scheduler.Image;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.wire.SnapshotCodec;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From which of its snapshots a replica goes on: the newest that is intact, if the log has all that
 * a damaged one had beyond it. Reads, and changes nothing.
 *
 * <p>The log must reach the end of the damaged one at least: this replica had applied that much, so
 * it had acknowledged it, and others may count on it (rule 6).
 *
 * @param damaged what is not as it was written, the newest first
 * @param intact empty where the replica goes on from the beginning of its log
 */
record SnapshotChoice(List<SnapshotFile> damaged, Optional<Intact> intact) {
  private static final Logger log = LoggerFactory.getLogger(SnapshotChoice.class);

  /**
   * Chooses.
   *
   * @param found the newest first
   * @throws LostState if the log makes up for none
   */
  static SnapshotChoice of(List<SnapshotFile> found, LogReach reach) throws IOException {
    List<SnapshotFile> damaged = new ArrayList<>();
    for (SnapshotFile file : found) {
      Optional<Intact> intact = read(file);
      if (intact.isPresent()) {
        requireLog(damaged, file.index(), reach);
        return new SnapshotChoice(damaged, intact);
      }
      damaged.add(file);
    }
    requireLog(damaged, RaftLog.INVALID_LOG_INDEX, reach);
    return new SnapshotChoice(damaged, Optional.empty());
  }

  private static void requireLog(List<SnapshotFile> damaged, long from, LogReach reach)
      throws IOException {
    boolean isEnough =
        damaged.isEmpty() ? reach.continues(from) : reach.leads(from, damaged.get(0).index());
    String state = from < 0 ? "no snapshot" : "the snapshot at " + from;
    if (!isEnough) {
      throw new LostState(damaged, state, reach);
    }
    if (!damaged.isEmpty()) {
      log.warn("{} damaged; going on with {} and the log", damaged, state);
    }
  }

  /**
   * Empty if it is damaged. Throws {@code UnknownFormat} if another build wrote it as it is, and
   * what the disk throws that cannot be read.
   */
  private static Optional<Intact> read(SnapshotFile file) throws IOException {
    MD5Hash digest = digestOfBytes(file.path());
    boolean isAsWritten = digestOf(file).filter(digest::equals).isPresent();
    try {
      // It may be the digest that is damaged, or missing: a snapshot has a checksum of its own.
      OwnerScheduler state = OwnerScheduler.restore(decode(file.path()));
      if (!SnapshotStore.digest(state.image()).equals(digest)) {
        log.error("{}: it does not lead to the state that it was taken of", file);
        return Optional.empty();
      }
      return Optional.of(new Intact(file, state, digest, isAsWritten));
    } catch (NotAsWritten e) {
      log.error("{}: {}", file, String.valueOf(e.getCause()));
      return Optional.empty();
    } catch (RuntimeException e) {
      if (isAsWritten) {
        throw e;
      }
      log.error("{}: {}", file, e.toString());
      return Optional.empty();
    }
  }

  /** Not as Ratis does it: it maps the file, and then a sick disk throws no exception. */
  private static MD5Hash digestOfBytes(Path file) throws IOException {
    MessageDigest md5 = MD5FileUtil.newMD5();
    try (InputStream in = Files.newInputStream(file)) {
      in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), md5));
    }
    return MD5Hash.newInstance(md5.digest());
  }

  private static Optional<MD5Hash> digestOf(SnapshotFile file) {
    try {
      return Optional.ofNullable(MD5FileUtil.readStoredMd5ForFile(file.path().toFile()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Image decode(Path path) throws IOException {
    try (DiskInput disk = new DiskInput(Files.newInputStream(path))) {
      try {
        return SnapshotCodec.decode(new BufferedInputStream(disk));
      } catch (IOException e) {
        disk.requireRead();
        throw new NotAsWritten("not as it was written", e);
      }
    }
  }

  /** Tells a disk that does not give what it has from what is wrong with that. */
  private static final class DiskInput extends FilterInputStream {
    private @Nullable IOException failure;

    DiskInput(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      try {
        return super.read(to, from, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    void requireRead() throws IOException {
      if (failure != null) {
        throw failure;
      }
    }
  }

  /**
   * A snapshot that is as it was written.
   *
   * @param state which would be written as it was
   * @param digest the MD5 of its bytes
   * @param hasDigest whether that stands beside it
   */
  record Intact(SnapshotFile file, OwnerScheduler state, MD5Hash digest, boolean hasDigest) {}
}
