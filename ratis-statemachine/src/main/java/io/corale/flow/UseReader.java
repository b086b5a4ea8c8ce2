package io.corale.flow;

import io.corale.flow.ExtensionReader.Extension;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads {@code use}, and makes the readers that know what stands in it. */
final class UseReader {
  private static final List<String> KEYS =
      List.of(
          "authentications",
          "catalogs",
          "errors",
          "extensions",
          "functions",
          "retries",
          "secrets",
          "timeouts");

  /** As many as an owner may have. */
  private static final int MAX_SECRETS = 100;

  private final Findings findings;
  private final Expressions expressions;
  private final FunctionReader functionReader;
  private final SortedMap<String, Callable> functions;
  private final Optional<ForeignFunctions> foreign;
  private final CallReader calls;
  private final RunReader runs;
  private final AuthenticationReader authentications;
  private final TimeReader times;
  private final ErrorReader errors;
  private final RetryReader retries;
  private final List<Extension> extensions;
  private final Expansion expansion;

  /** Reads that of a composition. */
  static UseReader of(
      Findings findings, Expressions expressions, Links links, Marked.Fields composition) {
    Optional<Marked.Fields> use =
        composition.get("use").flatMap(value -> findings.object(value, "use"));
    use.ifPresent(fields -> findings.requireKeys(fields, "use", KEYS, Map.of()));
    Expansion expansion = new Expansion();
    ForeignFunctions foreign = new ForeignFunctions(expressions, links, expansion);
    return new UseReader(
        findings, expressions, links, new Known(use, Optional.of(foreign), expansion));
  }

  /** For tasks that know nothing but themselves. */
  static UseReader ofNothing(
      Findings findings, Expressions expressions, Links links, Expansion expansion) {
    return new UseReader(
        findings, expressions, links, new Known(Optional.empty(), Optional.empty(), expansion));
  }

  /**
   * What the tasks know.
   *
   * @param foreign reads functions that stand elsewhere; empty where none can be called
   */
  private record Known(
      Optional<Marked.Fields> use, Optional<ForeignFunctions> foreign, Expansion expansion) {}

  private UseReader(Findings findings, Expressions expressions, Links links, Known known) {
    this.findings = findings;
    this.expressions = expressions;
    this.foreign = known.foreign();
    this.expansion = known.expansion();
    Optional<Marked.Fields> use = known.use();
    TermsReader terms = new TermsReader(findings);
    this.authentications =
        new AuthenticationReader(
            findings, expressions, secrets(use), named(use, "authentications"));
    CallSecretsReader secrets = new CallSecretsReader(findings, expressions, authentications);
    RequestReaders requests = new RequestReaders(findings, expressions, links, secrets);
    this.functionReader = new FunctionReader(findings, terms, requests, secrets);
    this.functions =
        use.flatMap(fields -> fields.get("functions"))
            .map(functionReader::read)
            .orElse(new TreeMap<>());
    Catalogs catalogs = new Catalogs(findings, use.flatMap(fields -> fields.get("catalogs")));
    FunctionCalls functionCalls =
        new FunctionCalls(
            findings,
            functions,
            foreign.map(reader -> new LinkedFunctions(links, catalogs, reader)),
            expansion);
    this.extensions =
        use.flatMap(fields -> fields.get("extensions"))
            .map(value -> new ExtensionReader(findings).read(value))
            .orElse(List.of());
    this.calls = new CallReader(findings, expressions, functionCalls, terms, requests);
    this.runs = new RunReader(findings, expressions, terms);
    this.times = new TimeReader(findings, expressions, named(use, "timeouts"));
    this.errors = new ErrorReader(findings, expressions, named(use, "errors"));
    this.retries = new RetryReader(findings, expressions, times, named(use, "retries"));
  }

  /** {@code use.secrets}: the names by which expressions may look at them. */
  private SortedSet<String> secrets(Optional<Marked.Fields> use) {
    SortedSet<String> names = new TreeSet<>();
    Optional<Marked.Items> items =
        use.flatMap(fields -> fields.get("secrets"))
            .flatMap(value -> findings.list(value, "use.secrets"));
    List<Marked> all = items.map(Marked.Items::items).orElse(List.of());
    for (Marked item : all) {
      Optional<String> name = findings.string(item, "a name in use.secrets");
      if (name.isPresent() && !FunctionReader.NAME.matcher(name.get()).matches()) {
        findings.add(item, "secret '" + name.get() + "' is not a name", FunctionReader.NAME_RULE);
      } else if (name.isPresent() && !names.add(name.get())) {
        findings.add(item, "secret '" + name.get() + "' stands twice in use.secrets", "");
      }
    }
    if (names.size() > MAX_SECRETS) {
      findings.add(items.get(), "use.secrets has more than " + MAX_SECRETS + " names", "");
    }
    return names;
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
        runs,
        expansion);
  }

  /** What a function is that stands by itself. */
  Callable function(Marked.Field field) {
    return functionReader.function(field);
  }

  /** The functions that are tasks. */
  List<Callable.OfTask> functionTasks() {
    return functions.values().stream()
        .filter(Callable.OfTask.class::isInstance)
        .map(Callable.OfTask.class::cast)
        .toList();
  }

  /** Checks what no task refers to; the rest was checked where it is used. */
  void checkUnused() {
    times.checkUnused();
    errors.checkUnused();
    retries.checkUnused();
    authentications.checkUnused();
  }

  /** The functions that were read without a mistake, and the requests of the tasks. */
  SortedMap<String, FunctionSpec> functions() {
    SortedMap<String, FunctionSpec> whole = new TreeMap<>(calls.requests());
    whole.putAll(runs.elsewhere());
    foreign.ifPresent(reader -> whole.putAll(reader.functions()));
    functions.forEach(
        (name, callable) -> callable.function().ifPresent(spec -> whole.put(name, spec)));
    return whole;
  }
}
