package io.corale.node.cell;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.apache.ratis.protocol.RaftGroupId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers up to which index each replica of this node has applied what was synced, outside of the
 * replica (rule 35): a log whose end was lost cannot tell that it had one.
 *
 * <p>The mark follows within a second or so; what is lost beyond it is not noticed. It is written
 * over the old one in the file's only block, so that no metadata has to be synced. One that cannot
 * be read is none. {@link #raise} and {@link #forget} may be called by any thread.
 */
final class FloorMarker {
  private static final Logger log = LoggerFactory.getLogger(FloorMarker.class);

  private static final long NONE = -1;

  /** No replica reaches so far. */
  private static final long OUT_OF_REACH = Long.MAX_VALUE;

  private final Path directory;
  private final Map<RaftGroupId, Long> known = new ConcurrentHashMap<>();

  FloorMarker(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory);
  }

  /** The mark of a replica, -1 where there is none. */
  long of(RaftGroupId group) throws IOException {
    Path file = file(group);
    try {
      String[] words = Files.readString(file, StandardCharsets.US_ASCII).strip().split(" ", 2);
      if (words.length == 2 && words[1].equals(checksum(words[0]))) {
        long index = Long.parseLong(words[0]);
        known.put(group, index);
        return index;
      }
      log.warn("floor marker {} is damaged; it does not count", file);
    } catch (NoSuchFileException e) {
      // Nothing was applied yet, or before this build.
    } catch (CharacterCodingException e) {
      log.warn("floor marker {} is damaged; it does not count", file);
    }
    return NONE;
  }

  /** The replica has applied up to this index what is synced; the mark never falls. */
  synchronized void raise(RaftGroupId group, long index) throws IOException {
    if (index <= known.getOrDefault(group, NONE)) {
      return;
    }
    String text = String.format("%019d", index);
    byte[] line = (text + " " + checksum(text) + "\n").getBytes(StandardCharsets.US_ASCII);
    try (FileChannel channel =
        FileChannel.open(file(group), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(line);
      while (bytes.hasRemaining()) {
        channel.write(bytes, bytes.position());
      }
      channel.force(false);
    }
    known.put(group, index);
  }

  /** The replica must not be opened any more, whatever it has. */
  void condemn(RaftGroupId group) throws IOException {
    raise(group, OUT_OF_REACH);
  }

  boolean isCondemned(RaftGroupId group) throws IOException {
    return of(group) == OUT_OF_REACH;
  }

  /** The replica is not what it was: a new one begins at nothing. */
  synchronized void forget(RaftGroupId group) throws IOException {
    known.remove(group);
    Files.deleteIfExists(file(group));
  }

  private static String checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    return String.format("%08x", crc.getValue());
  }

  private Path file(RaftGroupId group) {
    return directory.resolve(group.getUuid().toString());
  }
}
