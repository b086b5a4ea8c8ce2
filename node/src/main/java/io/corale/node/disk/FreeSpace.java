package io.corale.node.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much room the disk of a directory has, and whether that is too little: from falling below a
 * bound until there is twice as much again.
 *
 * <p>Beside it lies a reserve of real bytes. When almost nothing is left it is given up, so that
 * what must be written even then, such as a vote, finds room; it is laid again when there is
 * enough. Looked at by one thread, read by any.
 */
public final class FreeSpace {
  private static final Logger log = LoggerFactory.getLogger(FreeSpace.class);

  /** A thousand votes and cell files, each written as a new file beside the old one. */
  static final int RESERVE_BYTES = 8 << 20;

  /** The part of the bound at which the reserve is given up. */
  private static final int LAST_PART = 4;

  private final Disk disk;
  private final long lowBytes;
  private volatile long usableBytes;
  private volatile boolean isLow;
  private boolean hasReserve;

  /** What is asked of a disk. */
  interface Disk {
    long usableBytes() throws IOException;

    /** Lays the reserve; it may be there already. */
    void lay(int bytes) throws IOException;

    /** Gives the reserve up, if it is there. */
    void giveUp() throws IOException;
  }

  FreeSpace(long lowBytes, Disk disk) {
    this.disk = disk;
    this.lowBytes = lowBytes;
  }

  /**
   * Of the disk of this directory.
   *
   * @param lowBytes what is too little; 0 if nothing is
   */
  public static FreeSpace of(Path directory, long lowBytes) {
    return new FreeSpace(lowBytes, new Real(directory, directory.resolve("reserve")));
  }

  /** Whether there was too little when it was looked at. */
  public boolean isLow() {
    return isLow;
  }

  /** What could be written when it was looked at. */
  public long usableBytes() {
    return usableBytes;
  }

  /** Looks at the disk, and lays or gives up the reserve. */
  public void look() {
    try {
      usableBytes = disk.usableBytes();
      boolean wasLow = isLow;
      isLow = usableBytes < (wasLow ? 2 * lowBytes : lowBytes);
      if (isLow != wasLow) {
        log.warn("the disk has {} bytes left, {}", usableBytes, isLow ? "too few" : "enough again");
      }
      keepReserve();
    } catch (IOException e) {
      log.warn("the disk cannot be looked at: {}", e.toString());
    }
  }

  private void keepReserve() throws IOException {
    if (usableBytes < lowBytes / LAST_PART) {
      disk.giveUp();
      hasReserve = false;
    } else if (!isLow && lowBytes > 0 && !hasReserve) {
      disk.lay(RESERVE_BYTES);
      hasReserve = true;
    }
  }

  /** The disk itself. */
  private record Real(Path directory, Path reserve) implements Disk {
    private static final int CHUNK_BYTES = 1 << 16;

    @Override
    public long usableBytes() throws IOException {
      return Files.getFileStore(directory).getUsableSpace();
    }

    @Override
    public void lay(int bytes) throws IOException {
      if (Files.exists(reserve) && Files.size(reserve) == bytes) {
        return;
      }
      // Written, not only declared: a hole would reserve nothing.
      try (FileChannel file =
          FileChannel.open(
              reserve,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        while (file.position() < bytes) {
          file.write(chunk.clear());
        }
        file.force(true);
      }
    }

    @Override
    public void giveUp() throws IOException {
      Files.deleteIfExists(reserve);
    }
  }
}
