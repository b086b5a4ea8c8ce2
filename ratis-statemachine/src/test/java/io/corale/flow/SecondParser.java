package io.corale.flow;

import static java.util.Objects.requireNonNullElse;

import io.serverlessworkflow.api.WorkflowFormat;
import io.serverlessworkflow.api.WorkflowReader;
import io.serverlessworkflow.api.types.Workflow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The standard's own SDK as a second opinion on whether a text is a composition: it checks the text
 * against the official JSON Schema, then reads it. It knows form, not meaning: neither expressions,
 * nor targets, nor names are looked at. For each level of nested tasks its validator takes twice as
 * long, so it is not asked about deep documents.
 */
final class SecondParser {
  private SecondParser() {}

  /** Why the text is no composition; empty if it is one. */
  static Optional<String> refusal(String source) {
    try {
      read(source);
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(requireNonNullElse(e.getMessage(), e.toString()));
    }
  }

  /** The composition as the SDK holds it. */
  static Workflow read(String source) {
    try {
      return WorkflowReader.validation().read(source, WorkflowFormat.YAML);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
