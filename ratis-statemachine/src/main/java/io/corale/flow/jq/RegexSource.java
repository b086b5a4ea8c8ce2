package io.corale.flow.jq;

import net.thisptr.jackson.jq.exception.JsonQueryException;

/**
 * Looks at a pattern before RE2/J does, which repeats what is counted without a bound: it would
 * make of <code>((a{1000}){1000}){1000}</code> a program of a billion instructions.
 */
final class RegexSource {
  /** More is a program and belongs in a function. */
  static final int MAX_CHARS = 1_000;

  /** What a pattern may grow to, in single characters and classes. */
  static final int MAX_SIZE = 2_000;

  /** Each thread of a match carries the places of all groups. */
  static final int MAX_GROUPS = 32;

  /** Ranges are folded character by character where case is ignored. */
  private static final int MAX_FOLDED_RANGE = 1_024;

  private final String text;
  private final boolean isExtended;
  private final boolean ignoresCase;
  private final StringBuilder plain = new StringBuilder();
  private int position;
  private int groups;

  RegexSource(String text, boolean isExtended, boolean ignoresCase) throws JsonQueryException {
    if (text.length() > MAX_CHARS) {
      throw new JsonQueryException("is longer than " + MAX_CHARS + " characters");
    }
    this.text = text;
    this.isExtended = isExtended;
    this.ignoresCase = ignoresCase || text.matches("(?s).*\\(\\?[a-zA-Z]*i.*");
  }

  /**
   * How many instructions the pattern has at most, in units that a match pays for each character:
   * those that carry groups count more.
   */
  int size() throws JsonQueryException {
    long size = 0;
    while (position < text.length()) {
      // A bracket too many is RE2/J's to complain about.
      size += sequence();
      keep(1);
    }
    if (groups > MAX_GROUPS) {
      throw new JsonQueryException("has more than " + MAX_GROUPS + " groups");
    }
    return (int) bounded(size) * (1 + groups / 4);
  }

  /** The pattern without the spaces and comments that the flag x allows. */
  String plain() {
    return plain.toString();
  }

  /** Up to the bracket that closes what is open. */
  private long sequence() throws JsonQueryException {
    long size = 0;
    while (position < text.length() && text.charAt(position) != ')') {
      size = bounded(size + atom());
    }
    return size;
  }

  private long atom() throws JsonQueryException {
    long size = 1;
    char first = text.charAt(position);
    if (first == '(') {
      boolean isCapturing =
          !text.startsWith("(?", position)
              || text.startsWith("(?P<", position)
              || text.startsWith("(?<", position);
      groups += isCapturing ? 1 : 0;
      keep(1);
      size = 2 + sequence();
      keep(1);
    } else if (first == '[') {
      characterClass();
    } else if (first == '\\') {
      size = escape();
    } else if (skipsSpace()) {
      return 0;
    } else {
      keep(1);
    }
    return bounded(size * repetitions() + 1);
  }

  /** {@code \Q...\E} is text; anything else has one character, more of it count as text. */
  private int escape() {
    int end = text.startsWith("\\Q", position) ? text.indexOf("\\E", position) : position + 2;
    int length = (end < 0 ? text.length() : end) - position;
    keep(length);
    return length;
  }

  /** Steps over spaces and comments, if the flag x allows them and they are here. */
  private boolean skipsSpace() {
    int start = position;
    while (isExtended && position < text.length()) {
      char next = text.charAt(position);
      if (next == '#') {
        int end = text.indexOf('\n', position);
        position = end < 0 ? text.length() : end;
      } else if (Character.isWhitespace(next)) {
        position++;
      } else {
        break;
      }
    }
    return position > start;
  }

  /** How often what stands before may be repeated in the program. */
  private long repetitions() {
    long product = 1;
    while (skipsSpace() || position < text.length()) {
      if (position == text.length()) {
        return product;
      }
      char next = text.charAt(position);
      if (next == '*' || next == '+' || next == '?') {
        keep(1);
      } else if (next == '{') {
        int end = text.indexOf('}', position);
        product *= end < 0 ? 1 : 1 + largest(text.substring(position + 1, end));
        keep(end < 0 ? 1 : end + 1 - position);
      } else {
        return product;
      }
      product = Math.min(product, MAX_SIZE + 1L);
    }
    return product;
  }

  private static long largest(String counts) {
    long largest = 0;
    long number = 0;
    for (int i = 0; i < counts.length(); i++) {
      int digit = Character.digit(counts.charAt(i), 10);
      number = digit < 0 ? 0 : Math.min(number * 10 + digit, MAX_SIZE);
      largest = Math.max(largest, number);
    }
    return largest;
  }

  private void characterClass() throws JsonQueryException {
    int start = position;
    keep(1);
    if (position < text.length() && text.charAt(position) == '^') {
      keep(1);
    }
    boolean isFirst = true;
    while (position < text.length() && (isFirst || text.charAt(position) != ']')) {
      isFirst = false;
      if (text.startsWith("[:", position) && text.indexOf(":]", position) > 0) {
        keep(text.indexOf(":]", position) + 2 - position);
      } else {
        keep(text.charAt(position) == '\\' ? 2 : 1);
      }
    }
    keep(1);
    if (ignoresCase && hasWideRange(text.substring(start, position))) {
      throw new JsonQueryException(
          "has a range of more than " + MAX_FOLDED_RANGE + " characters and ignores case");
    }
  }

  private static boolean hasWideRange(String characters) {
    int[] points = characters.codePoints().toArray();
    for (int i = 1; i + 1 < points.length; i++) {
      boolean isEscaped = points[i + 1] == '\\' || points[i - 1] == '}';
      if (points[i] == '-' && (isEscaped || points[i + 1] - points[i - 1] > MAX_FOLDED_RANGE)) {
        return true;
      }
    }
    return false;
  }

  private void keep(int count) {
    int end = Math.min(text.length(), position + count);
    plain.append(text, position, end);
    position = end;
  }

  private static long bounded(long size) throws JsonQueryException {
    if (size > MAX_SIZE) {
      throw new JsonQueryException(
          "is larger than "
              + MAX_SIZE
              + " characters and classes when its repetitions are counted");
    }
    return size;
  }
}
