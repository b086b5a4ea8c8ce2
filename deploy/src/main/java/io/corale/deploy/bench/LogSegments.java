package io.corale.deploy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the entries of a replica take on disk, by the segments of its log that are full. */
final class LogSegments {
  private static final Pattern NAME = Pattern.compile("log_([0-9]{1,18})-([0-9]{1,18})");

  private LogSegments() {}

  /**
   * Of one entry, on average; empty where no segment was filled.
   *
   * @param directory in which a log is, at any depth
   * @param after this index the segments must begin
   */
  static OptionalLong bytesOfAnEntry(Path directory, long after) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(directory)) {
      files = all.toList();
    }
    long bytes = 0;
    long entries = 0;
    for (Path file : files) {
      Matcher name = NAME.matcher(file.getFileName().toString());
      if (name.matches() && Long.parseLong(name.group(1)) > after) {
        bytes += Files.size(file);
        entries += Long.parseLong(name.group(2)) - Long.parseLong(name.group(1)) + 1;
      }
    }
    return entries == 0 ? OptionalLong.empty() : OptionalLong.of(bytes / entries);
  }
}
