package io.corale.flow.schema;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Reads a regular expression roughly, before anything compiles it: about how many instructions it
 * becomes once counted repetitions are written out.
 *
 * <p>A character or a class counts 1, a group what is in it and 2 more, and {@code x{n,m}} what x
 * counts, as often as it may stand there. Brackets are what matters, so this knows every way in
 * which a bracket is not one: escaped, quoted, in a class.
 */
final class PatternSize {
  private final String source;
  private final Deque<Long> around = new ArrayDeque<>();
  private long before;
  private long last;

  private PatternSize(String source) {
    this.source = source;
  }

  static long of(String source) {
    return new PatternSize(source).measure();
  }

  private long measure() {
    int at = 0;
    while (at < source.length()) {
      at = Math.max(at + 1, step(at));
    }
    return before + last + around.stream().mapToLong(Long::longValue).sum();
  }

  /** Counts what stands here; where the next begins. */
  private int step(int at) {
    switch (source.charAt(at)) {
      case '(' -> {
        around.push(before + last);
        before = 0;
        last = 0;
      }
      case ')' -> {
        last += before + 2;
        before = around.isEmpty() ? 0 : around.pop();
      }
      case '{' -> {
        last = Math.min(Math.max(1, last) * times(at), Integer.MAX_VALUE);
      }
      case '\\' -> {
        return escape(at);
      }
      case '[' -> {
        one();
        return endOfClass(at);
      }
      default -> one();
    }
    return at + 1;
  }

  private void one() {
    before += last;
    last = 1;
  }

  private int escape(int at) {
    one();
    if (source.startsWith("Q", at + 1)) {
      int end = source.indexOf("\\E", at);
      before += source.length();
      return end < 0 ? source.length() : end + 2;
    }
    boolean hasBraces =
        source.startsWith("p{", at + 1)
            || source.startsWith("P{", at + 1)
            || source.startsWith("x{", at + 1);
    return hasBraces ? source.indexOf('}', at) + 1 : at + 2;
  }

  /** The greater number of {@code {n,m}}; 1 where the brace is only a brace. */
  private long times(int at) {
    int end = source.indexOf('}', at);
    String inside = end < 0 ? "" : source.substring(at + 1, end);
    if (!inside.matches("\\d{1,9}(,\\d{0,9})?")) {
      return 1;
    }
    long times = 1;
    for (String number : inside.split(",", -1)) {
      times = Math.max(times, number.isEmpty() ? 1 : Long.parseLong(number));
    }
    return times;
  }

  private int endOfClass(int from) {
    int at = source.startsWith("^", from + 1) ? from + 2 : from + 1;
    boolean isFirst = true;
    while (at < source.length() && (isFirst || source.charAt(at) != ']')) {
      isFirst = false;
      int named = source.startsWith("[:", at) ? source.indexOf(":]", at + 2) : -1;
      at = named >= 0 ? named + 2 : at + (source.charAt(at) == '\\' ? 2 : 1);
    }
    return at + 1;
  }
}
