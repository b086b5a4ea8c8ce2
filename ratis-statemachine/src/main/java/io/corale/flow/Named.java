package io.corale.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One section of {@code use} whose parts tasks refer to by name. A part is read where it is used,
 * with the variables of that place; {@link #unused} are left to be checked by themselves.
 */
final class Named {
  private final Findings findings;
  private final String section;
  private final SortedMap<String, Marked.Field> parts = new TreeMap<>();
  private final SortedSet<String> used = new TreeSet<>();

  /**
   * A part, and what messages call it.
   *
   * @param place the JSON pointer of one that has a name; others stand in their task
   */
  record Part(Marked value, String where, Optional<String> place) {}

  Named(Findings findings, String section, Optional<Marked> value) {
    this.findings = findings;
    this.section = section;
    value
        .flatMap(present -> findings.object(present, section))
        .ifPresent(fields -> fields.fields().forEach(field -> parts.put(field.key(), field)));
  }

  /** The part that a string names; any other value is a part itself. */
  Optional<Part> resolve(Marked value, String where) {
    if (!(value instanceof Marked.Scalar scalar) || !scalar.value().isTextual()) {
      return Optional.of(new Part(value, where, Optional.empty()));
    }
    String name = scalar.value().textValue();
    used.add(name);
    Marked.Field part = parts.get(name);
    if (part == null) {
      String known =
          parts.isEmpty() ? "there are none" : "known are: " + String.join(", ", parts.keySet());
      findings.add(
          value,
          where + " names '" + name + "', which is not in " + section,
          findings.hint(name, parts.keySet(), known));
      return Optional.empty();
    }
    return Optional.of(part(part));
  }

  /** The parts that nobody named so far. */
  List<Part> unused() {
    List<Part> unused = new ArrayList<>();
    parts.forEach(
        (name, field) -> {
          if (!used.contains(name)) {
            unused.add(part(field));
          }
        });
    return unused;
  }

  private Part part(Marked.Field field) {
    String place = "/" + section.replace('.', '/') + "/" + Scope.escaped(field.key());
    return new Part(field.value(), section + "." + field.key(), Optional.of(place));
  }
}
