package io.corale.scheduler.ratis;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.raftlog.segmented.SegmentedRaftLogFormat;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;

/**
 * The entries in a file of the log, each checked: Ratis itself overlooks a half-written entry at
 * the end, and does not tell a disk that it cannot read from bytes that are wrong.
 *
 * <pre>
 *   "RaftLog1"       half of it, if the process died just then; then there are no entries
 *   entries          size as a varint, the entry, and the CRC-32C of both
 *   zeros            written in advance
 * </pre>
 */
final class SegmentBytes {
  /** Of a varint of 32 bits. */
  private static final int MOST_SIZE_BITS = 35;

  private final byte[] file;
  private final ByteBuffer bytes;
  private final long first;
  private int entries;
  private final List<LogEntryProto> configurations = new ArrayList<>();

  private SegmentBytes(byte[] file, long first) {
    this.file = file;
    this.bytes = ByteBuffer.wrap(file);
    this.first = first;
  }

  /**
   * What a file has.
   *
   * @param configurations those of the entries that are one
   */
  record Content(int entries, List<LogEntryProto> configurations) {}

  /**
   * Reads all of a file.
   *
   * @param first the index of its first entry
   */
  static Content read(byte[] file, long first) throws NotAsWritten {
    SegmentBytes all = new SegmentBytes(file, first);
    if (all.hasHeader()) {
      all.readEntries();
    }
    all.requireZeros();
    return new Content(all.entries, all.configurations);
  }

  private boolean hasHeader() throws NotAsWritten {
    ByteBuffer header = SegmentedRaftLogFormat.getHeaderBytebuffer();
    int length = Math.min(header.remaining(), bytes.remaining());
    int match = SegmentedRaftLogFormat.matchHeader(file, 0, length);
    bytes.position(match);
    if (match < header.remaining()) {
      requireZeros();
      return false;
    }
    return true;
  }

  private void readEntries() throws NotAsWritten {
    while (bytes.hasRemaining() && bytes.get(bytes.position()) != 0) {
      int at = bytes.position();
      try {
        readEntry();
      } catch (BufferUnderflowException e) {
        throw new NotAsWritten("ends in the middle of entry " + next(), e);
      } catch (InvalidProtocolBufferException e) {
        throw new NotAsWritten("has no entry at byte " + at, e);
      }
    }
  }

  private void readEntry() throws NotAsWritten, InvalidProtocolBufferException {
    int begin = bytes.position();
    int size = size();
    if (size < 0 || size > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    int content = bytes.position();
    bytes.position(content + size);
    CRC32C sum = new CRC32C();
    sum.update(file, begin, content + size - begin);
    if (bytes.getInt() != (int) sum.getValue()) {
      throw new NotAsWritten("has another entry " + next() + " than was written");
    }
    LogEntryProto entry = LogEntryProto.parseFrom(ByteBuffer.wrap(file, content, size));
    if (entry.getIndex() != next()) {
      throw new NotAsWritten("has entry " + entry.getIndex() + " in the place of " + next());
    }
    entries++;
    if (entry.hasConfigurationEntry()) {
      configurations.add(entry);
    }
  }

  private int size() {
    int size = 0;
    for (int bits = 0; bits < MOST_SIZE_BITS; bits += 7) {
      byte next = bytes.get();
      size |= (next & 0x7F) << bits;
      if (next >= 0) {
        return size;
      }
    }
    return -1;
  }

  private long next() {
    return first + entries;
  }

  private void requireZeros() throws NotAsWritten {
    while (bytes.hasRemaining()) {
      if (bytes.get() != 0) {
        throw new NotAsWritten("has something behind entry " + (next() - 1));
      }
    }
  }
}
