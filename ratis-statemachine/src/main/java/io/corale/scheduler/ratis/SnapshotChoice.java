package io.corale.scheduler.ratis;

import io.corale.scheduler.Image;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.wire.SnapshotCodec;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.util.MD5FileUtil;
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

  /** Empty if it is damaged. Throws {@code UnknownFormat} if another build wrote it as it is. */
  private static Optional<Intact> read(SnapshotFile file) {
    boolean isAsWritten = false;
    try {
      MD5Hash digest = MD5FileUtil.computeMd5ForFile(file.path().toFile());
      isAsWritten = digestOf(file).filter(digest::equals).isPresent();
      // It may be the digest that is damaged, or missing: a snapshot has a checksum of its own.
      OwnerScheduler state = OwnerScheduler.restore(decode(file.path()));
      if (!SnapshotStore.digest(state.image()).equals(digest)) {
        log.error("{}: it does not lead to the state that it was taken of", file);
        return Optional.empty();
      }
      return Optional.of(new Intact(file, state, digest, isAsWritten));
    } catch (IOException e) {
      log.error("{}: {}", file, e.toString());
      return Optional.empty();
    } catch (RuntimeException e) {
      if (isAsWritten) {
        throw e;
      }
      log.error("{}: {}", file, e.toString());
      return Optional.empty();
    }
  }

  private static Optional<MD5Hash> digestOf(SnapshotFile file) {
    try {
      return Optional.ofNullable(MD5FileUtil.readStoredMd5ForFile(file.path().toFile()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Image decode(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return SnapshotCodec.decode(in);
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
