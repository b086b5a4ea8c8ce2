package io.corale.model;

/**
 * The one grammar of names, so that every value refuses a bad name in the same words.
 *
 * <pre>
 * label        [a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?
 * composition  [A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?
 * token        [A-Za-z0-9][A-Za-z0-9._:-]{0,127}
 * derived      token(~[a-z0-9]{1,20}){1,18}, of 256 at most
 * </pre>
 *
 * It is read by hand: ids stand in each command of a log, which each replica reads.
 */
final class Names {
  /** Fits a DNS label, a znode name or a file name on every platform. */
  private static final int MAX_LABEL = 63;

  /** The longest id that a caller may choose. */
  private static final int MAX_TOKEN = 128;

  /** The longest of what a cell adds to an id: a number, or a word. */
  private static final int MAX_ADDITION = 20;

  /** A word and a number for a turn of a schedule, and a number for each of sixteen generations. */
  private static final int MOST_ADDITIONS = 18;

  /** A caller's longest id, and what sixteen generations of numbers add to it. */
  private static final int MAX_DERIVED = 256;

  /** Marks what a cell adds; no caller may use it. */
  private static final char ADDS = '~';

  private Names() {}

  static String label(String what, String value) {
    if (!isHyphenated(value) || hasCapitals(value)) {
      throw new IllegalArgumentException(
          what
              + " '"
              + shown(value)
              + "' is not a name: expected 1 to 63 lower-case letters, digits or inner hyphens");
    }
    return value;
  }

  /** The standard's names of compositions. Znodes tell A from a; no file is named by one. */
  static String composition(String value) {
    if (!isHyphenated(value)) {
      throw new IllegalArgumentException(
          "composition '"
              + shown(value)
              + "' is not a name: expected 1 to 63 letters, digits or inner hyphens");
    }
    return value;
  }

  /** An id that a caller has chosen: {@code @} is reserved for the cell, {@code /} for calls. */
  static String token(String what, String value) {
    if (!isToken(value, value.length())) {
      throw new IllegalArgumentException(
          what
              + " '"
              + shown(value)
              + "' is not an id: expected 1 to 128 letters, digits, '.', '_', ':' or '-'"
              + ", beginning with a letter or digit ('@', '/' and '~' are reserved)");
    }
    return value;
  }

  /** An id that a caller has chosen, or that a cell has derived from one, or from a name. */
  static String tokenOrDerived(String what, String value) {
    int end = value.indexOf(ADDS);
    return end >= 0 && value.length() <= MAX_DERIVED && isToken(value, end) && adds(value, end)
        ? value
        : token(what, value);
  }

  private static boolean isHyphenated(String value) {
    int last = value.length() - 1;
    if (last < 0 || last >= MAX_LABEL || value.charAt(0) == '-' || value.charAt(last) == '-') {
      return false;
    }
    for (int i = 0; i <= last; i++) {
      if (!isAlphanumeric(value.charAt(i)) && value.charAt(i) != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean hasCapitals(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (isCapital(value.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** Whether its beginning is an id that a caller may choose. */
  private static boolean isToken(String value, int end) {
    if (end < 1 || end > MAX_TOKEN || !isAlphanumeric(value.charAt(0))) {
      return false;
    }
    for (int i = 1; i < end; i++) {
      char c = value.charAt(i);
      if (!isAlphanumeric(c) && c != '.' && c != '_' && c != ':' && c != '-') {
        return false;
      }
    }
    return true;
  }

  /** Whether from {@code begin} on stands what a cell adds, one or several times. */
  private static boolean adds(String value, int begin) {
    int added = 0;
    for (int at = begin; at < value.length(); added++) {
      int next = value.indexOf(ADDS, at + 1);
      int end = next < 0 ? value.length() : next;
      if (!isAdded(value, at + 1, end)) {
        return false;
      }
      at = end;
    }
    return added <= MOST_ADDITIONS;
  }

  private static boolean isAdded(String value, int begin, int end) {
    if (begin == end || end - begin > MAX_ADDITION) {
      return false;
    }
    for (int i = begin; i < end; i++) {
      if (!isAlphanumeric(value.charAt(i)) || isCapital(value.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || isCapital(c);
  }

  private static boolean isCapital(char c) {
    return c >= 'A' && c <= 'Z';
  }

  private static String shown(String value) {
    return value.length() <= 80 ? value : value.substring(0, 80) + "...";
  }
}
