package io.corale.flow;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** Reads requests, in whatever terms a composition describes them. */
final class RequestReaders {
  /** The kinds of {@code call} that are requests. */
  static final List<String> KINDS = List.of("http", "openapi", "grpc");

  private final RequestReader plain;
  private final ApiCallReader described;
  private final RpcReader remote;

  RequestReaders(
      Findings findings, Expressions expressions, Links links, CallSecretsReader secrets) {
    this.plain = new RequestReader(findings, expressions, secrets);
    this.described = new ApiCallReader(findings, expressions, links, secrets, plain);
    this.remote = new RpcReader(findings, expressions, links, secrets);
  }

  /** The account of a request whose task names none, which is that of a provider. */
  static String account(String kind) {
    return kind.equals("grpc") ? "grpc" : "http";
  }

  /**
   * Reads {@code with}.
   *
   * @param kind one of {@link #KINDS}
   * @param part where it stands below a task; empty in a function
   */
  Optional<? extends Described> read(
      String kind, Marked with, String where, String part, SortedSet<String> variables) {
    return switch (kind) {
      case "http" -> plain.read(with, where, part, variables);
      case "openapi" -> described.read(with, where, part, variables);
      default -> remote.read(with, where, part, variables);
    };
  }
}
