package io.corale.flow.regex;

/**
 * A backslash with what belongs to it, as RE2/J reads it; only {@code \Q} is not one.
 *
 * @param character that it stands for; {@link #NONE} if for several, or for a place
 * @param isTable whether it stands for a class of Unicode
 * @param end where the next piece begins
 */
record Escape(int character, boolean isTable, int end) {
  static final int NONE = -1;

  static Escape read(String source, int at) {
    if (at + 1 >= source.length()) {
      return new Escape(NONE, false, source.length());
    }
    int letter = source.codePointAt(at + 1);
    int next = at + 1 + Character.charCount(letter);
    return switch (letter) {
      case 'p', 'P' -> table(source, next);
      case 'x' -> hexadecimal(source, next);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(source, at + 1);
      case 'd', 'D', 's', 'S', 'w', 'W', 'A', 'b', 'B', 'z' -> new Escape(NONE, false, next);
      case 'a' -> new Escape(7, false, next);
      case 'f' -> new Escape('\f', false, next);
      case 'n' -> new Escape('\n', false, next);
      case 'r' -> new Escape('\r', false, next);
      case 't' -> new Escape('\t', false, next);
      case 'v' -> new Escape(11, false, next);
      default -> new Escape(letter, false, next);
    };
  }

  /** {@code \pL} or {@code \p{Greek}}. */
  private static Escape table(String source, int at) {
    return new Escape(NONE, true, braced(source, at, 1));
  }

  /** {@code \x61} or {@code \x{1f600}}; RE2/J complains where it is not a number. */
  private static Escape hexadecimal(String source, int at) {
    int end = braced(source, at, 2);
    String digits = source.substring(at, end).replaceAll("[{}]", "");
    boolean isNumber = digits.matches("0*[0-9a-fA-F]{1,6}");
    return new Escape(isNumber ? Integer.parseInt(lowest(digits), 16) : NONE, false, end);
  }

  private static String lowest(String digits) {
    return digits.substring(Math.max(0, digits.length() - 6));
  }

  /** Up to three digits. */
  private static Escape octal(String source, int from) {
    int value = 0;
    int at = from;
    while (at < Math.min(from + 3, source.length())
        && source.charAt(at) >= '0'
        && source.charAt(at) <= '7') {
      value = value * 8 + source.charAt(at) - '0';
      at++;
    }
    return new Escape(value, false, at);
  }

  /** The end of what is in braces here, or of so many characters without them. */
  private static int braced(String source, int at, int characters) {
    if (source.startsWith("{", at)) {
      int end = source.indexOf('}', at);
      return end < 0 ? source.length() : end + 1;
    }
    int end = at;
    for (int i = 0; i < characters && end < source.length(); i++) {
      end += Character.charCount(source.codePointAt(end));
    }
    return end;
  }
}
