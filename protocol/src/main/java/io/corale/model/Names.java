package io.corale.model;

import java.util.regex.Pattern;

/** The one grammar of names, so that every value refuses a bad name in the same words. */
final class Names {
  /** Fits a DNS label, a znode name or a file name on every platform. */
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  /** The standard's names of compositions. Znodes tell A from a; no file is named by one. */
  private static final Pattern COMPOSITION =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

  /** Caller-chosen ids: {@code @} is reserved for the cell, {@code /} for calls. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");

  /**
   * What a cell makes of such an id, or of a name: marked by {@code ~}, which no caller may use.
   */
  private static final Pattern DERIVED =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}(~[a-z0-9]{1,20}){1,18}");

  /** A caller's longest id, and what sixteen generations of numbers add to it. */
  private static final int MAX_DERIVED = 256;

  private Names() {}

  static String label(String what, String value) {
    if (!LABEL.matcher(value).matches()) {
      throw new IllegalArgumentException(
          what
              + " '"
              + shown(value)
              + "' is not a name: expected 1 to 63 lower-case letters, digits or inner hyphens");
    }
    return value;
  }

  static String composition(String value) {
    if (!COMPOSITION.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "composition '"
              + shown(value)
              + "' is not a name: expected 1 to 63 letters, digits or inner hyphens");
    }
    return value;
  }

  static String token(String what, String value) {
    if (!TOKEN.matcher(value).matches()) {
      throw new IllegalArgumentException(
          what
              + " '"
              + shown(value)
              + "' is not an id: expected 1 to 128 letters, digits, '.', '_', ':' or '-'"
              + ", beginning with a letter or digit ('@', '/' and '~' are reserved)");
    }
    return value;
  }

  /** An id that a caller has chosen, or that a cell has derived from one. */
  static String tokenOrDerived(String what, String value) {
    return DERIVED.matcher(value).matches() && value.length() <= MAX_DERIVED
        ? value
        : token(what, value);
  }

  private static String shown(String value) {
    return value.length() <= 80 ? value : value.substring(0, 80) + "...";
  }
}
