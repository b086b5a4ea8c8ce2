package io.corale.flow.regex;

import com.google.re2j.PatternSyntaxException;

/** What a complaint of RE2/J says to somebody who knows other engines. */
final class Advice {
  /** Enough to find the place. */
  private static final int MAX_EXCERPT = 40;

  private Advice() {}

  static String on(String source, PatternSyntaxException complaint) {
    String missed =
        source.matches("(?s).*(\\(\\?(=|!|<=|<!|>)|\\\\[1-9]|\\\\k<|[*+?}]\\+).*")
            ? " (RE2 has no lookaround, back references, atomic groups or possessive repetitions)"
            : "";
    return "is not in RE2's language: " + complaint.getDescription() + place(complaint) + missed;
  }

  private static String place(PatternSyntaxException complaint) {
    String place = complaint.getPattern();
    if (place.isEmpty()) {
      return "";
    }
    boolean isShort = place.codePointCount(0, place.length()) <= MAX_EXCERPT;
    String shown =
        isShort ? place : place.substring(0, place.offsetByCodePoints(0, MAX_EXCERPT)) + "...";
    return ": `" + shown + "`";
  }
}
