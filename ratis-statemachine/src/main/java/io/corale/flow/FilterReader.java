package io.corale.flow;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads what shapes data around the work of a task or of the composition. */
final class FilterReader {
  private final Findings findings;
  private final Expressions expressions;
  private final SchemaReader schemas;

  FilterReader(Findings findings, Expressions expressions, SchemaReader schemas) {
    this.findings = findings;
    this.expressions = expressions;
    this.schemas = schemas;
  }

  Filters ofTask(Marked.Fields fields, String where, Scope scope) {
    SortedSet<String> withoutInput = scope.variablesWithout("input");
    Optional<Template> condition =
        fields.get("if").flatMap(value -> expressions.query(value, "if", withoutInput));
    Optional<Template> from = filter(fields.get("input"), where + ".input", "from", withoutInput);
    Optional<Template> as =
        filter(fields.get("output"), where + ".output", "as", scope.variables());
    SortedSet<String> withOutput = new TreeSet<>(scope.variables());
    withOutput.add("output");
    Optional<Template> export = filter(fields.get("export"), where + ".export", "as", withOutput);
    return new Filters(condition, from, as, export, schemas(fields, where));
  }

  Filters ofComposition(Marked.Fields fields) {
    return new Filters(
        Optional.empty(),
        filter(fields.get("input"), "the composition.input", "from", Scope.BEGINNING),
        filter(fields.get("output"), "the composition.output", "as", Scope.ENDING),
        Optional.empty(),
        schemas(fields, "the composition"));
  }

  private Schemas schemas(Marked.Fields fields, String where) {
    return new Schemas(
        schemas.read(side(fields, "input"), where + ".input"),
        schemas.read(side(fields, "output"), where + ".output"),
        schemas.read(side(fields, "export"), where + ".export"));
  }

  /** Empty, too, where it is no object, which was reported. */
  private static Optional<Marked.Fields> side(Marked.Fields fields, String key) {
    return fields.get(key).filter(Marked.Fields.class::isInstance).map(Marked.Fields.class::cast);
  }

  private Optional<Template> filter(
      Optional<Marked> side, String where, String key, SortedSet<String> variables) {
    Optional<Marked.Fields> inner = side.flatMap(value -> findings.object(value, where));
    if (inner.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(inner.get(), where, List.of("schema", key), Map.of());
    String what = where.substring(where.lastIndexOf('.') + 1) + "." + key;
    return inner.get().get(key).flatMap(value -> expressions.filter(value, what, variables));
  }
}
