package io.corale.node.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Numbers the lives of a node on its disk. A number is never given twice, also by a node that has
 * lost its disk: a life's number is at least the second in which it began.
 */
record BootCounter(Path file) {
  long next(Instant now) throws IOException {
    String text = DurableFile.read(file).map(String::strip).orElse("0");
    long next = Math.max(parsed(text) + 1, now.getEpochSecond());
    DurableFile.write(file, next + "\n");
    return next;
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
