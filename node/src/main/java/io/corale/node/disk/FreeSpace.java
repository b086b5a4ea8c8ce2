package io.corale.node.disk;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much room the disk of a directory has, and whether that is too little: from falling below a
 * bound until there is twice as much again. Looked at by one thread at a time, read by any.
 */
public final class FreeSpace {
  private static final Logger log = LoggerFactory.getLogger(FreeSpace.class);

  /** On a small disk this part of it is enough. */
  private static final int LEAST_PART = 8;

  private final Disk disk;
  private final long lowBytes;
  private volatile long usableBytes;
  private volatile boolean isLow;
  private boolean isBroken;

  /** What is asked of a disk. */
  public interface Disk {
    /** Of all that is on it. */
    long totalBytes() throws IOException;

    /** That may still be written. */
    long usableBytes() throws IOException;
  }

  /**
   * Of a disk that was not looked at yet.
   *
   * @param lowBytes what is too little, if it is less than an eighth of the disk; 0 if nothing is
   */
  public FreeSpace(long lowBytes, Disk disk) {
    this.disk = disk;
    this.lowBytes = lowBytes;
  }

  /** Of the disk of this directory. */
  public static FreeSpace of(Path directory, long lowBytes) {
    return new FreeSpace(lowBytes, new Real(directory));
  }

  /** Whether there was too little when it was looked at. */
  public boolean isLow() {
    return isLow;
  }

  /** What could be written when it was looked at; 0 before. */
  public long usableBytes() {
    return usableBytes;
  }

  /** Looks at the disk, which may take as long as a sick one takes. */
  public void look() {
    try {
      usableBytes = disk.usableBytes();
      long bound = Math.min(lowBytes, disk.totalBytes() / LEAST_PART);
      boolean wasLow = isLow;
      isLow = usableBytes < (wasLow ? 2 * bound : bound);
      if (isLow != wasLow) {
        log.warn("the disk has {} bytes left, {}", usableBytes, isLow ? "too few" : "enough again");
      }
      isBroken = false;
    } catch (IOException e) {
      if (!isBroken) {
        log.warn("the disk cannot be looked at: {}", e.toString());
      }
      isBroken = true;
    }
  }

  /** The disk itself. */
  private record Real(Path directory) implements Disk {
    private FileStore store() throws IOException {
      return Files.getFileStore(directory);
    }

    @Override
    public long totalBytes() throws IOException {
      return store().getTotalSpace();
    }

    @Override
    public long usableBytes() throws IOException {
      return store().getUsableSpace();
    }
  }
}
