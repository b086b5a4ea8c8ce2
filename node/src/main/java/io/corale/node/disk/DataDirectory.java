package io.corale.node.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds all of one process, from its opening to its closing nobody else's: a
 * lock keeps a second process out, a version file keeps out one that would not understand it.
 *
 * <pre>
 *   lock      locked by the process that has it open
 *   format    "corale-KIND VERSION"
 *   boot      the number of its last opening that was counted (a {@link BootCounter})
 *   lives     the numbers of all that were
 *   retired   what boot was called, once it was found that nobody must open the directory any more
 *   ...       what its owner keeps here
 * </pre>
 */
public final class DataDirectory implements AutoCloseable {
  /** The only format there is; another one is refused by name. */
  static final int FORMAT = 1;

  private static final String BOOT = "boot";
  private static final String RETIRED = "retired";

  private final Path path;
  private final FileChannel lockFile;

  private DataDirectory(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /**
   * Opens the directory, creating it where there is none.
   *
   * @param kind what keeps its data here, such as {@code node}; another kind's directory is refused
   * @throws UnusableDirectoryException if it is locked, of another kind or of an unknown format, or
   *     was retired
   */
  public static DataDirectory open(Path path, String kind) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    Files.createDirectories(absolute);
    FileChannel lockFile = lock(absolute);
    try {
      requireFormat(absolute, kind);
      requireInUse(absolute);
    } catch (IOException | RuntimeException e) {
      lockFile.close();
      throw e;
    }
    return new DataDirectory(absolute, lockFile);
  }

  private static FileChannel lock(Path path) throws IOException {
    FileChannel file =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock lock;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      file.close();
      throw new UnusableDirectoryException(
          "data directory " + path + " is in use by another process");
    }
    return file;
  }

  private static void requireFormat(Path path, String kind) throws IOException {
    Path file = path.resolve("format");
    String expected = "corale-" + kind + " " + FORMAT;
    Optional<String> stands = DurableFile.read(file).map(String::strip);
    if (stands.isEmpty()) {
      DurableFile.write(file, expected + "\n");
    } else if (!stands.get().equals(expected)) {
      throw new UnusableDirectoryException(
          "data directory "
              + path
              + " has format '"
              + stands.get()
              + "', this build reads '"
              + expected
              + "'");
    }
  }

  private static void requireInUse(Path path) throws IOException {
    Path retired = path.resolve(RETIRED);
    if (DurableFile.read(retired).isPresent()) {
      throw new UnusableDirectoryException(
          "data directory "
              + path
              + " was retired (there is "
              + retired
              + "): its owner has had a life of which it does not know; nothing in it may be"
              + " started any more, begin with an empty one");
    }
  }

  /** Where it is, absolute. */
  public Path path() {
    return path;
  }

  /** A directory within it, created where there is none. */
  public Path within(String name) throws IOException {
    return Files.createDirectories(path.resolve(name));
  }

  /** The numbers of the openings that were counted, ascending; none in a new directory. */
  public List<Long> boots() throws IOException {
    return counter().known();
  }

  /**
   * A number for this opening: above those of all that were counted, also in a directory that was
   * lost. Nobody may rely on it before it is counted.
   */
  public long nextBoot(Instant now) throws IOException {
    return counter().next(now);
  }

  /** Counts this opening under its number, durably; from then on its life is known here. */
  public void countBoot(long number) throws IOException {
    counter().count(number);
  }

  private BootCounter counter() {
    return new BootCounter(path.resolve(BOOT), path.resolve("lives"));
  }

  /**
   * Nobody opens it any more. That must work on a full disk as well: nothing is written.
   *
   * @throws IOException if it may be opened again
   */
  public void retire() throws IOException {
    Path retired = path.resolve(RETIRED);
    if (DurableFile.read(retired).isEmpty()) {
      Files.move(path.resolve(BOOT), retired, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Lets others open it. */
  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
