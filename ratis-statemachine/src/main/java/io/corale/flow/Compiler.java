package io.corale.flow;

import io.corale.flow.Compilation.Broken;
import io.corale.flow.Compilation.Compiled;
import io.corale.flow.Task.Tasks;
import io.corale.model.CompositionRef;
import io.corale.model.Payload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Turns a composition's source into an immutable tree, or tells everything that is wrong in it. */
public final class Compiler {
  /** A composition is read by people; what is larger was generated and belongs into data. */
  public static final int MAX_SOURCE_BYTES = 256 * 1024;

  /** Never seen; a test mutates documents to find out. */
  static final String UNEXPLAINED = "the source is no composition, for a reason that was not found";

  private static final List<String> KEYS = List.of("document", "use", "input", "do", "output");
  private static final List<String> DOCUMENT =
      List.of("dsl", "namespace", "name", "version", "title", "summary", "tags", "metadata");

  private final Findings findings = new Findings();

  private Compiler() {}

  /** Compiles YAML 1.2 or JSON; never throws, whatever the text. */
  public static Compilation compile(String source) {
    Compiler compiler = new Compiler();
    Optional<Composition> composition =
        SourceReader.read(source, compiler.findings).flatMap(compiler::composition);
    if (composition.isEmpty() && compiler.findings.isEmpty()) {
      compiler.findings.add(1, 1, UNEXPLAINED, "");
    }
    return composition.isPresent() && compiler.findings.isEmpty()
        ? new Compiled(composition.get())
        : new Broken(compiler.findings.inOrder());
  }

  private Optional<Composition> composition(Marked value) {
    Optional<Marked.Fields> root = findings.object(value, "a composition");
    if (root.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(
        root.get(), "a composition", KEYS, notYet("timeout", "schedule", "evaluate"));
    Optional<CompositionRef> ref =
        findings.required(root.get(), "document", "a composition").flatMap(this::document);
    SortedMap<String, Optional<FunctionSpec>> functions =
        root.get().get("use").map(this::use).orElse(new TreeMap<>());
    TaskReader reader = new TaskReader(findings, functions);
    Optional<Template> from =
        reader.filter(root.get(), "input", "from", "the composition", new TreeSet<>());
    Optional<Template> as =
        reader.filter(
            root.get(), "output", "as", "the composition", new TreeSet<>(List.of("input")));
    Optional<Tasks> tasks =
        findings.required(root.get(), "do", "a composition").flatMap(reader::readRoot);
    Payload canonical = canonical(root.get());
    if (!findings.isEmpty() || ref.isEmpty() || tasks.isEmpty()) {
      return Optional.empty();
    }
    SortedMap<String, FunctionSpec> whole = new TreeMap<>();
    functions.forEach((name, function) -> function.ifPresent(spec -> whole.put(name, spec)));
    return Optional.of(new Composition(ref.get(), canonical, whole, from, as, tasks.get()));
  }

  private Payload canonical(Marked.Fields root) {
    Payload canonical = Json.write(root.value());
    if (canonical.sizeBytes() > Composition.MAX_CANONICAL_BYTES) {
      findings.add(
          root,
          "the composition is "
              + canonical.sizeBytes()
              + " bytes long as JSON without spaces, the limit is "
              + Composition.MAX_CANONICAL_BYTES,
          "split it, or shorten texts");
    }
    return canonical;
  }

  private Optional<CompositionRef> document(Marked value) {
    Optional<Marked.Fields> fields = findings.object(value, "document");
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), "document", DOCUMENT, Map.of());
    text(fields.get(), "dsl")
        .filter(dsl -> !dsl.matches("1\\.0\\.\\d{1,9}(-[0-9A-Za-z.-]+)?"))
        .ifPresent(
            dsl ->
                findings.add(
                    fields.get().get("dsl").orElse(value),
                    "document.dsl '" + dsl + "' is not supported",
                    "this is DSL 1.0: write dsl: '1.0.3'"));
    text(fields.get(), "namespace")
        .filter(namespace -> !namespace.matches("[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"))
        .ifPresent(
            namespace ->
                findings.add(
                    fields.get().get("namespace").orElse(value),
                    "document.namespace '" + namespace + "' is not a name",
                    "expected 1 to 63 letters, digits or inner hyphens"));
    Optional<String> name =
        accepted(fields.get(), "name", each -> new CompositionRef(each, "1.0.0"));
    Optional<String> version =
        accepted(fields.get(), "version", each -> new CompositionRef("x", each));
    return name.isEmpty() || version.isEmpty()
        ? Optional.empty()
        : Optional.of(new CompositionRef(name.get(), version.get()));
  }

  private Optional<String> text(Marked.Fields document, String key) {
    return findings
        .required(document, key, "document")
        .flatMap(value -> findings.string(value, "document." + key));
  }

  private Optional<String> accepted(
      Marked.Fields document, String key, Function<String, CompositionRef> check) {
    Optional<String> text = text(document, key);
    try {
      return text.filter(value -> check.apply(value) != null);
    } catch (IllegalArgumentException e) {
      findings.add(
          document.get(key).orElse(document), "document." + key + ": " + e.getMessage(), "");
      return Optional.empty();
    }
  }

  private SortedMap<String, Optional<FunctionSpec>> use(Marked value) {
    Optional<Marked.Fields> fields = findings.object(value, "use");
    fields.ifPresent(
        present ->
            findings.requireKeys(
                present,
                "use",
                List.of("functions"),
                notYet(
                    "authentications",
                    "catalogs",
                    "errors",
                    "extensions",
                    "retries",
                    "secrets",
                    "timeouts")));
    return fields
        .flatMap(present -> present.get("functions"))
        .map(functions -> new FunctionReader(findings).read(functions))
        .orElse(new TreeMap<>());
  }

  private static Map<String, String> notYet(String... keys) {
    Map<String, String> refused = new LinkedHashMap<>();
    for (String key : keys) {
      refused.put(key, "");
    }
    return refused;
  }
}
