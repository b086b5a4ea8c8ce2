package io.corale.flow.regex;

/** Where RE2/J never comes to an end when it looks for the other cases of a character. */
final class Folding {
  /**
   * RE2/J goes from a character to its other case until it is back. Its own table knows the
   * characters with more than two; what Unicode has added since then is not in it, but in the
   * tables of the JVM, as this small Cyrillic letter, whose capital leads to another small one.
   */
  private static final int FIRST_ADDED = 0x1C80;

  /** Characters from there on that are in RE2/J's table. */
  private static final String KNOWN = "\u1E9B\u1E9E\u1FBE\u2126\u212A\u212B";

  private Folding() {}

  /** Whether it would for one of these. */
  static boolean neverEnds(int low, int high) {
    for (int character = Math.max(low, FIRST_ADDED); character <= high; character++) {
      if (other(other(character)) != character && KNOWN.indexOf(character) < 0) {
        return true;
      }
    }
    return false;
  }

  private static int other(int character) {
    int small = Character.toLowerCase(character);
    return small != character ? small : Character.toUpperCase(character);
  }
}
