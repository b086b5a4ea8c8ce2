package io.corale.flow.regex;

/** Where the pieces of a regular expression end in which nothing means what it means elsewhere. */
final class Pieces {
  private Pieces() {}

  /** The expression without the spaces and comments that mode {@code EXTENDED} allows. */
  static String withoutSpaces(String source) {
    StringBuilder plain = new StringBuilder();
    int at = 0;
    while (at < source.length()) {
      int end = end(source, at);
      if (source.charAt(at) == '#') {
        int line = source.indexOf('\n', at);
        end = line < 0 ? source.length() : line;
      } else if (!Character.isWhitespace(source.charAt(at))) {
        plain.append(source, at, end);
      }
      at = end;
    }
    return plain.toString();
  }

  private static int end(String source, int at) {
    if (isQuote(source, at)) {
      return endOfQuote(source, at);
    }
    return switch (source.charAt(at)) {
      case '\\' -> Escape.read(source, at).end();
      case '[' -> Brackets.read(source, at).end();
      default -> at + 1;
    };
  }

  static boolean isQuote(String source, int at) {
    return source.startsWith("\\Q", at);
  }

  /** Behind {@code \E}, or at the end of all if it is missing. */
  static int endOfQuote(String source, int at) {
    int end = source.indexOf("\\E", at);
    return end < 0 ? source.length() : end + 2;
  }

  /** What is between {@code \Q} and {@code \E}. */
  static String quoted(String source, int at) {
    int end = source.indexOf("\\E", at);
    return source.substring(at + 2, end < 0 ? source.length() : end);
  }
}
