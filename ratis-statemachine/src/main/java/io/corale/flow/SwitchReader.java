package io.corale.flow;

import io.corale.flow.Work.Case;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code switch}. */
final class SwitchReader {
  private final Findings findings;
  private final Expressions expressions;
  private final Flow flow;

  SwitchReader(Findings findings, Expressions expressions) {
    this.findings = findings;
    this.expressions = expressions;
    this.flow = new Flow(findings);
  }

  Optional<Work> read(Marked value, Site site) {
    Optional<Marked.Items> items = findings.list(value, site.where() + ".switch");
    if (items.isEmpty()) {
      return Optional.empty();
    }
    List<Case> cases = new ArrayList<>();
    List<Case> otherwise = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (int position = 0; position < items.get().items().size(); position++) {
      int here = position;
      Optional<Marked.Field> named = findings.named(items.get().items().get(position));
      if (named.isPresent() && !seen.add(named.get().key())) {
        findings.add(named.get(), "a case '" + named.get().key() + "' stands twice", "");
      }
      Optional<Case> read = named.flatMap(field -> option(here, field, site));
      read.ifPresent(option -> (option.when().isPresent() ? cases : otherwise).add(option));
      if (read.isPresent() && read.get().when().isEmpty() && otherwise.size() == 2) {
        findings.add(
            named.get(),
            "case '" + read.get().name() + "' has no 'when', as '" + otherwise.get(0).name() + "'",
            "one case may be the default");
      }
    }
    cases.addAll(otherwise);
    return cases.size() == items.get().items().size()
        ? Optional.of(new Work.Switch(cases))
        : Optional.empty();
  }

  private Optional<Case> option(int position, Marked.Field field, Site site) {
    String where = "case '" + field.key() + "'";
    Optional<Marked.Fields> fields = findings.object(field.value(), where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), where, List.of("when", "then"), Map.of());
    Optional<Marked> when = fields.get().get("when");
    Optional<Template> query =
        when.flatMap(value -> expressions.query(value, "when", site.variables()));
    Optional<Next> then =
        findings
            .required(fields.get(), "then", where)
            .flatMap(value -> flow.next(value, site.around()));
    return then.isEmpty() || when.isPresent() != query.isPresent()
        ? Optional.empty()
        : Optional.of(new Case(position, field.key(), query, then.get()));
  }
}
