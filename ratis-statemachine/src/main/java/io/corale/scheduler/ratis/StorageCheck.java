package io.corale.scheduler.ratis;

import io.corale.scheduler.wire.UnknownFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.ratis.server.raftlog.RaftLog;

/**
 * Whether the storage of a replica still has all that the replica had acknowledged, looked up
 * before Ratis opens it (rule 6). Reads, and changes nothing.
 *
 * <pre>
 *   raft-meta     is there and tells a term and a vote; without it Ratis begins anew, or refuses
 *   log_*         every entry is as it was written, and none is missing between two others
 *   snapshot.*    one is intact, and the log leads on from it
 *   the floor     what is here reaches up to what is known to have been here
 * </pre>
 *
 * <p>An entry that is half written counts as damage, though it may be that nobody was told of it:
 * its bytes do not say so.
 */
public sealed interface StorageCheck {
  /** Nothing speaks against starting it; it reaches up to this index. */
  record Sound(long last) implements StorageCheck {}

  /** It must not be started under its old state. */
  record Damaged(String reason) implements StorageCheck {}

  /** There is none. */
  record Absent() implements StorageCheck {}

  /**
   * Looks at the replica in a directory, as Ratis lays it out.
   *
   * @param floor the index up to which it is known to have applied what was synced; -1 for nothing
   * @throws IOException if it cannot be looked at; that says nothing about what it holds
   */
  static StorageCheck of(Path replica, long floor) throws IOException {
    if (!Files.isDirectory(replica)) {
      return new Absent();
    }
    try {
      long last = read(replica);
      return last >= floor
          ? new Sound(last)
          : new Damaged("it ends with entry " + last + ", but had applied entry " + floor);
    } catch (NoSuchFileException e) {
      return new Damaged("there is no " + e.getFile());
    } catch (FileSystemException e) {
      // Too many open files, or no right to read: of this the replica knows nothing.
      throw e;
    } catch (IOException e) {
      return new Damaged(String.valueOf(e.getMessage()));
    }
  }

  private static long read(Path replica) throws IOException {
    Path current = replica.resolve("current");
    requireVote(current.resolve("raft-meta"));
    LogReach log = LogReach.of(current);
    long last = log.verify();
    Path directory = SnapshotLeavings.lastPlace(replica, replica.resolve("sm"));
    List<SnapshotFile> snapshots =
        Files.isDirectory(directory) ? SnapshotFile.newestFirst(directory) : List.of();
    return Math.max(last, state(snapshots, log));
  }

  private static long state(List<SnapshotFile> snapshots, LogReach log) throws IOException {
    try {
      return SnapshotChoice.of(snapshots, log)
          .intact()
          .map(intact -> intact.file().index())
          .orElse(RaftLog.INVALID_LOG_INDEX);
    } catch (UnknownFormat e) {
      // Another build wrote it. It is whole, and whoever opens it says that he does not know it.
      return snapshots.get(0).index();
    }
  }

  private static void requireVote(Path file) throws IOException {
    Properties meta = new Properties();
    try (BufferedReader in = Files.newBufferedReader(file)) {
      meta.load(in);
      Long.parseLong(meta.getProperty("term", ""));
    } catch (IllegalArgumentException e) {
      throw new IOException(file.getFileName() + " tells no term", e);
    }
    if (meta.getProperty("votedFor") == null) {
      throw new IOException(file.getFileName() + " tells no vote");
    }
  }
}
