package io.corale.node.cell;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes durable what is in the log of a replica before it is opened.
 *
 * <p>Ratis takes all that it reads there for durable, and acknowledges it. But who died, or could
 * not sync, may have left entries that are in the memory of this machine only.
 */
final class LogSync {
  private LogSync() {}

  /** Of the replica in this directory; fails where the disk does not take it. */
  static void of(Path replica) throws IOException {
    Path current = replica.resolve("current");
    if (!Files.isDirectory(current)) {
      return;
    }
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(current, "log_*")) {
      for (Path each : logs) {
        try (FileChannel file = FileChannel.open(each, StandardOpenOption.WRITE)) {
          file.force(false);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
