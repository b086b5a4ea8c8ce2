package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.flow.Compilation.Broken;
import io.corale.flow.Compilation.Compiled;
import io.corale.flow.Compilation.Lacking;
import io.corale.flow.Task.Tasks;
import io.corale.model.CompositionRef;
import io.corale.model.Payload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Turns a composition's source into an immutable tree, or tells everything that is wrong in it. */
public final class Compiler {
  /** A composition is read by people; what is larger was generated and belongs into data. */
  public static final int MAX_SOURCE_BYTES = 256 * 1024;

  /** Never seen; a test mutates documents to find out. */
  static final String UNEXPLAINED = "the source is no composition, for a reason that was not found";

  private static final List<String> KEYS =
      List.of("document", "use", "evaluate", "input", "timeout", "schedule", "do", "output");
  private static final List<String> DOCUMENT =
      List.of("dsl", "namespace", "name", "version", "title", "summary", "tags", "metadata");

  private final Findings findings = new Findings();
  private final Links links;
  private final boolean isPublished;

  private Compiler(Resources resources, boolean isPublished) {
    this.links = new Links(findings, resources);
    this.isPublished = isPublished;
  }

  /** Compiles YAML 1.2 or JSON; never throws, whatever the text. */
  public static Compilation compile(String source) {
    return compile(source, Resources.NONE);
  }

  /**
   * Compiles and links: what the source refers to and is at hand becomes part of the composition,
   * and of its canonical form.
   */
  public static Compilation compile(String source, Resources resources) {
    return new Compiler(resources, false).compiled(source);
  }

  /**
   * Compiles what an earlier release may have published: a word of {@code metadata} that meant
   * nothing to that one means nothing where it makes no sense to this one.
   */
  public static Compilation compilePublished(String source) {
    return new Compiler(Resources.NONE, true).compiled(source);
  }

  private Compilation compiled(String source) {
    Optional<Composition> composition =
        SourceReader.read(source, findings).flatMap(this::composition);
    if (composition.isEmpty() && findings.isEmpty()) {
      findings.add(1, 1, UNEXPLAINED, "");
    }
    if (composition.isEmpty() || !findings.isEmpty()) {
      return new Broken(findings.inOrder());
    }
    List<Need> needs = links.needs();
    return needs.isEmpty()
        ? new Compiled(composition.get())
        : new Lacking(composition.get(), needs);
  }

  private Optional<Composition> composition(Marked value) {
    Optional<Marked.Fields> root = findings.object(value, "a composition");
    if (root.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(root.get(), "a composition", KEYS, Map.of());
    Optional<CompositionRef> ref =
        findings.required(root.get(), "document", "a composition").flatMap(this::document);
    Expressions expressions = new Expressions(findings, mode(root.get()));
    UseReader use = UseReader.of(findings, expressions, links, root.get());
    FilterReader filters =
        new FilterReader(findings, expressions, new SchemaReader(findings, links));
    Filters shaping = filters.ofComposition(root.get());
    Optional<Timeout> timeout =
        root.get()
            .get("timeout")
            .flatMap(limit -> use.times().timeout(limit, "the composition", Scope.TIMEOUT));
    TaskReader reader = new TaskReader(findings, filters, use.readers(), use.extensions());
    Optional<Tasks> tasks =
        findings.required(root.get(), "do", "a composition").flatMap(reader::readRoot);
    reader.checkUnused(use.functionTasks());
    use.checkUnused();
    ScheduleReader scheduling = new ScheduleReader(findings, expressions);
    Optional<Marked> timing = root.get().get("schedule");
    Optional<Scheduling> schedule = timing.flatMap(each -> scheduling.read(each, root.get()));
    if (timing.isEmpty()) {
      scheduling.readNone(root.get());
    }
    if (!findings.isEmpty() || ref.isEmpty() || tasks.isEmpty()) {
      return Optional.empty();
    }
    JsonNode definition = links.linked(root.get());
    Payload canonical = canonical(root.get(), definition);
    return Optional.of(
        new Composition(
            new Composition.Source(ref.get(), canonical, definition),
            use.functions(),
            shaping,
            timeout,
            schedule,
            tasks.get()));
  }

  /** {@code evaluate}. */
  private Expressions.Mode mode(Marked.Fields root) {
    Optional<Marked.Fields> fields =
        root.get("evaluate").flatMap(value -> findings.object(value, "evaluate"));
    if (fields.isEmpty()) {
      return Expressions.Mode.STRICT;
    }
    findings.requireKeys(fields.get(), "evaluate", List.of("language", "mode"), Map.of());
    word(fields.get(), "language", List.of("jq"));
    return word(fields.get(), "mode", List.of("strict", "loose"))
        .filter(mode -> mode.equals("loose"))
        .map(mode -> Expressions.Mode.LOOSE)
        .orElse(Expressions.Mode.STRICT);
  }

  private Optional<String> word(Marked.Fields fields, String key, List<String> words) {
    Optional<Marked> value = fields.get(key);
    Optional<String> word = value.flatMap(each -> findings.string(each, "evaluate." + key));
    if (word.isPresent() && !words.contains(word.get())) {
      String known = "expected: " + String.join(" or ", words);
      findings.add(
          value.get(),
          "evaluate." + key + " '" + word.get() + "' is not supported",
          findings.hint(word.get(), words, known));
    }
    return word;
  }

  private Payload canonical(Marked root, JsonNode definition) {
    Payload canonical = Json.write(definition);
    if (canonical.sizeBytes() > Composition.MAX_CANONICAL_BYTES) {
      findings.add(
          root,
          "the composition is "
              + canonical.sizeBytes()
              + " bytes long as JSON without spaces"
              + (links.hasJoined() ? " and with its resources" : "")
              + ", the limit is "
              + Composition.MAX_CANONICAL_BYTES,
          "split it, or shorten texts");
    } else if (links.hasJoined() && !isReadable(canonical)) {
      findings.add(
          root,
          "the composition has too many values or is nested too deep with its resources",
          "at most "
              + SourceReader.MAX_VALUES
              + " values, and "
              + SourceReader.MAX_DEPTH
              + " levels");
    }
    return canonical;
  }

  /** Both parts were within bounds; the whole must be a source, too. */
  private static boolean isReadable(Payload canonical) {
    return SourceReader.read(canonical.json(), new Findings()).isPresent();
  }

  private Optional<CompositionRef> document(Marked value) {
    Optional<Marked.Fields> fields = findings.object(value, "document");
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), "document", DOCUMENT, Map.of());
    for (String key : List.of("tags", "metadata")) {
      fields.get().get(key).ifPresent(each -> findings.object(each, "document." + key));
    }
    fields.get().get("metadata").ifPresent(this::checkMetadata);
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

  /** What else stands there is for others. */
  private void checkMetadata(Marked metadata) {
    if (metadata instanceof Marked.Fields fields) {
      checkSwitch(fields, "lifecycle", "true: its invocations tell of themselves by events");
      if (!isPublished) {
        checkSwitch(fields, "incidents", "true: what fails in its invocations waits for a person");
      }
    }
  }

  private void checkSwitch(Marked.Fields metadata, String key, String meaning) {
    metadata
        .get(key)
        .filter(each -> !each.value().isBoolean())
        .ifPresent(
            each ->
                findings.add(
                    each,
                    "document.metadata." + key + " must be true or false, found " + each.kind(),
                    meaning));
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
}
