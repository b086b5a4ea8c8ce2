package io.corale.flow.jq;

import io.corale.flow.regex.LinearPattern;
import io.corale.flow.regex.LinearPattern.Mode;
import java.util.EnumSet;
import java.util.Set;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/** A regular expression with the flags that jq has for it. Immutable; shared by all threads. */
record Regex(LinearPattern pattern, boolean isGlobal, boolean skipsEmpty) {
  /** Each thread of a match carries the places of all groups. */
  static final int MAX_GROUPS = 32;

  /** Enough to recognize a pattern in a message. */
  private static final int MAX_EXCERPT = 40;

  /**
   * Compiles a pattern.
   *
   * @param flags of jq: g all matches, i ignore case, x spaces and comments in the pattern, s and
   *     p: the dot takes line breaks (p only), n no empty matches, l the longest alternative
   * @throws JsonQueryException what is wrong with it; an error of jq, so that {@code try} catches
   *     it
   */
  static Regex compile(String source, String flags) throws JsonQueryException {
    Set<Mode> modes = modes(flags);
    try {
      LinearPattern pattern = LinearPattern.compile(source, modes);
      if (pattern.groups() > MAX_GROUPS) {
        throw refused(source, "has more than " + MAX_GROUPS + " groups");
      }
      return new Regex(pattern, flags.contains("g"), flags.contains("n"));
    } catch (LinearPattern.Unusable e) {
      throw refused(source, e.why());
    }
  }

  private static Set<Mode> modes(String flags) throws JsonQueryException {
    Set<Mode> modes = EnumSet.noneOf(Mode.class);
    for (int i = 0; i < flags.length(); i++) {
      switch (flags.charAt(i)) {
        case 'g', 'n', 's' -> {}
        case 'i' -> modes.add(Mode.IGNORES_CASE);
        case 'l' -> modes.add(Mode.FINDS_THE_LONGEST);
        case 'p' -> modes.add(Mode.DOT_TAKES_LINE_BREAKS);
        case 'x' -> modes.add(Mode.EXTENDED);
        default ->
            throw new JsonQueryException(
                "the flags '"
                    + (flags.length() <= 20 ? flags : "...")
                    + "': known are g, i, l, n, p, s, x");
      }
    }
    return modes;
  }

  private static JsonQueryException refused(String source, String why) {
    boolean isShort = source.codePointCount(0, source.length()) <= MAX_EXCERPT;
    String shown =
        isShort ? source : source.substring(0, source.offsetByCodePoints(0, MAX_EXCERPT)) + "...";
    return new JsonQueryException("the regular expression '" + shown + "': it " + why);
  }

  /**
   * What each character of a text costs a search, in instructions that are tried: those that carry
   * groups count more.
   */
  int weight() {
    return pattern.size() * (1 + pattern.groups() / 4);
  }
}
