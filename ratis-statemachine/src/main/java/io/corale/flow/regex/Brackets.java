package io.corale.flow.regex;

/**
 * A class of characters in brackets, as RE2/J reads it.
 *
 * @param ranged how many characters are in its ranges and single characters
 * @param folds whether RE2/J finds the other cases of all these characters
 * @param tables how many classes of Unicode are in it
 * @param end where the next piece begins
 */
record Brackets(long ranged, boolean folds, int tables, int end) {
  static Brackets read(String source, int from) {
    long ranged = 0;
    boolean folds = true;
    int tables = 0;
    int at = source.startsWith("^", from + 1) ? from + 2 : from + 1;
    boolean isFirst = true;
    while (at < source.length() && (isFirst || source.charAt(at) != ']')) {
      isFirst = false;
      int named = source.startsWith("[:", at) ? source.indexOf(":]", at) : -1;
      if (named >= 0) {
        at = named + 2;
        continue;
      }
      Escape low = character(source, at);
      Escape high = low;
      at = low.end();
      tables += low.isTable() ? 1 : 0;
      boolean isRange =
          low.character() != Escape.NONE
              && source.startsWith("-", at)
              && !source.startsWith("-]", at)
              && at + 1 < source.length();
      if (isRange) {
        high = character(source, at + 1);
        at = high.end();
      }
      ranged += Math.max(0, high.character() - low.character() + 1L);
      folds &=
          ranged > LinearPattern.MAX_LISTED
              || !Folding.neverEnds(low.character(), high.character());
    }
    return new Brackets(ranged, folds, tables, Math.min(at + 1, source.length()));
  }

  private static Escape character(String source, int at) {
    if (source.charAt(at) == '\\') {
      return Escape.read(source, at);
    }
    int character = source.codePointAt(at);
    return new Escape(character, false, at + Character.charCount(character));
  }
}
