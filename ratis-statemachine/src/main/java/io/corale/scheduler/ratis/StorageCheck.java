package io.corale.scheduler.ratis;

import io.corale.scheduler.wire.UnknownFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;

/**
 * Whether the storage of a replica still has all that the replica had acknowledged, looked up
 * before Ratis opens it (rule 6). Reads, and changes nothing.
 *
 * <pre>
 *   raft-meta        is there and tells a term and a vote; without it Ratis begins anew, or refuses
 *   raft-meta.conf   tells a configuration, unless the log does; without one nobody is a member
 *   log_*            every entry is as it was written, and none is missing that the state lacks
 *   snapshot.*       one is intact, and the log leads on from it
 *   the floor        what is here reaches up to what is known to have been here
 * </pre>
 *
 * <p>An entry that is half written counts as damage, though it may be that nobody was told of it:
 * its bytes do not say so. The same goes for a process that died while Ratis took back entries over
 * the border of a file ({@code SegmentedRaftLogWorker.TruncateLog}).
 */
public sealed interface StorageCheck {
  /**
   * Nothing speaks against starting it; it reaches up to this index.
   *
   * @param leavings files of its log that nobody needs, and that have to go before
   */
  record Sound(long last, List<Path> leavings) implements StorageCheck {}

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
    if (!Presence.isThere(replica)) {
      return new Absent();
    }
    try {
      Sound found = read(replica);
      return found.last >= floor
          ? found
          : new Damaged("it ends with entry " + found.last + ", but had applied entry " + floor);
    } catch (NoSuchFileException e) {
      return new Damaged("there is no " + e.getFile());
    } catch (NotAsWritten | LostState e) {
      return new Damaged(String.valueOf(e.getMessage()));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Whether the newest configuration in a replica that is sound is of this index at most, and names
   * a peer: by that it would take part in elections.
   */
  static boolean isMemberOfOld(Path replica, String peer, long upTo) throws IOException {
    Path current = replica.resolve("current");
    List<LogEntryProto> all = new ArrayList<>(LogReach.of(current).configurations());
    Path newest = current.resolve("raft-meta.conf");
    if (Presence.isThere(newest)) {
      all.add(LogEntryProto.parseFrom(Files.readAllBytes(newest)));
    }
    return all.stream()
        .max(Comparator.comparingLong(LogEntryProto::getIndex))
        .filter(entry -> entry.getIndex() <= upTo)
        .map(LogEntryProto::getConfigurationEntry)
        .stream()
        .flatMap(it -> Stream.concat(it.getPeersList().stream(), it.getOldPeersList().stream()))
        .anyMatch(each -> each.getId().toStringUtf8().equals(peer));
  }

  private static Sound read(Path replica) throws IOException {
    Path current = replica.resolve("current");
    requireVote(current.resolve("raft-meta"));
    LogReach log = LogReach.of(current);
    Path directory = SnapshotLeavings.lastPlace(replica, replica.resolve("sm"));
    List<SnapshotFile> snapshots =
        Presence.isThere(directory) ? SnapshotFile.newestFirst(directory) : List.of();
    long state = state(snapshots, log);
    LogReach.Found found = log.verify(state);
    long last = Math.max(found.last(), state);
    requireConfiguration(current.resolve("raft-meta.conf"), found, last);
    return new Sound(last, found.leavings());
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
    byte[] bytes = Files.readAllBytes(file);
    try {
      meta.load(new ByteArrayInputStream(bytes));
      Long.parseLong(meta.getProperty("term", ""));
    } catch (IllegalArgumentException e) {
      throw new NotAsWritten(file.getFileName() + " tells no term", e);
    }
    if (meta.getProperty("votedFor") == null) {
      throw new NotAsWritten(file.getFileName() + " tells no vote");
    }
  }

  /** On a full disk Ratis leaves an empty one; what the log says later counts more. */
  private static void requireConfiguration(Path file, LogReach.Found log, long last)
      throws IOException {
    if (last < 0 || log.hasConfiguration()) {
      return;
    }
    byte[] bytes = Files.readAllBytes(file);
    try {
      LogEntryProto entry = LogEntryProto.parseFrom(bytes);
      if (entry.getConfigurationEntry().getPeersCount() == 0) {
        throw new NotAsWritten(file.getFileName() + " tells no configuration");
      }
    } catch (InvalidProtocolBufferException e) {
      throw new NotAsWritten(file.getFileName() + " tells no configuration", e);
    }
  }
}
