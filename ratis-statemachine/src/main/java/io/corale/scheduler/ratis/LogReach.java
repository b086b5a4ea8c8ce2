package io.corale.scheduler.ratis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.util.SizeInBytes;

/**
 * Which entries the log on a replica's disk has, looked up before Ratis opens it: a state can go on
 * from a log only if that begins no later than with the next entry.
 */
final class LogReach {
  private static final Pattern CLOSED = Pattern.compile("log_([0-9]{1,18})-([0-9]{1,18})");
  private static final Pattern OPEN = Pattern.compile("log_inprogress_([0-9]{1,18})");

  /** Above what any setting of ours lets Ratis write; what claims more is no entry. */
  private static final SizeInBytes LARGEST_ENTRY = SizeInBytes.valueOf("8MB");

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
    return newest.last.isPresent() ? newest.last.getAsLong() : newest.read();
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

    /** The last entry; fails where the file is damaged, as opening the log will. */
    long read() throws IOException {
      LogSegmentPath segment = LogSegmentPath.matchLogSegment(path);
      if (segment == null) {
        // Ratis deletes one of no size.
        return first - 1;
      }
      int entries =
          LogSegment.readSegmentFile(
              path.toFile(),
              segment.getStartEnd(),
              LARGEST_ENTRY,
              CorruptionPolicy.EXCEPTION,
              null,
              null);
      return first + entries - 1;
    }
  }
}
