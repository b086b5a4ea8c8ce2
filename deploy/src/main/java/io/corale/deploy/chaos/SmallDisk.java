package io.corale.deploy.chaos;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A disk of its own for one directory: a file with a file system in it, mounted as a loop device.
 * Only root may do that.
 */
final class SmallDisk implements Closeable {
  private static final long PATIENCE_SECONDS = 30;
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path image;
  private final Path at;

  private SmallDisk(Path image, Path at) {
    this.image = image;
    this.at = at;
  }

  /** Mounts one of this size; empty where that is not permitted, or not possible. */
  static Optional<SmallDisk> mount(Path at, long bytes) throws IOException, InterruptedException {
    Files.createDirectories(at);
    Path image = at.resolveSibling(at.getFileName() + ".img");
    try (FileChannel file =
        FileChannel.open(image, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(1), bytes - 1);
    }
    // ext4 would keep a part for root, which the node may be.
    if (run(List.of("mkfs.ext4", "-q", "-m", "0", image.toString()))
        && run(List.of("mount", "-o", "loop", image.toString(), at.toString()))) {
      return Optional.of(new SmallDisk(image, at));
    }
    Files.delete(image);
    return Optional.empty();
  }

  /** Takes all that is left; to be said again when more has become free. */
  void fill() throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    int bytes = CHUNK_BYTES;
    try (FileChannel file =
        FileChannel.open(
            filler(),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND)) {
      while (bytes > 0) {
        try {
          file.write(chunk.clear().limit(bytes));
        } catch (IOException e) {
          bytes /= 2; // It is full, but for less than that.
        }
      }
    }
  }

  /** Gives back what {@link #fill} took. */
  void empty() throws IOException {
    Files.deleteIfExists(filler());
  }

  private Path filler() {
    return at.resolve("filler");
  }

  private static boolean run(List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
      process.destroyForcibly();
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  /** Its content goes with it, but for the log of the node. */
  @Override
  public void close() throws IOException {
    Path log = at.resolve("node.log");
    try {
      if (Files.exists(log)) {
        Path kept = at.resolveSibling(at.getFileName() + ".log");
        Files.copy(log, kept, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      unmount();
    }
    Files.delete(image);
  }

  /** Lazily where somebody is still there: a process that was killed may take a moment to go. */
  private void unmount() throws IOException {
    try {
      boolean isOff =
          run(List.of("umount", at.toString())) || run(List.of("umount", "-l", at.toString()));
      if (!isOff) {
        throw new IOException(at + " is still mounted");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(at + " is still mounted", e);
    }
  }
}
