package io.corale.scheduler.ratis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * A snapshot by its name, which is that of Ratis: {@code snapshot.TERM_INDEX}, with the MD5 of its
 * bytes beside it in {@code snapshot.TERM_INDEX.md5}, as {@code md5sum} writes it.
 */
record SnapshotFile(Path path, TermIndex at) {
  private static final Pattern NAME = Pattern.compile("snapshot\\.([0-9]{1,18})_([0-9]{1,18})");

  /** The one of this point of the log. */
  static SnapshotFile of(Path directory, TermIndex at) {
    return new SnapshotFile(
        directory.resolve("snapshot." + at.getTerm() + "_" + at.getIndex()), at);
  }

  /** All of a directory, the newest first. */
  static List<SnapshotFile> newestFirst(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .flatMap(file -> named(file).stream())
          .sorted(Comparator.comparingLong(SnapshotFile::index).reversed())
          .toList();
    }
  }

  private static Optional<SnapshotFile> named(Path path) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    return name.matches()
        ? Optional.of(
            new SnapshotFile(
                path,
                TermIndex.valueOf(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)))))
        : Optional.empty();
  }

  long index() {
    return at.getIndex();
  }

  /** Where its MD5 is. */
  Path digest() {
    return sibling(".md5");
  }

  /** Under which name a damaged one is kept, which nobody takes for a snapshot. */
  Path corrupt() {
    return sibling(".corrupt");
  }

  @Override
  public String toString() {
    return path.toString();
  }

  private Path sibling(String suffix) {
    return path.resolveSibling(path.getFileName() + suffix);
  }
}
