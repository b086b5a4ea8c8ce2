package io.corale.scheduler.ratis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream;
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

  /**
   * Reads all of it; the last entry, -1 where there is none.
   *
   * @throws IOException if it is not as it was written; the message says what is missing or changed
   */
  long verify() throws IOException {
    if (segments.isEmpty()) {
      return RaftLog.INVALID_LOG_INDEX;
    }
    long next = segments.get(0).first;
    for (Segment segment : segments) {
      if (segment.first != next) {
        throw new IOException(
            "its log has a gap: entry " + next + " is missing, entry " + segment.first + " is not");
      }
      next = segment.verify() + 1;
    }
    return next - 1;
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
      return first + read(segment, entry -> {}) - 1;
    }

    private int read(LogSegmentPath segment, Consumer<LogEntryProto> each) throws IOException {
      try {
        return LogSegment.readSegmentFile(
            path.toFile(),
            segment.getStartEnd(),
            LARGEST_ENTRY,
            CorruptionPolicy.EXCEPTION,
            null,
            each);
      } catch (IllegalStateException e) {
        throw new IOException(path.getFileName() + ": " + e.getMessage(), e);
      }
    }

    /** As {@link #read}, and not a byte may be left over but the zeros that Ratis puts there. */
    long verify() throws IOException {
      if (Files.size(path) == 0) {
        return requireEnd(first - 1);
      }
      Tail tail = new Tail(first);
      LogSegmentPath segment =
          Objects.requireNonNull(LogSegmentPath.matchLogSegment(path), "it is named as a segment");
      int entries = read(segment, tail::add);
      if (last.isEmpty() && entries > 0 && !tail.isFollowedByZero(path)) {
        throw new IOException(path.getFileName() + " ends in the middle of an entry");
      }
      return requireEnd(first + entries - 1);
    }

    private long requireEnd(long read) throws IOException {
      if (last.isPresent() && last.getAsLong() != read) {
        throw new IOException(path.getFileName() + " ends with entry " + read);
      }
      return read;
    }
  }

  /** Where in its file the next entry of a segment begins. */
  private static final class Tail {
    private static final int HEADER_BYTES = 8;

    private long next;
    private long position = HEADER_BYTES;

    Tail(long first) {
      this.next = first;
    }

    void add(LogEntryProto entry) {
      if (entry.getIndex() != next) {
        throw new IllegalStateException("entry " + entry.getIndex() + " stands for " + next);
      }
      next++;
      int size = entry.getSerializedSize();
      position += CodedOutputStream.computeUInt32SizeNoTag(size) + size + Integer.BYTES;
    }

    boolean isFollowedByZero(Path file) throws IOException {
      try (SeekableByteChannel channel = Files.newByteChannel(file)) {
        ByteBuffer one = ByteBuffer.allocate(1);
        return channel.position(position).read(one) < 0 || one.get(0) == 0;
      }
    }
  }
}
