package io.corale.scheduler.ratis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.raftlog.RaftLog;

/**
 * Which entries the log on a replica's disk has, looked up before Ratis opens it: a state can go on
 * from a log only if that begins no later than with the next entry.
 */
final class LogReach {
  private static final Pattern CLOSED = Pattern.compile("log_([0-9]{1,18})-([0-9]{1,18})");
  private static final Pattern OPEN = Pattern.compile("log_inprogress_([0-9]{1,18})");

  /** Some times more than any setting of ours lets Ratis write into one. */
  private static final long LARGEST_SEGMENT = 64L << 20;

  /** The oldest first. */
  private final List<Segment> segments;

  private LogReach(List<Segment> segments) {
    this.segments = segments;
  }

  /** Of the log in this directory, as Ratis lays it out. */
  static LogReach of(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return new LogReach(
          files
              .flatMap(file -> Segment.of(file).stream())
              .sorted(Comparator.comparingLong(Segment::first))
              .toList());
    }
  }

  /** Whether a state at this index finds its next entry here, or there is nothing to go on with. */
  boolean continues(long index) {
    return segments.isEmpty() || segments.get(0).first <= index + 1;
  }

  /** Whether the entries after {@code index} are here, up to {@code end} at the least. */
  boolean leads(long index, long end) throws IOException {
    return !segments.isEmpty() && continues(index) && last() >= end;
  }

  private long last() throws IOException {
    Segment newest = segments.get(segments.size() - 1);
    return newest.last.isPresent() ? newest.last.getAsLong() : newest.end(newest.read());
  }

  /**
   * What is there, all of it read.
   *
   * @param last the last entry, -1 where there is none
   * @param hasConfiguration whether one of the entries is a configuration
   * @param leavings files that nobody needs, but for which Ratis would not open the rest
   */
  record Found(long last, boolean hasConfiguration, List<Path> leavings) {}

  /**
   * Reads all of it. A gap below the state is where Ratis died while it purged what the state has:
   * it deletes the newest file first ({@code SegmentedRaftLogWorker.PurgeLog}).
   *
   * @param state the index of the state that goes on from here
   * @throws NotAsWritten if it is not as it was written, or an entry is missing
   */
  Found verify(long state) throws IOException {
    List<Path> needed = new ArrayList<>();
    List<Path> leavings = new ArrayList<>();
    boolean hasConfiguration = false;
    long next = segments.isEmpty() ? RaftLog.LEAST_VALID_LOG_INDEX : segments.get(0).first;
    for (Segment segment : segments) {
      if (segment.first != next) {
        requireBelow(state, next, segment.first);
        leavings.addAll(needed);
        needed.clear();
        hasConfiguration = false;
      }
      SegmentBytes.Content content = segment.read();
      needed.add(segment.path);
      hasConfiguration |= !content.configurations().isEmpty();
      next = segment.end(content) + 1;
    }
    long last = segments.isEmpty() ? RaftLog.INVALID_LOG_INDEX : next - 1;
    return new Found(last, hasConfiguration, leavings);
  }

  /** The entries that are a configuration, of what is here. */
  List<LogEntryProto> configurations() throws IOException {
    List<LogEntryProto> all = new ArrayList<>();
    for (Segment segment : segments) {
      all.addAll(segment.read().configurations());
    }
    return all;
  }

  private static void requireBelow(long state, long missing, long present) throws NotAsWritten {
    if (present > state + 1 || present < missing) {
      throw new NotAsWritten(
          "its log has a gap: entry " + missing + " is missing, entry " + present + " is not");
    }
  }

  @Override
  public String toString() {
    return segments.isEmpty()
        ? "its log is empty"
        : "its log begins with entry " + segments.get(0).first;
  }

  /**
   * A file of the log.
   *
   * @param last empty where it was still written to
   */
  private record Segment(Path path, long first, OptionalLong last) {
    static Optional<Segment> of(Path path) {
      String name = path.getFileName().toString();
      Matcher closed = CLOSED.matcher(name);
      if (closed.matches()) {
        return Optional.of(
            new Segment(
                path,
                Long.parseLong(closed.group(1)),
                OptionalLong.of(Long.parseLong(closed.group(2)))));
      }
      Matcher open = OPEN.matcher(name);
      return open.matches()
          ? Optional.of(new Segment(path, Long.parseLong(open.group(1)), OptionalLong.empty()))
          : Optional.empty();
    }

    SegmentBytes.Content read() throws IOException {
      if (Files.size(path) > LARGEST_SEGMENT) {
        throw new NotAsWritten(path.getFileName() + " is larger than any");
      }
      byte[] bytes = Files.readAllBytes(path);
      try {
        SegmentBytes.Content content = SegmentBytes.read(bytes, first);
        if (last.isPresent() && last.getAsLong() != end(content)) {
          throw new NotAsWritten("ends with entry " + end(content));
        }
        return content;
      } catch (NotAsWritten e) {
        throw new NotAsWritten(path.getFileName() + " " + e.getMessage(), e);
      }
    }

    long end(SegmentBytes.Content content) {
      return first + content.entries() - 1;
    }
  }
}
