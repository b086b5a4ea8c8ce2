package io.corale.flow;

import io.corale.flow.Listening.Each;
import io.corale.flow.Listening.Read;
import io.corale.flow.Listening.Strategy;
import io.corale.flow.Listening.Until;
import io.corale.flow.Task.Tasks;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/** Reads {@code listen} with its {@code foreach}. */
final class ListenReader {
  private static final List<String> READS = List.of("data", "envelope", "raw");

  private final Findings findings;
  private final Expressions expressions;
  private final FilterReader filters;
  private final StrategyReader strategies;

  ListenReader(
      Findings findings, Expressions expressions, FilterReader filters, EventReader events) {
    this.findings = findings;
    this.expressions = expressions;
    this.filters = filters;
    this.strategies = new StrategyReader(findings, events);
  }

  Optional<Work> read(Marked value, Site site, Lists lists) {
    String where = site.where() + ".listen";
    Optional<Each> each =
        site.fields().get("foreach").flatMap(inner -> foreach(inner, site, lists));
    Optional<Marked.Fields> fields = findings.object(value, where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), where, List.of("to", "read"), Map.of());
    Read read = fields.get().get("read").map(word -> reading(word, where)).orElse(Read.DATA);
    Optional<Marked.Fields> to =
        findings
            .required(fields.get(), "to", where)
            .flatMap(inner -> findings.object(inner, where + ".to"));
    if (to.isEmpty()) {
      return Optional.empty();
    }
    SortedSet<String> variables = site.variables();
    Optional<Strategy> strategy =
        strategies.read(to.get(), where + ".to", List.of("until"), variables);
    Optional<Until> until = until(to.get(), where + ".to", variables);
    return strategy.map(present -> new Work.Listen(new Listening(present, until, read, each)));
  }

  private Read reading(Marked value, String where) {
    Optional<String> word = findings.string(value, where + ".read");
    if (word.isPresent() && !READS.contains(word.get())) {
      findings.add(
          value,
          where + ".read '" + word.get() + "' is not known",
          findings.hint(word.get(), READS, "expected one of: " + String.join(", ", READS)));
    }
    return word.filter(READS::contains)
        .map(known -> Read.valueOf(known.toUpperCase(Locale.ROOT)))
        .orElse(Read.DATA);
  }

  private Optional<Until> until(Marked.Fields to, String where, SortedSet<String> variables) {
    Optional<Marked.Field> field = to.field("until");
    if (field.isEmpty()) {
      return Optional.empty();
    }
    if (to.get("any").isEmpty()) {
      findings.add(
          field.get(), "'until' belongs to 'any' in " + where, "'one' and 'all' end by themselves");
      return Optional.empty();
    }
    if (field.get().value() instanceof Marked.Fields inner) {
      return strategies.read(inner, where + ".until", List.of(), variables).map(Until.Heard::new);
    }
    return expressions
        .query(field.get().value(), where + ".until", variables)
        .map(condition -> new Until.Holds(condition, isFalse(condition)));
  }

  private static boolean isFalse(Template condition) {
    return condition instanceof Template.Computed computed
        && computed.query().toString().strip().equals("false");
  }

  private Optional<Each> foreach(Marked value, Site site, Lists lists) {
    String where = site.where() + ".foreach";
    Optional<Marked.Fields> fields = findings.object(value, where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(
        fields.get(), where, List.of("item", "at", "do", "output", "export"), Map.of());
    Optional<String> item = variable(fields.get(), "item", "item");
    Optional<String> at = variable(fields.get(), "at", "index");
    if (item.isEmpty() || at.isEmpty()) {
      return Optional.empty();
    }
    if (item.equals(at)) {
      findings.add(fields.get(), "'item' and 'at' are both '" + item.get() + "'", "");
    }
    Scope inside = site.here().with(List.of(item.get(), at.get()));
    Optional<Tasks> tasks =
        fields
            .get()
            .get("do")
            .flatMap(
                list -> lists.read(list, "do", inside.list("/foreach/do", Scope.Kind.SEQUENCE)));
    Filters shaping = filters.ofTask(fields.get(), where, inside);
    return Optional.of(new Each(item.get(), at.get(), tasks, shaping));
  }

  private Optional<String> variable(Marked.Fields fields, String key, String otherwise) {
    return fields
        .get(key)
        .map(value -> findings.variable(value, "foreach." + key))
        .orElse(Optional.of(otherwise));
  }
}
