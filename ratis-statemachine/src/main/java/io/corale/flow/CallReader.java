package io.corale.flow;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the calls of functions, and requests. */
final class CallReader {
  /** What the standard can call without a function of ours. */
  static final List<String> BUILT_IN = List.of("http", "openapi", "grpc", "asyncapi", "a2a", "mcp");

  /** Of these what stays out: it needs a connection that is kept, or a process, per invocation. */
  private static final List<String> SPOKEN_BY_NONE = List.of("asyncapi", "a2a", "mcp");

  /** More of a task's name would not fit into the names of the log. */
  private static final int MAX_NAME_CHARS = 50;

  private final Findings findings;
  private final Expressions expressions;
  private final SortedMap<String, Optional<FunctionSpec>> functions;
  private final TermsReader terms;
  private final RequestReaders requestReaders;
  private final SortedMap<String, FunctionSpec> requests = new TreeMap<>();
  private final LinkedFunctions elsewhere;

  /**
   * @param functions those of {@code use.functions}; what is called elsewhere joins them
   */
  CallReader(
      Findings findings,
      Expressions expressions,
      SortedMap<String, Optional<FunctionSpec>> functions,
      TermsReader terms,
      RequestReaders requestReaders,
      LinkedFunctions elsewhere) {
    this.findings = findings;
    this.expressions = expressions;
    this.functions = functions;
    this.terms = terms;
    this.requestReaders = requestReaders;
    this.elsewhere = elsewhere;
  }

  /** Reads {@code call} and {@code with}. */
  Optional<Work> read(Marked value, Site site) {
    String where = site.where();
    Optional<String> name = findings.string(value, where + ".call");
    boolean isBuiltIn =
        name.isPresent() && BUILT_IN.contains(name.get()) && !functions.containsKey(name.get());
    if (isBuiltIn && RequestReaders.KINDS.contains(name.get())) {
      return request(name.get(), site);
    }
    Optional<Marked> with = site.fields().get("with");
    Optional<Template> arguments = Optional.empty();
    if (with.isPresent() && !isBuiltIn) {
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

  /** {@code call: http}, {@code openapi} or {@code grpc}. */
  private Optional<Work> request(String kind, Site site) {
    Optional<Marked> with = findings.required(site.fields(), "with", site.where());
    Optional<? extends Described> request =
        with.isEmpty()
            ? Optional.empty()
            : requestReaders.read(
                kind, with.get(), site.where() + ".with", "/with", site.variables());
    Optional<TermsReader.Terms> agreed = terms.ofRequest(site.fields(), site.where(), kind);
    if (request.isEmpty() || agreed.isEmpty()) {
      return Optional.empty();
    }
    FunctionSpec function = agreed.get().function(name(site), request.get());
    requests.put(function.name(), function);
    return Optional.of(new Work.Call(function, Optional.empty()));
  }

  /** Of the function that a task's own request is: no other has it, in {@code use} least of all. */
  static String name(Site site) {
    String place = site.here().place();
    String task = place.substring(place.lastIndexOf('/') + 1);
    String shown = task.length() <= MAX_NAME_CHARS ? task : task.substring(0, MAX_NAME_CHARS);
    return shown + "#" + site.here().owner();
  }

  /** The requests that tasks were found to make themselves, each as a function. */
  SortedMap<String, FunctionSpec> requests() {
    return requests;
  }

  private Optional<FunctionSpec> function(Marked at, String name, String where) {
    if (functions.containsKey(name)) {
      return functions.getOrDefault(name, Optional.empty());
    }
    if (SPOKEN_BY_NONE.contains(name)) {
      findings.add(
          at,
          "'call: " + name + "' is not supported in " + where + ": no provider speaks it",
          "call a function of use.functions that does");
    } else if (BUILT_IN.contains(name)) {
      findings.add(
          at,
          "'call: " + name + "' is not supported yet in " + where,
          "call a function of use.functions; an account with the provider 'http' reaches any URL");
    } else if (Catalogs.isReference(name)) {
      Optional<FunctionSpec> linked = elsewhere.function(at, name);
      functions.put(name, linked);
      return linked;
    } else if (name.contains("@") || name.contains("://")) {
      findings.add(
          at,
          "'" + name + "' is no address of a function",
          "expected NAME:VERSION@CATALOG, http://, https:// or file:");
    } else {
      String otherwise =
          functions.isEmpty() ? "" : "known are: " + String.join(", ", functions.keySet());
      findings.add(
          at,
          "function '" + name + "' is not in use.functions",
          findings.hint(name, functions.keySet(), otherwise));
    }
    return Optional.empty();
  }
}
