package io.corale.flow;

import io.corale.flow.Listening.Count;
import io.corale.flow.Listening.Strategy;
import io.corale.scheduler.Overlap;
import io.corale.scheduler.Subscription;
import io.corale.scheduler.Timing;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Reads {@code schedule}, and {@code document.metadata.schedule} with what the standard has no word
 * for: whether occurrences may overlap.
 */
final class ScheduleReader {
  /** What comes more often is a loop, which needs no receipt for each round. */
  static final Duration LEAST = Duration.ofSeconds(1);

  private static final List<String> KINDS = List.of("every", "cron", "after", "on");

  /** What filters of events may look at: nothing runs yet. */
  private static final SortedSet<String> VARIABLES = new TreeSet<>(List.of("runtime"));

  private static final List<String> OVERLAPS = List.of("allow", "skip", "wait");

  private final Findings findings;
  private final Durations durations;

  private final StrategyReader strategies;

  ScheduleReader(Findings findings, Expressions expressions) {
    this.findings = findings;
    this.durations = new Durations(findings);
    this.strategies = new StrategyReader(findings, new EventReader(findings, expressions));
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
    findings.requireKeys(fields.get(), "schedule", KINDS, Map.of());
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
    Marked when = fields.get().get(kind).orElseThrow();
    Optional<Strategy> events = kind.equals("on") ? events(when) : Optional.empty();
    Optional<Timing> timing =
        kind.equals("on") ? events.map(ScheduleReader::timing) : timing(kind, when);
    Optional<Overlap> overlap = overlap(root, kind);
    return timing.isEmpty() || overlap.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Scheduling(
                timing.get(),
                overlap.get(),
                words(kind, when, timing.get(), overlap.get()),
                events));
  }

  private static String words(String kind, Marked value, Timing timing, Overlap overlap) {
    String text = value.value().isTextual() ? value.value().textValue() : value.value().toString();
    return (timing instanceof Timing.On on ? on.words() : kind + " " + text)
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

  /** {@code on}. */
  private Optional<Strategy> events(Marked value) {
    String what = "schedule.on";
    Optional<Marked.Fields> fields = findings.object(value, what);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    Optional<Marked.Field> until = fields.get().field("until");
    if (until.isPresent()) {
      findings.add(
          until.get(),
          "'until' is refused in " + what + ": each event of 'any' begins an invocation of its own",
          "gather events by a task that listens");
      return Optional.empty();
    }
    Optional<Strategy> events = strategies.read(fields.get(), what, List.of(), VARIABLES);
    if (events.stream().flatMap(e -> e.filters().stream()).anyMatch(ScheduleReader::compares)) {
      findings.add(
          value,
          "what a correlation expects must be a constant in " + what + ": there is no input yet",
          "leave 'expect' out, and events that belong together have the same");
    }
    return events;
  }

  private static boolean compares(EventFilter filter) {
    return filter.comparesWithInput();
  }

  private static Timing timing(Strategy events) {
    return new Timing.On(
        events.count() == Count.ALL,
        events.filters().isEmpty()
            ? List.of(Subscription.ALL)
            : events.filters().stream().map(EventFilter::subscription).toList(),
        events.filters().stream().allMatch(EventFilter::isExact));
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
