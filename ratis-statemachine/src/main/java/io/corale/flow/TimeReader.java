package io.corale.flow;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/** Reads what lets time pass or limits it: {@code wait}, and timeouts inline or by name. */
final class TimeReader {
  private static final Duration LEAST_TIMEOUT = Duration.ofMillis(1);

  private final Findings findings;
  private final Expressions expressions;
  private final Durations durations;
  private final Named timeouts;

  TimeReader(Findings findings, Expressions expressions, Named timeouts) {
    this.findings = findings;
    this.expressions = expressions;
    this.durations = new Durations(findings);
    this.timeouts = timeouts;
  }

  Optional<Work> pause(Marked value, Site site) {
    return span(value, site.where() + ".wait", Duration.ZERO, site.variables()).map(Work.Wait::new);
  }

  /** {@code timeout}, of a task or of the composition. */
  Optional<Timeout> timeout(Marked value, String where, SortedSet<String> variables) {
    if (Durations.isDuration(value)) {
      findings.add(
          value,
          where + ".timeout must be an object or a name, found " + value.kind(),
          "write timeout: {after: " + value.value().textValue() + "}");
      return Optional.empty();
    }
    return timeouts.resolve(value, where + ".timeout").flatMap(part -> timeout(part, variables));
  }

  private Optional<Timeout> timeout(Named.Part part, SortedSet<String> variables) {
    Optional<Marked.Fields> fields = findings.object(part.value(), part.where());
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), part.where(), List.of("after"), Map.of());
    return findings
        .required(fields.get(), "after", part.where())
        .flatMap(after -> span(after, part.where() + ".after", LEAST_TIMEOUT, variables))
        .map(after -> new Timeout(after, part.place()));
  }

  /** A duration, or an expression that gives one. */
  Optional<Span> span(Marked value, String what, Duration least, SortedSet<String> variables) {
    if (value instanceof Marked.Scalar scalar
        && scalar.value().isTextual()
        && scalar.value().textValue().contains("${")) {
      return expressions
          .template(value, what, variables)
          .map(template -> new Span.Computed(template, Implementation.micros(least)));
    }
    return durations
        .read(value, what, least, Durations.MOST_OF_A_SPAN)
        .map(duration -> new Span.Fixed(Implementation.micros(duration)));
  }

  /** Checks the timeouts that no task used. */
  void checkUnused() {
    timeouts.unused().forEach(part -> timeout(part, Scope.TASK));
  }
}
