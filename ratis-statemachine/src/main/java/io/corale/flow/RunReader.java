package io.corale.flow;

import io.corale.model.CompositionRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads {@code run}: other compositions. */
final class RunReader {
  /** What names the highest release. */
  private static final String LATEST = "latest";

  private final Findings findings;
  private final Expressions expressions;
  private final TermsReader terms;
  private final SortedMap<String, FunctionSpec> elsewhere = new TreeMap<>();

  RunReader(Findings findings, Expressions expressions, TermsReader terms) {
    this.findings = findings;
    this.expressions = expressions;
    this.terms = terms;
  }

  /** What was found to be run at other owners, each as a function. */
  SortedMap<String, FunctionSpec> elsewhere() {
    return elsewhere;
  }

  Optional<Work> read(Marked value, Site site) {
    String where = site.where() + ".run";
    Optional<Marked.Fields> fields = findings.object(value, where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    List<String> processes = Processes.refuse(findings, fields.get(), site.where());
    List<String> known = new ArrayList<>(List.of("workflow", "await", "return"));
    known.addAll(processes);
    findings.requireKeys(fields.get(), where, known, Map.of());
    Optional<Marked.Field> gives = fields.get().field("return");
    if (gives.isPresent() && processes.isEmpty()) {
      findings.add(
          gives.get(),
          "'return' in " + where + " chooses among the outputs of a process",
          "a composition has one output, and that is given; leave it out");
    }
    Optional<Marked> workflow =
        processes.isEmpty()
            ? findings.required(fields.get(), "workflow", where)
            : fields.get().get("workflow");
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
        : Optional.of(new Work.Run(namespace.get(), name.get(), pinned, template, isAwaited))
            .flatMap(run -> placed(run, site));
  }

  /** Here, or at the owner to whom the account of the task leads. */
  private Optional<Work> placed(Work.Run run, Site site) {
    boolean isHere =
        site
            .fields()
            .get("metadata")
            .filter(Marked.Fields.class::isInstance)
            .map(metadata -> ((Marked.Fields) metadata).fields())
            .orElse(List.of())
            .stream()
            .noneMatch(
                field -> field.key().equals("account") || Findings.isSlip(field.key(), "account"));
    if (isHere) {
      return Optional.of(run);
    }
    SortedMap<String, String> settings = new TreeMap<>();
    settings.put("composition", run.name());
    run.version().ifPresent(version -> settings.put("version", version));
    if (!run.isAwaited()) {
      settings.put("await", "false");
    }
    return terms
        .ofRun(site.fields(), site.where())
        .map(agreed -> agreed.function(CallReader.name(site), settings))
        .map(
            function -> {
              elsewhere.put(function.name(), function);
              return new Work.Elsewhere(
                  new Work.Call(function, run.input()), run.target(), run.isAwaited());
            });
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
