package io.corale.flow.jq;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/**
 * A regular expression with its flags, on RE2/J, whose time grows with the text times the pattern
 * and never faster. Immutable; shared by all threads.
 *
 * @param weight what each character of a text costs, in single characters and classes of the
 *     pattern
 * @param names of its groups, by their number
 */
record Regex(
    Pattern pattern,
    boolean isGlobal,
    boolean skipsEmpty,
    int weight,
    SortedMap<Integer, String> names) {
  Regex {
    names = Collections.unmodifiableSortedMap(new TreeMap<>(names));
  }

  /**
   * Compiles a pattern.
   *
   * @param flags of jq: g all matches, i ignore case, x spaces and comments in the pattern, s and
   *     p: the dot takes line breaks (p only), n no empty matches, l the longest alternative
   * @throws JsonQueryException what is wrong with it; an error of jq, so that {@code try} catches
   *     it
   */
  static Regex compile(String pattern, String flags) throws JsonQueryException {
    int options = 0;
    for (int i = 0; i < flags.length(); i++) {
      options |=
          switch (flags.charAt(i)) {
            case 'g', 'n', 's', 'x' -> 0;
            case 'i' -> Pattern.CASE_INSENSITIVE;
            case 'p' -> Pattern.DOTALL;
            case 'l' -> Pattern.LONGEST_MATCH;
            default ->
                throw new JsonQueryException(
                    "the flags '"
                        + (flags.length() <= 20 ? flags : "...")
                        + "': known are g, i, l, n, p, s, x");
          };
    }
    try {
      RegexSource source = new RegexSource(pattern, flags.contains("x"), flags.contains("i"));
      int weight = source.size();
      Pattern compiled = Pattern.compile(source.plain(), options);
      SortedMap<Integer, String> names = new TreeMap<>();
      compiled.namedGroups().forEach((name, number) -> names.put(number, name));
      return new Regex(compiled, flags.contains("g"), flags.contains("n"), weight, names);
    } catch (PatternSyntaxException e) {
      throw refused(pattern, e.getDescription() + ": `" + e.getPattern() + "`" + advice(pattern));
    } catch (JsonQueryException e) {
      throw refused(pattern, String.valueOf(e.getMessage()));
    }
  }

  Regex global() {
    return new Regex(pattern, true, skipsEmpty, weight, names);
  }

  private static JsonQueryException refused(String pattern, String reason) {
    String shown = pattern.length() <= 40 ? pattern : pattern.substring(0, 37) + "...";
    return new JsonQueryException("the regular expression '" + shown + "': " + reason);
  }

  /** What people miss who know other engines. */
  private static String advice(String pattern) {
    return pattern.matches("(?s).*(\\(\\?(=|!|<=|<!|>)|\\\\[1-9]|\\\\k<|[*+?}]\\+).*")
        ? " (RE2 has no lookaround, back references, atomic groups or possessive repetitions)"
        : "";
  }
}
