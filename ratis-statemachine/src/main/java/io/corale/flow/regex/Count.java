package io.corale.flow.regex;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A counted repetition: {@code {n}}, {@code {n,}} or {@code {n,m}}.
 *
 * @param most empty if there is no end to it
 * @param end where the next piece begins
 */
record Count(long least, Optional<Long> most, int end) {
  /** Any other brace is only a brace to RE2/J, also one with a zero in front. */
  private static final Pattern FORM = Pattern.compile("\\{(0|[1-9][0-9]*)(,(0|[1-9][0-9]*)?)?\\}");

  /** RE2/J refuses to count further than 1,000. */
  private static final int MAX_DIGITS = 4;

  /** The count that begins at a brace, if it is one. */
  static Optional<Count> read(String source, int at) {
    Matcher form = FORM.matcher(source).region(at, source.length());
    if (!form.lookingAt()) {
      return Optional.empty();
    }
    long least = number(form.group(1));
    Optional<Long> most =
        form.group(2) == null
            ? Optional.of(least)
            : Optional.ofNullable(form.group(3)).map(Count::number);
    return Optional.of(new Count(least, most, form.end()));
  }

  private static long number(String digits) {
    return Long.parseLong(digits.substring(0, Math.min(MAX_DIGITS, digits.length())));
  }

  /** How many instructions become of what had so many: {@code x{2,4}} is {@code xx(x(x)?)?}. */
  long times(long size) {
    long optional = most.map(last -> Math.max(0, last - least) * (size + 1)).orElse(0L);
    long loop = most.isPresent() ? 0 : least == 0 ? size + 2 : 1;
    return Math.max(1, least * size + optional + loop);
  }
}
