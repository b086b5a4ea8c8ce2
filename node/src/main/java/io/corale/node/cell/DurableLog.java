package io.corale.node.cell;

import io.corale.scheduler.ratis.Presence;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Makes durable what is in the log of a replica before it is opened.
 *
 * <p>Ratis takes all that it reads there for durable, and acknowledges it. But who died, or could
 * not sync, may have left entries that are in the memory of this machine only.
 */
final class DurableLog {
  private DurableLog() {}

  /** Of the replica in this directory; fails where the disk does not take it. */
  static void secure(Path replica) throws IOException {
    Path current = replica.resolve("current");
    if (!Presence.isThere(current)) {
      return;
    }
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(current, "log_*")) {
      for (Path each : logs) {
        if (each.getFileName().toString().startsWith("log_inprogress_")) {
          rewrite(each, replica.resolve("log.rewritten"));
        } else {
          // Its name says that it was synced when it was closed.
          sync(each, StandardOpenOption.WRITE);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    sync(current, StandardOpenOption.READ);
  }

  /**
   * Writes the file again, for to sync it again may do nothing: after a sync that has failed the
   * kernel may take pages for written that are not. What it loses there lies behind the last entry
   * that anybody finds, so no checksum would tell.
   */
  private static void rewrite(Path log, Path copy) throws IOException {
    Files.copy(log, copy, StandardCopyOption.REPLACE_EXISTING);
    sync(copy, StandardOpenOption.WRITE);
    Files.move(copy, log, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void sync(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel file = FileChannel.open(path, option)) {
      file.force(true);
    }
  }
}
