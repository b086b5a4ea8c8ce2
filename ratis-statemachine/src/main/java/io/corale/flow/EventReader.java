package io.corale.flow;

import io.corale.flow.EventFilter.Correlation;
import io.corale.flow.EventFilter.Like;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** Reads events that are emitted, and filters of those that are listened for. */
final class EventReader {
  private static final List<String> NAMES = names();

  private final Findings findings;
  private final Expressions expressions;

  EventReader(Findings findings, Expressions expressions) {
    this.findings = findings;
    this.expressions = expressions;
  }

  private static List<String> names() {
    List<String> names = new ArrayList<>(CloudEvents.ATTRIBUTES);
    names.add(CloudEvents.DATA);
    return names;
  }

  /** {@code emit}. */
  Optional<Work> emit(Marked value, Site site) {
    String where = site.where() + ".emit";
    Optional<Marked.Fields> with =
        inner(value, where, "event")
            .flatMap(event -> inner(event, where + ".event", "with"))
            .flatMap(each -> findings.object(each, where + ".event.with"));
    if (with.isEmpty()) {
      return Optional.empty();
    }
    String what = where + ".event.with";
    requireNames(with.get(), what);
    findings.required(with.get(), "type", what);
    for (Marked.Field field : with.get().fields()) {
      requireConstant(field, what);
    }
    return expressions
        .template(with.get(), "emit.event.with", site.variables())
        .map(Work.Emit::new);
  }

  private Optional<Marked> inner(Marked value, String where, String key) {
    Optional<Marked.Fields> fields = findings.object(value, where);
    fields.ifPresent(present -> findings.requireKeys(present, where, List.of(key), Map.of()));
    return fields.flatMap(present -> findings.required(present, key, where));
  }

  /** What is written down must be what an attribute can be. */
  private void requireConstant(Marked.Field field, String where) {
    boolean isData = field.key().equals(CloudEvents.DATA);
    if (!isData && !(field.value() instanceof Marked.Scalar)) {
      findings.add(
          field.value(),
          where
              + "."
              + field.key()
              + " must be a string, number or boolean, found "
              + field.value().kind(),
          "what is larger goes into 'data'");
    } else if (CloudEvents.ATTRIBUTES.contains(field.key())) {
      findings
          .string(field.value(), where + "." + field.key())
          .filter(String::isBlank)
          .ifPresent(
              empty ->
                  findings.add(
                      field.value(), where + "." + field.key() + " must not be empty", ""));
    }
  }

  private void requireNames(Marked.Fields fields, String where) {
    for (Marked.Field field : fields.fields()) {
      String name = field.key();
      boolean isMisspelt =
          NAMES.stream().anyMatch(known -> Findings.isSlip(name, known)) && !NAMES.contains(name);
      if (isMisspelt) {
        findings.add(
            field, "unknown attribute '" + name + "' in " + where, findings.hint(name, NAMES, ""));
      } else if (name.equals(CloudEvents.VERSION)) {
        findings.add(field, "'specversion' in " + where + " is always 1.0", "leave it out");
      } else if (!CloudEvents.isName(name)) {
        findings.add(
            field,
            "'" + name + "' in " + where + " is not the name of an attribute",
            CloudEvents.NAME_RULE);
      }
    }
  }

  /** A filter of events. */
  Optional<EventFilter> filter(Marked value, String where, SortedSet<String> variables) {
    Optional<Marked.Fields> fields = findings.object(value, where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), where, List.of("with", "correlate"), Map.of());
    Optional<Marked.Fields> with =
        findings
            .required(fields.get(), "with", where)
            .flatMap(each -> findings.object(each, where + ".with"));
    if (with.isPresent() && with.get().fields().isEmpty()) {
      findings.add(
          with.get(),
          where + ".with must name at least one attribute",
          "'any: []' takes any event");
      return Optional.empty();
    }
    SortedMap<String, Correlation> correlations =
        fields
            .get()
            .get("correlate")
            .flatMap(each -> findings.object(each, where + ".correlate"))
            .map(each -> correlations(each, where + ".correlate", variables))
            .orElse(new TreeMap<>());
    return with.map(
        present -> new EventFilter(likes(present, where + ".with", variables), correlations));
  }

  private SortedMap<String, Like> likes(
      Marked.Fields with, String where, SortedSet<String> variables) {
    requireNames(with, where);
    SortedMap<String, Like> likes = new TreeMap<>();
    for (Marked.Field field : with.fields()) {
      requireConstant(field, where);
      like(field.value(), where + "." + field.key(), variables)
          .ifPresent(like -> likes.put(field.key(), like));
    }
    return likes;
  }

  private Optional<Like> like(Marked value, String what, SortedSet<String> variables) {
    if (value instanceof Marked.Fields fields) {
      SortedMap<String, Like> inner = new TreeMap<>();
      for (Marked.Field field : fields.fields()) {
        like(field.value(), what, variables).ifPresent(like -> inner.put(field.key(), like));
      }
      return Optional.of(new Like.Fields(inner));
    }
    return expressions
        .template(value, what, variables)
        .map(
            template ->
                template instanceof Template.Literal literal
                    ? new Like.Same(literal.value())
                    : new Like.Computed(template));
  }

  private SortedMap<String, Correlation> correlations(
      Marked.Fields named, String where, SortedSet<String> variables) {
    SortedMap<String, Correlation> correlations = new TreeMap<>();
    for (Marked.Field field : named.fields()) {
      String here = where + "." + field.key();
      Optional<Marked.Fields> fields = findings.object(field.value(), here);
      if (fields.isEmpty()) {
        continue;
      }
      findings.requireKeys(fields.get(), here, List.of("from", "expect"), Map.of());
      Optional<Template> from =
          findings
              .required(fields.get(), "from", here)
              .flatMap(each -> expressions.query(each, here + ".from", variables));
      Optional<Template> expect =
          fields
              .get()
              .get("expect")
              .flatMap(each -> expressions.template(each, here + ".expect", variables));
      from.ifPresent(each -> correlations.put(field.key(), new Correlation(each, expect)));
    }
    return correlations;
  }
}
