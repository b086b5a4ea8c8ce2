package io.corale.node.disk;

import java.io.IOException;
import java.nio.file.Path;

/** Counts the lives of a node on its disk; a life's number is never given twice. */
record BootCounter(Path file) {
  long next() throws IOException {
    String text = DurableFile.read(file).map(String::strip).orElse("0");
    long next = parsed(text) + 1;
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
        "boot counter " + file + " reads '" + text + "': expected the number of starts so far");
  }
}
