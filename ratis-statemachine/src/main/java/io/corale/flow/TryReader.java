package io.corale.flow;

import io.corale.flow.Task.Tasks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/** Reads {@code try} with its {@code catch}. */
final class TryReader {
  static final String DEFAULT_AS = "error";

  private static final List<String> KEYS =
      List.of("errors", "as", "when", "exceptWhen", "retry", "do", "then");

  private final Findings findings;
  private final Expressions expressions;
  private final Flow flow;
  private final ErrorReader errors;
  private final RetryReader retries;

  TryReader(Findings findings, Expressions expressions, ErrorReader errors, RetryReader retries) {
    this.findings = findings;
    this.expressions = expressions;
    this.flow = new Flow(findings);
    this.errors = errors;
    this.retries = retries;
  }

  Optional<Work> read(Marked value, Site site, Lists lists) {
    Optional<Tasks> tasks = lists.read(value, "try", site.here().list("/try", Scope.Kind.SEQUENCE));
    Optional<Marked.Fields> fields =
        findings
            .required(site.fields(), "catch", site.where())
            .flatMap(caught -> findings.object(caught, site.where() + ".catch"));
    Optional<Catch> catching = fields.flatMap(present -> catching(present, site, lists));
    return tasks.isEmpty() || catching.isEmpty()
        ? Optional.empty()
        : Optional.of(new Work.Try(tasks.get(), catching.get()));
  }

  private Optional<Catch> catching(Marked.Fields fields, Site site, Lists lists) {
    String where = site.where() + ".catch";
    findings.requireKeys(fields, where, KEYS, Map.of());
    String as = as(fields, where);
    Scope inside = site.here().with(List.of(as));
    SortedSet<String> variables = inside.variables();
    Optional<ErrorSpec> spec =
        fields
            .get("errors")
            .map(value -> errors.filter(value, where + ".errors", variables))
            .orElse(Optional.of(ErrorSpec.ANY));
    Optional<Template> when = query(fields, "when", where, variables);
    Optional<Template> exceptWhen = query(fields, "exceptWhen", where, variables);
    Optional<RetryPolicy> retry =
        fields.get("retry").flatMap(value -> retries.read(value, where + ".retry", variables, as));
    Optional<Tasks> tasks =
        fields
            .get("do")
            .flatMap(list -> lists.read(list, "do", inside.list("/catch/do", Scope.Kind.SEQUENCE)));
    Optional<Next> then = fields.get("then").flatMap(value -> flow.next(value, site.around()));
    return spec.map(known -> new Catch(known, as, when, exceptWhen, retry, tasks, then));
  }

  private Optional<Template> query(
      Marked.Fields fields, String key, String where, SortedSet<String> variables) {
    return fields.get(key).flatMap(value -> expressions.query(value, where + "." + key, variables));
  }

  private String as(Marked.Fields fields, String where) {
    return fields
        .get("as")
        .filter(value -> !isDefault(value))
        .flatMap(value -> findings.variable(value, where + ".as"))
        .orElse(DEFAULT_AS);
  }

  private static boolean isDefault(Marked value) {
    return value.value().isTextual() && value.value().textValue().equals(DEFAULT_AS);
  }
}
