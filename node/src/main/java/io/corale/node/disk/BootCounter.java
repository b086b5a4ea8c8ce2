package io.corale.node.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Numbers the lives of a node on its disk, and remembers the numbers. None is ever given twice,
 * also by a node that has lost its disk: a life's number is at least the second in which it began.
 *
 * <p>All are remembered and not the last one alone: a number between two of them is that of a life
 * on another disk, also when this one has begun a life since without anybody to tell it.
 *
 * @param last the file with the last one, as builds before this one know it
 * @param lives the file with all, a line for each
 */
record BootCounter(Path last, Path lives) {
  /** Of lives. Who starts every minute has a week to be told of another disk. */
  static final int REMEMBERED = 10_000;

  private static final Pattern SPACE = Pattern.compile("\\s+");

  /** The numbers of the lives so far, ascending, the last {@value #REMEMBERED}; none if new. */
  List<Long> known() throws IOException {
    SortedSet<Long> known = new TreeSet<>(numbers(lives));
    known.addAll(numbers(last));
    return newest(List.copyOf(known));
  }

  private static List<Long> newest(List<Long> numbers) {
    return numbers.subList(Math.max(0, numbers.size() - REMEMBERED), numbers.size());
  }

  /** The number of the life that begins now, once it is counted. */
  long next(Instant now) throws IOException {
    List<Long> known = known();
    long before = known.isEmpty() ? 0 : known.get(known.size() - 1);
    return Math.max(before + 1, now.getEpochSecond());
  }

  /** The life of this number was begun. */
  void count(long life) throws IOException {
    List<Long> all = new ArrayList<>(known());
    all.add(life);
    DurableFile.write(
        lives,
        newest(all).stream().map(Object::toString).collect(Collectors.joining("\n", "", "\n")));
    DurableFile.write(last, life + "\n");
  }

  private static List<Long> numbers(Path file) throws IOException {
    Optional<String> text = DurableFile.read(file).map(String::strip);
    try {
      List<Long> numbers =
          text.stream().flatMap(t -> Arrays.stream(SPACE.split(t))).map(Long::valueOf).toList();
      if (numbers.stream().allMatch(number -> number >= 0 && number < Long.MAX_VALUE)) {
        return numbers;
      }
    } catch (NumberFormatException e) {
      // Told below, as one that is out of range.
    }
    // Beginning again at 1 would give a number twice, and old claims would pass for new ones.
    String shown = text.orElse("");
    throw new UnusableDirectoryException(
        "boot counter "
            + file
            + " reads '"
            + shown.substring(Math.max(0, shown.length() - 80))
            + "' at its end: expected numbers of starts");
  }
}
