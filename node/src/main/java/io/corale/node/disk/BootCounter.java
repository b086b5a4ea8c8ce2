package io.corale.node.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Numbers the lives of a node on its disk, and remembers the numbers. None is ever given twice,
 * also by a node that has lost its disk: a life's number is at least the second in which it began.
 *
 * <p>All are remembered and not the last one alone: a number between two of them is that of a life
 * on another disk, also when this one has begun a life since without anybody to tell it.
 */
record BootCounter(Path file) {
  /** Of lives. Who starts every minute has a week to be told of another disk. */
  static final int REMEMBERED = 10_000;

  private static final Pattern SPACE = Pattern.compile("\\s+");

  /** The numbers of the lives so far, ascending, the last {@value #REMEMBERED}; none if new. */
  List<Long> lives() throws IOException {
    Optional<String> text = DurableFile.read(file).map(String::strip);
    return text.isPresent() ? parsed(text.get()) : List.of();
  }

  /** The number of the life that begins now, once it is counted. */
  long next(Instant now) throws IOException {
    List<Long> lives = lives();
    long last = lives.isEmpty() ? 0 : lives.get(lives.size() - 1);
    return Math.max(last + 1, now.getEpochSecond());
  }

  /** The life of this number was begun. */
  void count(long life) throws IOException {
    List<Long> all = new ArrayList<>(lives());
    all.add(life);
    StringBuilder text = new StringBuilder();
    for (long each : all.subList(Math.max(0, all.size() - REMEMBERED), all.size())) {
      text.append(each).append('\n');
    }
    DurableFile.write(file, text.toString());
  }

  private List<Long> parsed(String text) throws UnusableDirectoryException {
    try {
      List<Long> lives = Arrays.stream(SPACE.split(text)).map(Long::valueOf).toList();
      if (isAscending(lives)) {
        return lives;
      }
    } catch (NumberFormatException e) {
      // Told below, as what is out of order.
    }
    // Beginning again at 1 would give a number twice, and old claims would pass for new ones.
    throw new UnusableDirectoryException(
        "boot counter "
            + file
            + " reads '"
            + text.lines().reduce("", (before, line) -> line)
            + "' at its end: expected the numbers of its starts, ascending");
  }

  private static boolean isAscending(List<Long> lives) {
    long before = -1;
    for (long each : lives) {
      if (each <= before || each == Long.MAX_VALUE) {
        return false;
      }
      before = each;
    }
    return true;
  }
}
