package io.corale.flow;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * What stands around the work of a task, or of the composition, and shapes its data.
 *
 * @param condition {@code if}
 * @param from {@code input.from}
 * @param as {@code output.as}
 * @param export {@code export.as}
 * @param schemas what the data must be
 */
record Filters(
    Optional<Template> condition,
    Optional<Template> from,
    Optional<Template> as,
    Optional<Template> export,
    Schemas schemas) {
  /** Nothing. */
  static final Filters NONE =
      new Filters(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          new Schemas(Optional.empty(), Optional.empty(), Optional.empty()));

  /** Whether any of them looks at this variable. */
  boolean mentions(String variable) {
    return Stream.of(condition, from, as, export)
        .anyMatch(filter -> filter.isPresent() && filter.get().mentions(variable));
  }

  /** Whether one that is evaluated after the work looks at this variable. */
  boolean mentionsAfterwards(String variable) {
    return Stream.of(as, export)
        .anyMatch(filter -> filter.isPresent() && filter.get().mentions(variable));
  }
}
