package io.corale.flow;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Reads the calls of functions. */
final class CallReader {
  /** What the standard can call without a function of ours. */
  static final List<String> BUILT_IN = List.of("http", "openapi", "grpc", "asyncapi", "a2a", "mcp");

  private final Findings findings;
  private final Expressions expressions;
  private final SortedMap<String, Optional<FunctionSpec>> functions;

  CallReader(
      Findings findings,
      Expressions expressions,
      SortedMap<String, Optional<FunctionSpec>> functions) {
    this.findings = findings;
    this.expressions = expressions;
    this.functions = functions;
  }

  /** Reads {@code call} and {@code with}. */
  Optional<Work> read(Marked value, Site site) {
    String where = site.where();
    Optional<String> name = findings.string(value, where + ".call");
    Optional<Marked> with = site.fields().get("with");
    Optional<Template> arguments = Optional.empty();
    if (with.isPresent() && !(name.isPresent() && BUILT_IN.contains(name.get()))) {
      arguments =
          findings
              .object(with.get(), where + ".with")
              .flatMap(fields -> expressions.template(fields, "with", site.variables()));
    }
    Optional<FunctionSpec> function = name.flatMap(present -> function(value, present, where));
    return function.isEmpty() || with.isPresent() != arguments.isPresent()
        ? Optional.empty()
        : Optional.of(new Work.Call(function.get(), arguments));
  }

  private Optional<FunctionSpec> function(Marked at, String name, String where) {
    if (functions.containsKey(name)) {
      return functions.getOrDefault(name, Optional.empty());
    }
    if (BUILT_IN.contains(name)) {
      findings.add(
          at,
          "'call: " + name + "' is not supported yet in " + where,
          "call a function of use.functions; an account with the provider 'http' reaches any URL");
    } else if (name.contains("@") || name.contains("://")) {
      findings.add(
          at, "functions of a catalog are not supported yet: '" + name + "'", "use use.functions");
    } else {
      String otherwise =
          functions.isEmpty() ? "" : "known are: " + String.join(", ", functions.keySet());
      findings.add(
          at,
          "function '" + name + "' is not in use.functions",
          Spelling.hint(name, functions.keySet(), otherwise));
    }
    return Optional.empty();
  }
}
