package io.corale.scheduler.ratis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process leaves behind that dies while a snapshot is written, or installed by Ratis.
 *
 * <p>Ratis installs by moving {@code sm} to {@code sm.tmpTIME}, and what it has received to {@code
 * sm} ({@code SnapshotManager.rename}). A replica whose node dies between the two has no snapshots,
 * and is given back those that it had.
 */
final class SnapshotLeavings {
  private static final String ASIDE = ".tmp";
  private static final String DIGEST = ".md5";
  private static final String CORRUPT = ".corrupt";

  private SnapshotLeavings() {}

  /**
   * Puts things in order before the group is opened, while nobody writes here.
   *
   * @param directory of the snapshots; created where there is none
   * @param scratch of drafts, and of what was being received
   */
  static void sweep(Path root, Path directory, Path scratch) throws IOException {
    List<Path> aside = aside(root, directory);
    if (!aside.isEmpty() && !Presence.isThere(directory)) {
      Files.move(aside.get(0), directory);
    }
    Files.createDirectories(directory);
    for (Path each : aside) {
      delete(each);
    }
    delete(scratch);
    for (Path each : newestFirst(directory)) {
      if (isStray(each)) {
        Files.delete(each);
      }
    }
  }

  /** Where the snapshots are, or were when the process died; reads only. */
  static Path lastPlace(Path root, Path directory) throws IOException {
    List<Path> aside = aside(root, directory);
    return aside.isEmpty() || Presence.isThere(directory) ? directory : aside.get(0);
  }

  private static List<Path> aside(Path root, Path directory) throws IOException {
    return Presence.isThere(root)
        ? newestFirst(root).stream()
            .filter(path -> nameOf(path).startsWith(nameOf(directory) + ASIDE))
            .toList()
        : List.of();
  }

  /** The digest of nothing, and what was found damaged before the last start. */
  private static boolean isStray(Path file) throws IOException {
    String name = nameOf(file);
    if (name.endsWith(DIGEST)) {
      String of = name.substring(0, name.length() - DIGEST.length());
      return !Presence.isThere(file.resolveSibling(of));
    }
    return name.endsWith(CORRUPT);
  }

  private static List<Path> newestFirst(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.sorted(Comparator.reverseOrder()).toList();
    }
  }

  private static void delete(Path tree) throws IOException {
    if (!Presence.isThere(tree)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> found = Files.walk(tree)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.delete(each);
    }
  }

  private static String nameOf(Path path) {
    return path.getFileName().toString();
  }
}
