package io.corale.node.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Whether a file that was renamed in a directory is there after a power cut. Ratis replaces the
 * file that holds a member's vote by renaming another one, and does not sync the directory: a
 * member that forgets its vote may give it twice, and two superpeers be elected in one term.
 */
public enum DirectorySync {
  /** Its file system, or the directory itself, writes renames at once. */
  SYNCED,
  /** A power cut may undo the last rename. */
  NOT_SYNCED,
  /** Nothing is known of this file system here. */
  UNKNOWN;

  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final long PATIENCE_SECONDS = 2;
  private static final List<String> MOUNT_OPTIONS = List.of("dirsync", "sync", "wsync");

  /** Whose directories may have the attribute D. */
  private static final List<String> WITH_ATTRIBUTES = List.of("ext2", "ext3", "ext4");

  private static final List<String> KNOWN = List.of("ext2", "ext3", "ext4", "xfs");

  /** What {@code /proc/self/mountinfo} says of a mount (proc(5)). */
  record Mount(Path point, String type, List<String> options) {
    /** Empty where the line has not the form that it should have. */
    static Optional<Mount> parse(String line) {
      String[] halves = line.split(" - ", 2);
      String[] left = halves[0].split(" ", -1);
      String[] right = halves.length < 2 ? new String[0] : halves[1].split(" ", -1);
      if (left.length < 6 || right.length < 3) {
        return Optional.empty();
      }
      String point = left[4].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
      List<String> options = Arrays.asList((left[5] + "," + right[2]).split(",", -1));
      return Optional.of(new Mount(Path.of(point), right[0], options));
    }
  }

  /** Looks at a directory that stands. */
  public static DirectorySync of(Path directory) {
    try {
      Path real = directory.toRealPath();
      String mounts = Files.readString(MOUNTS, StandardCharsets.UTF_8);
      return mountOf(mounts, real)
          .map(mount -> judge(mount, () -> hasAttribute(real)))
          .orElse(UNKNOWN);
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  /** The innermost mount of a path; of several at one point the last hides the others. */
  static Optional<Mount> mountOf(String mountinfo, Path path) {
    return mountinfo
        .lines()
        .map(Mount::parse)
        .flatMap(Optional::stream)
        .filter(mount -> path.startsWith(mount.point()))
        .reduce(
            (one, other) ->
                other.point().getNameCount() >= one.point().getNameCount() ? other : one);
  }

  /** Whether a directory has the attribute D. */
  interface Attribute {
    boolean isSet();
  }

  static DirectorySync judge(Mount mount, Attribute attribute) {
    if (!KNOWN.contains(mount.type())) {
      return UNKNOWN;
    }
    boolean isSynced =
        mount.options().stream().anyMatch(MOUNT_OPTIONS::contains)
            || (WITH_ATTRIBUTES.contains(mount.type()) && attribute.isSet());
    return isSynced ? SYNCED : NOT_SYNCED;
  }

  /**
   * As {@code lsattr} shows it, for Java has no way to ask; not set where there is no such program.
   */
  private static boolean hasAttribute(Path directory) {
    try {
      Process lsattr =
          new ProcessBuilder("lsattr", "-d", directory.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      lsattr.getOutputStream().close();
      if (!lsattr.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        lsattr.destroyForcibly();
        return false;
      }
      String said = new String(lsattr.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return said.split(" ", 2)[0].contains("D");
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
