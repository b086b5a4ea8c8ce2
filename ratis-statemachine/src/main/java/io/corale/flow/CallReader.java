package io.corale.flow;

import io.corale.flow.FunctionCalls.Calling;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the calls of functions, and requests. */
final class CallReader {
  /** What the standard can call without a function of ours. */
  static final List<String> BUILT_IN = List.of("http", "openapi", "grpc", "asyncapi", "a2a", "mcp");

  /** More of a task's name would not fit into the names of the log. */
  private static final int MAX_NAME_CHARS = 50;

  private final Findings findings;
  private final Expressions expressions;
  private final FunctionCalls functions;
  private final TermsReader terms;
  private final RequestReaders requestReaders;
  private final SortedMap<String, FunctionSpec> requests = new TreeMap<>();

  CallReader(
      Findings findings,
      Expressions expressions,
      FunctionCalls functions,
      TermsReader terms,
      RequestReaders requestReaders) {
    this.findings = findings;
    this.expressions = expressions;
    this.functions = functions;
    this.terms = terms;
    this.requestReaders = requestReaders;
  }

  /** Reads {@code call} and {@code with}. */
  Optional<Work> read(Marked value, Site site, FunctionTasks tasks) {
    String where = site.where();
    Optional<String> name = findings.string(value, where + ".call");
    boolean isBuiltIn = name.isPresent() && BUILT_IN.contains(name.get());
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
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Optional<Work> work = functions.read(new Calling(value, name.get(), arguments, site), tasks);
    return with.isPresent() == arguments.isPresent() ? work : Optional.empty();
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
}
