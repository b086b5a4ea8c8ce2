package io.corale.flow;

import io.corale.model.CompositionRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads {@code run}: other compositions. */
final class RunReader {
  /** What names the highest release. */
  private static final String LATEST = "latest";

  private static final Map<String, String> NOT_YET =
      Map.of("return", "a workflow gives its output");

  private final Findings findings;
  private final Expressions expressions;

  RunReader(Findings findings, Expressions expressions) {
    this.findings = findings;
    this.expressions = expressions;
  }

  Optional<Work> read(Marked value, Site site) {
    String where = site.where() + ".run";
    Optional<Marked.Fields> fields = findings.object(value, where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    List<String> known = new ArrayList<>(List.of("workflow", "await"));
    known.addAll(Processes.refuse(findings, fields.get(), site.where()));
    findings.requireKeys(fields.get(), where, known, NOT_YET);
    boolean isRefused = known.size() > 2 || fields.get().get("return").isPresent();
    Optional<Marked> workflow =
        isRefused
            ? fields.get().get("workflow")
            : findings.required(fields.get(), "workflow", where);
    boolean isAwaited = isAwaited(fields.get(), where);
    return workflow
        .flatMap(each -> findings.object(each, where + ".workflow"))
        .flatMap(each -> workflow(each, where + ".workflow", isAwaited, site));
  }

  private boolean isAwaited(Marked.Fields fields, String where) {
    Optional<Marked> await = fields.get("await");
    if (await.isPresent() && !await.get().value().isBoolean()) {
      findings.add(
          await.get(), where + ".await must be true or false, found " + await.get().kind(), "");
    }
    return await.isEmpty() || await.get().value().asBoolean();
  }

  private Optional<Work> workflow(
      Marked.Fields fields, String where, boolean isAwaited, Site site) {
    findings.requireKeys(fields, where, List.of("namespace", "name", "version", "input"), Map.of());
    Optional<String> namespace =
        findings
            .required(fields, "namespace", where)
            .flatMap(value -> findings.string(value, where + ".namespace"));
    Optional<String> name =
        findings
            .required(fields, "name", where)
            .flatMap(
                value -> accepted(value, where + ".name", n -> new CompositionRef(n, "1.0.0")));
    Optional<Marked> version =
        fields.get("version").filter(value -> !value.value().asText().equals(LATEST));
    Optional<String> pinned =
        version.flatMap(
            value -> accepted(value, where + ".version", v -> new CompositionRef("x", v)));
    Optional<Marked> input = fields.get("input");
    Optional<Template> template =
        input.flatMap(value -> expressions.template(value, where + ".input", site.variables()));
    boolean isWhole =
        pinned.isPresent() == version.isPresent() && template.isPresent() == input.isPresent();
    return namespace.isEmpty() || name.isEmpty() || !isWhole
        ? Optional.empty()
        : Optional.of(new Work.Run(namespace.get(), name.get(), pinned, template, isAwaited));
  }

  private Optional<String> accepted(
      Marked value, String what, Function<String, CompositionRef> check) {
    Optional<String> text = findings.string(value, what);
    try {
      return text.filter(each -> check.apply(each) != null);
    } catch (IllegalArgumentException e) {
      boolean isComputed = text.orElse("").contains("${");
      findings.add(
          value,
          what + ": " + e.getMessage(),
          isComputed ? "what is run must be written down, no expression may choose it" : "");
      return Optional.empty();
    }
  }
}
