package io.corale.flow.graph;

/** Texts of users, made fit to be drawn. */
final class Labels {
  /** Longer ones would make a picture of one label. */
  static final int MAX_CHARS = 40;

  private Labels() {}

  /** A label on one line, cut if it is long. */
  static String cut(String text) {
    String plain = plain(text);
    return plain.codePointCount(0, plain.length()) <= MAX_CHARS
        ? plain
        : plain.substring(0, plain.offsetByCodePoints(0, MAX_CHARS - 1)) + "\u2026";
  }

  /** Without characters that no picture can show: controls, and halves of others. */
  static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    text.codePoints().map(point -> isShown(point) ? point : ' ').forEach(plain::appendCodePoint);
    return plain.toString();
  }

  private static boolean isShown(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** About how wide a text is at a size of one pixel; there is no font to ask. */
  static double width(String text) {
    return text.codePoints().mapToDouble(Labels::width).sum();
  }

  private static double width(int point) {
    if (point >= 0x1100) {
      return 1.05;
    }
    if ("ijl.,:;|'!/ ".indexOf(point) >= 0) {
      return 0.36;
    }
    return "mwMW@".indexOf(point) >= 0 || Character.isUpperCase(point) ? 0.8 : 0.6;
  }
}
