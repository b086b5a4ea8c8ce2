package io.corale.flow;

import io.corale.flow.Task.Tasks;
import io.corale.flow.Work.Range;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code for}: one iteration after the other, or several side by side. */
final class LoopReader {
  /** As many branches as a fork may have. */
  static final int MAX_PARALLELISM = ForkReader.MAX_BRANCHES;

  private final Findings findings;
  private final Expressions expressions;

  LoopReader(Findings findings, Expressions expressions) {
    this.findings = findings;
    this.expressions = expressions;
  }

  Optional<Work> read(Marked value, Site site, Lists lists) {
    Head head = head(value, site);
    Optional<Marked.Field> parallelism = parallelism(site);
    Scope.Kind kind = parallelism.isPresent() ? Scope.Kind.ITERATIONS : Scope.Kind.SEQUENCE;
    Scope inside = site.here().with(head.variables());
    Optional<Template> condition = condition(site.with(inside), parallelism.isPresent());
    Optional<Tasks> body =
        findings
            .required(site.fields(), "do", site.where())
            .flatMap(list -> lists.read(list, "do", inside.list("/do", kind)));
    Optional<Range> range = head.range();
    if (range.isEmpty() || body.isEmpty()) {
      return Optional.empty();
    }
    return parallelism.isPresent()
        ? width(parallelism.get()).map(width -> new Work.Spread(range.get(), width, body.get()))
        : Optional.of(new Work.For(range.get(), condition, body.get()));
  }

  /** What stands in {@code for}; its tasks have the variables also where its list is broken. */
  private record Head(Optional<String> each, Optional<String> at, Optional<Template> in) {
    static final Head NONE = new Head(Optional.empty(), Optional.empty(), Optional.empty());

    List<String> variables() {
      return Stream.of(each, at).flatMap(Optional::stream).toList();
    }

    Optional<Range> range() {
      return each.isEmpty() || at.isEmpty() || in.isEmpty()
          ? Optional.empty()
          : Optional.of(new Range(each.get(), at.get(), in.get()));
    }
  }

  private Head head(Marked value, Site site) {
    String where = site.where() + ".for";
    Optional<Marked.Fields> fields = findings.object(value, where);
    if (fields.isEmpty()) {
      return Head.NONE;
    }
    findings.requireKeys(fields.get(), where, List.of("each", "in", "at"), Map.of());
    Optional<String> each = variable(fields.get(), "each", "item");
    Optional<String> at = variable(fields.get(), "at", "index");
    if (each.isPresent() && each.equals(at)) {
      findings.add(fields.get(), "'each' and 'at' are both '" + each.get() + "'", "");
    }
    Optional<Template> in =
        findings
            .required(fields.get(), "in", where)
            .flatMap(list -> expressions.filter(list, "for.in", site.variables()));
    return new Head(each, at, in);
  }

  private Optional<String> variable(Marked.Fields fields, String key, String otherwise) {
    return fields
        .get(key)
        .map(value -> findings.variable(value, "for." + key))
        .orElse(Optional.of(otherwise));
  }

  private Optional<Template> condition(Site site, boolean isParallel) {
    Optional<Marked.Field> field = site.fields().field("while");
    if (field.isPresent() && isParallel) {
      findings.add(
          field.get(),
          "'while' cannot stop a 'for' whose iterations run side by side",
          "an iteration knows nothing of the others; leave out metadata.parallelism");
      return Optional.empty();
    }
    return field.flatMap(present -> expressions.query(present.value(), "while", site.variables()));
  }

  /** Our extension: other runtimes take metadata for a remark, and go on one by one. */
  private static Optional<Marked.Field> parallelism(Site site) {
    return site.fields()
        .get("metadata")
        .filter(Marked.Fields.class::isInstance)
        .flatMap(metadata -> ((Marked.Fields) metadata).field("parallelism"));
  }

  private Optional<Integer> width(Marked.Field field) {
    Marked value = field.value();
    boolean isWidth =
        value.value().isIntegralNumber()
            && value.value().canConvertToInt()
            && value.value().intValue() >= 1
            && value.value().intValue() <= MAX_PARALLELISM;
    if (!isWidth) {
      findings.add(
          value,
          "metadata.parallelism must be a whole number from 1 to "
              + MAX_PARALLELISM
              + ", found "
              + value.kind(),
          "");
      return Optional.empty();
    }
    return Optional.of(value.value().intValue());
  }
}
