package io.corale.flow;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The parts of an error as the source writes them: of one to raise, of which type and status must
 * be there, or of those to catch, of which any may.
 */
record ErrorSpec(
    Optional<Template> type,
    Optional<Template> status,
    Optional<Template> title,
    Optional<Template> detail,
    Optional<Template> instance) {
  /** Fits every error. */
  static final ErrorSpec ANY =
      new ErrorSpec(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  boolean mentions(String variable) {
    return Stream.of(type, status, title, detail, instance)
        .anyMatch(part -> part.isPresent() && part.get().mentions(variable));
  }
}
