package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads durations: ISO 8601 such as {@code PT5S}, or an object such as {@code {seconds: 5}}. */
final class Durations {
  /** Longer than any function may run anywhere. */
  static final Duration MOST = Duration.ofHours(24);

  /** The longest that a composition waits or limits at once; nobody tests what takes longer. */
  static final Duration MOST_OF_A_SPAN = Duration.ofDays(365);

  private static final Pattern WEEKS = Pattern.compile("P(\\d{1,3})W(.*)");

  private static final List<String> UNITS =
      List.of("days", "hours", "minutes", "seconds", "milliseconds");
  private static final List<Duration> SIZES =
      List.of(
          Duration.ofDays(1),
          Duration.ofHours(1),
          Duration.ofMinutes(1),
          Duration.ofSeconds(1),
          Duration.ofMillis(1));

  private final Findings findings;

  Durations(Findings findings) {
    this.findings = findings;
  }

  /** A duration of at least {@code least} and at most {@link #MOST}; reports anything else. */
  Optional<Duration> read(Marked value, String what, Duration least) {
    return read(value, what, least, MOST);
  }

  /** A duration within bounds; reports anything else. */
  Optional<Duration> read(Marked value, String what, Duration least, Duration most) {
    Optional<Duration> read =
        value instanceof Marked.Fields fields ? ofObject(fields, what) : ofText(value, what);
    if (read.isPresent() && (read.get().compareTo(least) < 0 || read.get().compareTo(most) > 0)) {
      findings.add(
          value, what + " must be from " + least + " to " + most + ", found " + read.get(), "");
      return Optional.empty();
    }
    return read;
  }

  /** The duration that an expression gave, as text or as an object; empty where it is none. */
  static Optional<Duration> of(JsonNode value) {
    if (value.isTextual()) {
      return parse(value.textValue());
    }
    if (!value.isObject() || value.isEmpty()) {
      return Optional.empty();
    }
    Duration sum = Duration.ZERO;
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      int unit = UNITS.indexOf(field.getKey());
      if (unit < 0 || !isCount(field.getValue())) {
        return Optional.empty();
      }
      sum = sum.plus(SIZES.get(unit).multipliedBy(field.getValue().intValue()));
    }
    return Optional.of(sum);
  }

  private static boolean isCount(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToInt() && value.intValue() >= 0;
  }

  /** Whether a text is a duration. */
  static boolean isDuration(Marked value) {
    return value.value().isTextual() && parse(value.value().textValue()).isPresent();
  }

  /** ISO 8601 without months and years, which have no fixed length. */
  private static Optional<Duration> parse(String text) {
    Matcher weeks = WEEKS.matcher(text);
    try {
      if (!weeks.matches()) {
        return Optional.of(Duration.parse(text));
      }
      Duration whole = Duration.ofDays(7L * Integer.parseInt(weeks.group(1)));
      String rest = weeks.group(2);
      return Optional.of(rest.isEmpty() ? whole : whole.plus(Duration.parse("P" + rest)));
    } catch (DateTimeParseException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private Optional<Duration> ofText(Marked value, String what) {
    String text =
        value instanceof Marked.Scalar scalar && scalar.value().isTextual()
            ? scalar.value().textValue()
            : "";
    Optional<Duration> duration = parse(text);
    if (duration.isEmpty()) {
      findings.add(
          value,
          what + " must be a duration, found " + value.kind(),
          text.matches("P.*\\d[YM].*") && !text.contains("T")
              ? "write days: months and years have no fixed length"
              : "write PT5S or {seconds: 5} for five seconds");
    }
    return duration;
  }

  private Optional<Duration> ofObject(Marked.Fields fields, String what) {
    findings.requireKeys(fields, what, UNITS, Map.of());
    if (!fields.fields().stream().allMatch(field -> UNITS.contains(field.key()))) {
      return Optional.empty();
    }
    Duration sum = Duration.ZERO;
    for (int unit = 0; unit < UNITS.size(); unit++) {
      Optional<Marked> value = fields.get(UNITS.get(unit));
      if (value.isPresent()) {
        if (!isCount(value.get().value())) {
          findings.add(
              value.get(),
              UNITS.get(unit) + " must be a whole number, found " + value.get().kind(),
              "");
          return Optional.empty();
        }
        sum = sum.plus(SIZES.get(unit).multipliedBy(value.get().value().intValue()));
      }
    }
    return Optional.of(sum);
  }
}
