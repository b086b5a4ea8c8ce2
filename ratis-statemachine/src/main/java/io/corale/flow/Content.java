package io.corale.flow;

import java.util.Optional;

/**
 * An external resource at hand.
 *
 * @param value what stands in the composition, or the text that was fetched
 * @param findings where everything belongs that is wrong inside of it
 */
record Content(Marked value, Findings findings) {
  /** As a JSON value: a text is read as YAML or JSON; reports what cannot be read. */
  Optional<Marked> structured() {
    return value instanceof Marked.Scalar scalar && scalar.value().isTextual()
        ? SourceReader.readResource(scalar.value().textValue(), findings)
        : Optional.of(value);
  }

  /** As a text; reports anything else. */
  Optional<String> text() {
    return findings.string(value, "the resource");
  }

  /**
   * What a part of the composition made of a resource.
   *
   * @param kept as much of the resource as the same part needs to make the same of it again; this
   *     is what is published
   */
  record Taken<T>(T made, Marked kept) {}

  /** Makes something of a resource; empty where something is wrong, which it reported. */
  @FunctionalInterface
  interface Part<T> {
    Optional<Taken<T>> take(Content content);
  }
}
