package io.corale.flow;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** Reads requests, in whatever terms a composition describes them. */
final class RequestReaders {
  /** The kinds of {@code call} that are requests. */
  static final List<String> KINDS = List.of("http", "openapi");

  private final RequestReader plain;
  private final ApiCallReader described;

  RequestReaders(
      Findings findings, Expressions expressions, Links links, CallSecretsReader secrets) {
    this.plain = new RequestReader(findings, expressions, secrets);
    this.described = new ApiCallReader(findings, expressions, links, secrets, plain);
  }

  /**
   * Reads {@code with}.
   *
   * @param kind one of {@link #KINDS}
   * @param part where it stands below a task; empty in a function
   */
  Optional<RequestSpec> read(
      String kind, Marked with, String where, String part, SortedSet<String> variables) {
    return kind.equals("http")
        ? plain.read(with, where, part, variables)
        : described.read(with, where, part, variables);
  }
}
