package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/** Reads errors: those that are raised, inline or by name, and which ones are caught. */
final class ErrorReader {
  /** What the status of an error can be: those of HTTP that say something failed. */
  static final int LEAST_STATUS = 400;

  static final int MOST_STATUS = 599;

  /** Of those that are caught: a response that points elsewhere may be an error of its task. */
  private static final int LEAST_CAUGHT_STATUS = 300;

  private static final List<String> PARTS =
      List.of("type", "status", "title", "detail", "instance");

  private final Findings findings;
  private final Expressions expressions;
  private final Named errors;

  ErrorReader(Findings findings, Expressions expressions, Named errors) {
    this.findings = findings;
    this.expressions = expressions;
    this.errors = errors;
  }

  Optional<Work> raise(Marked value, Site site) {
    String where = site.where() + ".raise";
    Optional<Marked.Fields> fields = findings.object(value, where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), where, List.of("error"), Map.of());
    return findings
        .required(fields.get(), "error", where)
        .flatMap(error -> errors.resolve(error, where + ".error"))
        .flatMap(
            part ->
                error(part, site.variables()).map(error -> new Work.Raise(error, part.place())));
  }

  /** Checks the errors that no task raises. */
  void checkUnused() {
    errors.unused().forEach(part -> error(part, Scope.TASK));
  }

  private Optional<ErrorSpec> error(Named.Part part, SortedSet<String> variables) {
    Optional<Marked.Fields> fields = findings.object(part.value(), part.where());
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), part.where(), PARTS, Map.of());
    boolean isWhole = findings.required(fields.get(), "type", part.where()).isPresent();
    isWhole &= findings.required(fields.get(), "status", part.where()).isPresent();
    Optional<ErrorSpec> spec = spec(fields.get(), part.where(), variables, LEAST_STATUS);
    return isWhole ? spec : Optional.empty();
  }

  /** {@code catch.errors}. */
  Optional<ErrorSpec> filter(Marked value, String where, SortedSet<String> variables) {
    Optional<Marked.Fields> fields = findings.object(value, where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), where, List.of("with"), Map.of());
    Optional<Marked> with = fields.get().get("with");
    if (with.isEmpty()) {
      return Optional.of(ErrorSpec.ANY);
    }
    Optional<Marked.Fields> parts = findings.object(with.get(), where + ".with");
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    if (parts.get().fields().isEmpty()) {
      findings.add(
          parts.get(), where + ".with is empty", "leave 'errors' out to catch every error");
      return Optional.empty();
    }
    Marked.Fields named = withDetail(parts.get());
    findings.requireKeys(named, where + ".with", PARTS, Map.of());
    return spec(named, where + ".with", variables, LEAST_CAUGHT_STATUS);
  }

  /** The standard says {@code details} in filters and {@code detail} in errors. */
  private static Marked.Fields withDetail(Marked.Fields parts) {
    return new Marked.Fields(
        parts.line(),
        parts.column(),
        parts.fields().stream()
            .map(
                field ->
                    field.key().equals("details")
                        ? new Marked.Field(field.line(), field.column(), "detail", field.value())
                        : field)
            .toList());
  }

  private Optional<ErrorSpec> spec(
      Marked.Fields fields, String where, SortedSet<String> variables, int leastStatus) {
    Optional<Template> type = part(fields, "type", where, variables);
    Optional<Template> status = status(fields, where, variables, leastStatus);
    Optional<Template> title = part(fields, "title", where, variables);
    Optional<Template> detail = part(fields, "detail", where, variables);
    Optional<Template> instance = part(fields, "instance", where, variables);
    type.filter(Template.Literal.class::isInstance)
        .ifPresent(literal -> requireKnownKind(fields.get("type").orElse(fields), literal));
    long wrong =
        fields.fields().stream().filter(field -> PARTS.contains(field.key())).count()
            - java.util.stream.Stream.of(type, status, title, detail, instance)
                .filter(Optional::isPresent)
                .count();
    return wrong > 0
        ? Optional.empty()
        : Optional.of(new ErrorSpec(type, status, title, detail, instance));
  }

  private void requireKnownKind(Marked at, Template literal) {
    String kind = ErrorTypes.kindOf(((Template.Literal) literal).value().asText());
    if (!kind.isEmpty() && !ErrorTypes.KINDS.contains(kind)) {
      findings.add(
          at,
          "the standard knows no kind of error '" + kind + "'",
          findings.hint(
              kind, ErrorTypes.KINDS, "it knows: " + String.join(", ", ErrorTypes.KINDS)));
    }
  }

  private Optional<Template> part(
      Marked.Fields fields, String key, String where, SortedSet<String> variables) {
    return fields
        .get(key)
        .filter(value -> findings.string(value, where + "." + key).isPresent())
        .flatMap(value -> expressions.template(value, where + "." + key, variables));
  }

  private Optional<Template> status(
      Marked.Fields fields, String where, SortedSet<String> variables, int least) {
    Optional<Marked> value = fields.get("status");
    if (value.isEmpty()) {
      return Optional.empty();
    }
    JsonNode status = value.get().value();
    boolean isStatus =
        status.isIntegralNumber()
            && status.canConvertToInt()
            && status.intValue() >= least
            && status.intValue() <= MOST_STATUS;
    boolean isExpression = status.isTextual() && status.textValue().contains("${");
    if (!isStatus && !isExpression) {
      findings.add(
          value.get(),
          where
              + ".status must be a whole number from "
              + least
              + " to "
              + MOST_STATUS
              + ", found "
              + value.get().kind(),
          "these are the states of HTTP that say something failed");
      return Optional.empty();
    }
    return expressions.template(value.get(), where + ".status", variables);
  }
}
