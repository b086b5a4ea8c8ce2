package io.corale.flow;

import io.corale.flow.RetryPolicy.Backoff;
import io.corale.flow.RetryPolicy.Jitter;
import io.corale.flow.RetryPolicy.Pause;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads the policies by which a {@code try} begins again, inline or by name. */
final class RetryReader {
  private static final Duration LEAST_LIMIT = Duration.ofMillis(1);

  private final Findings findings;
  private final Expressions expressions;
  private final TimeReader times;
  private final Named retries;

  RetryReader(Findings findings, Expressions expressions, TimeReader times, Named retries) {
    this.findings = findings;
    this.expressions = expressions;
    this.times = times;
    this.retries = retries;
  }

  /**
   * Reads a policy.
   *
   * @param variables that its expressions may look at
   * @param error the one of them that is not there yet when an attempt begins
   */
  Optional<RetryPolicy> read(
      Marked value, String where, SortedSet<String> variables, String error) {
    return retries.resolve(value, where).flatMap(part -> policy(part, variables, error));
  }

  /** Checks the policies that no task uses. */
  void checkUnused() {
    SortedSet<String> variables = Scope.root().with(List.of(TryReader.DEFAULT_AS)).variables();
    retries.unused().forEach(part -> policy(part, variables, TryReader.DEFAULT_AS));
  }

  private Optional<RetryPolicy> policy(Named.Part part, SortedSet<String> variables, String error) {
    String where = part.where();
    Optional<Marked.Fields> object = findings.object(part.value(), where);
    if (object.isEmpty()) {
      return Optional.empty();
    }
    Marked.Fields fields = object.get();
    findings.requireKeys(
        fields,
        where,
        List.of("when", "exceptWhen", "delay", "backoff", "limit", "jitter"),
        Map.of());
    Optional<Template> when = query(fields, "when", where, variables);
    Optional<Template> exceptWhen = query(fields, "exceptWhen", where, variables);
    Optional<Pause> pause = pause(fields, where, variables);
    Optional<Marked.Fields> limit = inner(fields, "limit", where, List.of("attempt", "duration"));
    Optional<Marked.Fields> attempt =
        limit.flatMap(
            present -> inner(present, "attempt", where + ".limit", List.of("count", "duration")));
    Optional<Integer> count =
        attempt
            .flatMap(present -> present.get("count"))
            .map(value -> count(value, where))
            .orElse(Optional.of(RetryPolicy.DEFAULT_COUNT));
    SortedSet<String> before = new TreeSet<>(variables);
    before.remove(error);
    Optional<Span> one = limit(attempt, where + ".limit.attempt", before);
    Optional<Span> total = limit(limit, where + ".limit", variables);
    return pause.isEmpty() || count.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new RetryPolicy(when, exceptWhen, pause.get(), count.get(), one, total, part.place()));
  }

  private Optional<Template> query(
      Marked.Fields fields, String key, String where, SortedSet<String> variables) {
    return fields.get(key).flatMap(value -> expressions.query(value, where + "." + key, variables));
  }

  private Optional<Marked.Fields> inner(
      Marked.Fields fields, String key, String where, List<String> keys) {
    Optional<Marked.Fields> inner =
        fields.get(key).flatMap(value -> findings.object(value, where + "." + key));
    inner.ifPresent(present -> findings.requireKeys(present, where + "." + key, keys, Map.of()));
    return inner;
  }

  private Optional<Span> limit(
      Optional<Marked.Fields> limit, String where, SortedSet<String> variables) {
    return limit
        .flatMap(present -> present.get("duration"))
        .flatMap(value -> times.span(value, where + ".duration", LEAST_LIMIT, variables));
  }

  private Optional<Integer> count(Marked value, String where) {
    boolean isCount =
        value.value().isIntegralNumber()
            && value.value().canConvertToInt()
            && value.value().intValue() >= 0
            && value.value().intValue() <= RetryPolicy.MAX_COUNT;
    if (!isCount) {
      findings.add(
          value,
          where
              + ".limit.attempt.count must be a whole number from 0 to "
              + RetryPolicy.MAX_COUNT
              + ", found "
              + value.kind(),
          "");
      return Optional.empty();
    }
    return Optional.of(value.value().intValue());
  }

  private Optional<Pause> pause(Marked.Fields fields, String where, SortedSet<String> variables) {
    Optional<Span> delay = span(fields, "delay", where, variables);
    Optional<Backoff> backoff = backoff(fields, where);
    Optional<Marked.Fields> range = inner(fields, "jitter", where, List.of("from", "to"));
    Optional<Jitter> jitter = range.flatMap(present -> jitter(present, where, variables));
    boolean isWhole = fields.get("jitter").isEmpty() || jitter.isPresent();
    return delay.isEmpty() || backoff.isEmpty() || !isWhole
        ? Optional.empty()
        : Optional.of(new Pause(delay.get(), backoff.get(), jitter));
  }

  private Optional<Span> span(
      Marked.Fields fields, String key, String where, SortedSet<String> variables) {
    return fields
        .get(key)
        .map(value -> times.span(value, where + "." + key, Duration.ZERO, variables))
        .orElse(Optional.of(new Span.Fixed(0)));
  }

  private Optional<Jitter> jitter(Marked.Fields range, String where, SortedSet<String> variables) {
    boolean isWhole = findings.required(range, "from", where + ".jitter").isPresent();
    isWhole &= findings.required(range, "to", where + ".jitter").isPresent();
    Optional<Span> from = span(range, "from", where + ".jitter", variables);
    Optional<Span> to = span(range, "to", where + ".jitter", variables);
    if (!isWhole || from.isEmpty() || to.isEmpty()) {
      return Optional.empty();
    }
    if (from.get() instanceof Span.Fixed least
        && to.get() instanceof Span.Fixed most
        && least.micros() > most.micros()) {
      findings.add(range, where + ".jitter has a 'from' that is longer than its 'to'", "");
      return Optional.empty();
    }
    return Optional.of(new Jitter(from.get(), to.get()));
  }

  private Optional<Backoff> backoff(Marked.Fields fields, String where) {
    Optional<Marked> value = fields.get("backoff");
    if (value.isEmpty()) {
      return Optional.of(Backoff.CONSTANT);
    }
    String what = where + ".backoff";
    Optional<Marked.Fields> kinds =
        inner(fields, "backoff", where, List.of("constant", "linear", "exponential"));
    if (kinds.isEmpty()) {
      return Optional.empty();
    }
    if (kinds.get().fields().size() != 1) {
      findings.add(
          value.get(),
          what + " must have one key, found " + kinds.get().fields().size(),
          "write backoff: {exponential: {}}, or constant or linear");
      return Optional.empty();
    }
    Marked.Field kind = kinds.get().fields().get(0);
    inner(kinds.get(), kind.key(), what, List.of());
    return switch (kind.key()) {
      case "constant" -> Optional.of(Backoff.CONSTANT);
      case "linear" -> Optional.of(Backoff.LINEAR);
      case "exponential" -> Optional.of(Backoff.EXPONENTIAL);
      default -> Optional.empty();
    };
  }
}
