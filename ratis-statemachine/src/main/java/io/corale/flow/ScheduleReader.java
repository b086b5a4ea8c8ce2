package io.corale.flow;

import io.corale.scheduler.Overlap;
import io.corale.scheduler.Timing;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code schedule}, and {@code document.metadata.schedule} with what the standard has no word
 * for: whether occurrences may overlap.
 */
final class ScheduleReader {
  /** What comes more often is a loop, which needs no receipt for each round. */
  static final Duration LEAST = Duration.ofSeconds(1);

  private static final List<String> KINDS = List.of("every", "cron", "after");
  private static final Map<String, String> NOT_YET = Map.of("on", "");
  private static final List<String> OVERLAPS = List.of("allow", "skip", "wait");

  private final Findings findings;
  private final Durations durations;

  ScheduleReader(Findings findings) {
    this.findings = findings;
    this.durations = new Durations(findings);
  }

  /** Of a composition that runs only when somebody says so. */
  void readNone(Marked.Fields root) {
    metadata(root)
        .ifPresent(
            metadata ->
                findings.add(
                    metadata,
                    "document.metadata.schedule says how occurrences overlap, and there is no"
                        + " schedule",
                    "add 'schedule', beside 'do'"));
  }

  Optional<Scheduling> read(Marked value, Marked.Fields root) {
    Optional<Marked.Fields> fields = findings.object(value, "schedule");
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), "schedule", KINDS, NOT_YET);
    List<String> kinds = KINDS.stream().filter(kind -> fields.get().get(kind).isPresent()).toList();
    boolean isOdd = fields.get().fields().stream().anyMatch(f -> !KINDS.contains(f.key()));
    if (kinds.size() != 1) {
      if (!isOdd || kinds.size() > 1) {
        findings.add(
            value,
            "schedule must have one of " + String.join(", ", KINDS) + ", found " + kinds.size(),
            "");
      }
      return Optional.empty();
    }
    String kind = kinds.get(0);
    Optional<Timing> timing = timing(kind, fields.get().get(kind).orElseThrow());
    Optional<Overlap> overlap = overlap(root, kind);
    return timing.isEmpty() || overlap.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Scheduling(timing.get(), overlap.get(), words(kind, fields.get(), overlap.get())));
  }

  private static String words(String kind, Marked.Fields fields, Overlap overlap) {
    Marked value = fields.get(kind).orElseThrow();
    String what = value.value().isTextual() ? value.value().textValue() : value.value().toString();
    return kind
        + " "
        + what
        + (overlap == Overlap.ALLOW ? "" : ", " + overlap.name().toLowerCase(Locale.ROOT));
  }

  private Optional<Timing> timing(String kind, Marked value) {
    String what = "schedule." + kind;
    if (kind.equals("cron")) {
      return findings.string(value, what).flatMap(text -> cron(value, text));
    }
    return durations
        .read(value, what, LEAST, Durations.MOST_OF_A_SPAN)
        .map(Implementation::micros)
        .map(micros -> kind.equals("every") ? new Timing.Every(micros) : new Timing.After(micros));
  }

  private Optional<Timing> cron(Marked value, String text) {
    try {
      Cron.parse(text);
      return Optional.of(new Timing.Cron(text));
    } catch (IllegalArgumentException e) {
      findings.add(
          value, "schedule.cron '" + text + "': " + e.getMessage(), "such as '30 6 * * MON-FRI'");
      return Optional.empty();
    }
  }

  private Optional<Overlap> overlap(Marked.Fields root, String kind) {
    String where = "document.metadata.schedule";
    Optional<Marked> metadata = metadata(root);
    if (metadata.isEmpty()) {
      return Optional.of(Overlap.ALLOW);
    }
    Optional<Marked.Fields> fields = findings.object(metadata.get(), where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), where, List.of("overlap"), Map.of());
    Optional<Marked> overlap = fields.get().get("overlap");
    if (overlap.isPresent() && kind.equals("after")) {
      findings.add(overlap.get(), "what runs 'after' its own end never overlaps", "leave it out");
      return Optional.empty();
    }
    return overlap.isEmpty() ? Optional.of(Overlap.ALLOW) : overlap(overlap.get(), where);
  }

  private static Optional<Marked> metadata(Marked.Fields root) {
    return root.get("document")
        .flatMap(ScheduleReader::fields)
        .flatMap(document -> document.get("metadata"))
        .flatMap(ScheduleReader::fields)
        .flatMap(fields -> fields.get("schedule"));
  }

  private static Optional<Marked.Fields> fields(Marked value) {
    return value instanceof Marked.Fields fields ? Optional.of(fields) : Optional.empty();
  }

  private Optional<Overlap> overlap(Marked value, String where) {
    Optional<String> word = findings.string(value, where + ".overlap");
    if (word.isPresent() && !OVERLAPS.contains(word.get())) {
      findings.add(
          value,
          where + ".overlap '" + word.get() + "' is not known",
          findings.hint(word.get(), OVERLAPS, "expected: " + String.join(", ", OVERLAPS)));
      return Optional.empty();
    }
    return word.map(each -> Overlap.valueOf(each.toUpperCase(Locale.ROOT)));
  }
}
