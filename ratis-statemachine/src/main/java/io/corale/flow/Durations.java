package io.corale.flow;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads durations: ISO 8601 such as {@code PT5S}, or an object such as {@code {seconds: 5}}. */
final class Durations {
  /** Longer than any function may run anywhere; a composition that waits longer waits in steps. */
  static final Duration MOST = Duration.ofHours(24);

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
    Optional<Duration> read =
        value instanceof Marked.Fields fields ? ofObject(fields, what) : ofText(value, what);
    if (read.isPresent() && (read.get().compareTo(least) < 0 || read.get().compareTo(MOST) > 0)) {
      findings.add(
          value, what + " must be from " + least + " to " + MOST + ", found " + read.get(), "");
      return Optional.empty();
    }
    return read;
  }

  private Optional<Duration> ofText(Marked value, String what) {
    String text =
        value instanceof Marked.Scalar scalar && scalar.value().isTextual()
            ? scalar.value().textValue()
            : "";
    try {
      return Optional.of(Duration.parse(text));
    } catch (DateTimeParseException e) {
      findings.add(
          value,
          what + " must be a duration, found " + value.kind(),
          "write PT5S or {seconds: 5} for five seconds");
      return Optional.empty();
    }
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
        boolean isCount =
            value.get().value().isIntegralNumber()
                && value.get().value().canConvertToInt()
                && value.get().value().intValue() >= 0;
        if (!isCount) {
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
