package io.corale.node.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Numbers the lives of a node on its disk. A number is never given twice, also by a node that has
 * lost its disk: a life's number is at least the second in which it began.
 */
record BootCounter(Path file) {
  /** The number of the last life; empty on a new disk. */
  OptionalLong last() throws IOException {
    Optional<String> text = DurableFile.read(file).map(String::strip);
    return text.isPresent() ? OptionalLong.of(parsed(text.get())) : OptionalLong.empty();
  }

  /** The number of the life that begins now, once it is counted. */
  long next(Instant now) throws IOException {
    return Math.max(last().orElse(0) + 1, now.getEpochSecond());
  }

  /** The life of this number was begun. */
  void count(long life) throws IOException {
    DurableFile.write(file, life + "\n");
  }

  private long parsed(String text) throws UnusableDirectoryException {
    try {
      long count = Long.parseLong(text);
      if (count >= 0 && count < Long.MAX_VALUE) {
        return count;
      }
    } catch (NumberFormatException e) {
      // Told below, as one that is out of range.
    }
    // Beginning again at 1 would give a number twice, and old claims would pass for new ones.
    throw new UnusableDirectoryException(
        "boot counter " + file + " reads '" + text + "': expected the number of the last start");
  }
}
