package io.corale.flow;

import io.corale.flow.ExtensionReader.Extension;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads {@code use}, and makes the readers that know what stands in it. */
final class UseReader {
  private static final List<String> KEYS =
      List.of("catalogs", "errors", "extensions", "functions", "retries", "timeouts");
  private static final Map<String, String> NOT_YET = notYet();

  private final Findings findings;
  private final Expressions expressions;
  private final SortedMap<String, Optional<FunctionSpec>> functions;
  private final CallReader calls;
  private final RunReader runs;
  private final TimeReader times;
  private final ErrorReader errors;
  private final RetryReader retries;
  private final List<Extension> extensions;

  UseReader(Findings findings, Expressions expressions, Links links, Marked.Fields root) {
    this.findings = findings;
    this.expressions = expressions;
    Optional<Marked.Fields> use = root.get("use").flatMap(value -> findings.object(value, "use"));
    use.ifPresent(fields -> findings.requireKeys(fields, "use", KEYS, NOT_YET));
    TermsReader terms = new TermsReader(findings);
    RequestReaders requests = new RequestReaders(findings, expressions, links);
    this.functions =
        use.flatMap(fields -> fields.get("functions"))
            .map(value -> new FunctionReader(findings, terms, requests).read(value))
            .orElse(new TreeMap<>());
    LinkedFunctions elsewhere =
        new LinkedFunctions(
            links,
            new Catalogs(findings, use.flatMap(fields -> fields.get("catalogs"))),
            expressions);
    this.extensions =
        use.flatMap(fields -> fields.get("extensions"))
            .map(value -> new ExtensionReader(findings).read(value))
            .orElse(List.of());
    this.calls = new CallReader(findings, expressions, functions, terms, requests, elsewhere);
    this.runs = new RunReader(findings, expressions, terms);
    this.times = new TimeReader(findings, expressions, named(use, "timeouts"));
    this.errors = new ErrorReader(findings, expressions, named(use, "errors"));
    this.retries = new RetryReader(findings, expressions, times, named(use, "retries"));
  }

  private static Map<String, String> notYet() {
    Map<String, String> refused = new LinkedHashMap<>();
    for (String key : List.of("authentications", "secrets")) {
      refused.put(key, "");
    }
    return refused;
  }

  private Named named(Optional<Marked.Fields> use, String section) {
    return new Named(findings, "use." + section, use.flatMap(fields -> fields.get(section)));
  }

  TimeReader times() {
    return times;
  }

  /** What extends tasks, in the order of writing. */
  List<Extension> extensions() {
    return extensions;
  }

  TaskReader.Readers readers() {
    return new TaskReader.Readers(
        expressions,
        new SwitchReader(findings, expressions),
        new LoopReader(findings, expressions),
        new ForkReader(findings),
        new TryReader(findings, expressions, errors, retries),
        errors,
        times,
        calls,
        runs);
  }

  /** Checks what no task refers to; the rest was checked where it is used. */
  void checkUnused() {
    times.checkUnused();
    errors.checkUnused();
    retries.checkUnused();
  }

  /** The functions that were read without a mistake, and the requests of the tasks. */
  SortedMap<String, FunctionSpec> functions() {
    SortedMap<String, FunctionSpec> whole = new TreeMap<>(calls.requests());
    whole.putAll(runs.elsewhere());
    functions.forEach((name, function) -> function.ifPresent(spec -> whole.put(name, spec)));
    return whole;
  }
}
