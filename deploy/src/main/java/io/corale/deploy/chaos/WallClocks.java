package io.corale.deploy.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Wall clocks of processes, each of which can be set without the others, and without the machine's:
 * by libfaketime, which a process loads before the C library. Monotonic clocks and the times of
 * files stay as they are, as when an administrator sets a clock.
 */
final class WallClocks {
  /** After so long at most each process reads its clock as it was set. */
  static final Duration SEEN = Duration.ofSeconds(2);

  /** Where distributions put it. */
  private static final List<String> LIBRARIES =
      List.of(
          "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
          "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
          "/usr/lib64/faketime/libfaketime.so.1",
          "/usr/lib/faketime/libfaketime.so.1");

  private final Path library;
  private final Path directory;

  private WallClocks(Path library, Path directory) {
    this.library = library;
    this.directory = directory;
  }

  /** Clocks that are kept in this directory; empty where the library is not installed. */
  static Optional<WallClocks> in(Path directory) throws IOException {
    Files.createDirectories(directory);
    return LIBRARIES.stream()
        .map(Path::of)
        .filter(Files::isReadable)
        .findFirst()
        .map(library -> new WallClocks(library, directory.toAbsolutePath()));
  }

  /** What the process of this node needs in its environment; its clock is right until it is set. */
  Map<String, String> environment(String node) {
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAKETIME_TIMESTAMP_FILE", file(node).toString(),
        "FAKETIME_CACHE_DURATION", "1",
        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        // Else it wakes the JVM's own threads at once from whatever they wait for, all the time.
        "FAKETIME_FORCE_MONOTONIC_FIX", "0",
        "NO_FAKE_STAT", "1");
  }

  /** Sets the clock of a node so much ahead of the right time, behind it where negative. */
  void set(String node, Duration ahead) throws IOException {
    Path draft = directory.resolve(node + ".clock.new");
    Files.writeString(draft, String.format("%+d%n", ahead.toSeconds()));
    // The process reads it at any moment and must not see half of it.
    Files.move(draft, file(node), StandardCopyOption.ATOMIC_MOVE);
  }

  private Path file(String node) {
    return directory.resolve(node + ".clock");
  }
}
