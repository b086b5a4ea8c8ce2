package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.flow.RequestSpec.Endpoint;
import io.corale.flow.RequestSpec.Output;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Reads what {@code call: http} stands with. */
final class RequestReader {
  private static final List<String> KEYS =
      List.of("method", "endpoint", "headers", "query", "body", "output", "redirect");

  private final Findings findings;
  private final Expressions expressions;
  private final CallSecretsReader secrets;

  RequestReader(Findings findings, Expressions expressions, CallSecretsReader secrets) {
    this.findings = findings;
    this.expressions = expressions;
    this.secrets = secrets;
  }

  /**
   * Reads {@code with}.
   *
   * @param part where it stands below a task; empty in a function
   */
  Optional<RequestSpec> read(Marked value, String where, String part, SortedSet<String> variables) {
    Optional<Marked.Fields> with = findings.object(value, where);
    if (with.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(with.get(), where, KEYS, Map.of());
    Optional<Template> method =
        findings
            .required(with.get(), "method", where)
            .flatMap(
                each -> checked(each, where + ".method", variables, RequestRules::methodFault));
    Optional<Endpoint> endpoint =
        findings
            .required(with.get(), "endpoint", where)
            .flatMap(each -> endpoint(each, where + ".endpoint", variables));
    Optional<CallSecrets> shown = secrets.read(with.get(), where, variables);
    Optional<Marked> headers = with.get().get("headers").map(CallSecretsReader::plain);
    Optional<Template> headerTemplate =
        headers.flatMap(each -> named(each, where + ".headers", variables, this::headerFault));
    Optional<Marked> query = with.get().get("query").map(CallSecretsReader::plain);
    Optional<Template> queryTemplate =
        query.flatMap(each -> named(each, where + ".query", variables, this::parameterFault));
    Optional<Marked> body = with.get().get("body");
    Optional<Template> bodyTemplate =
        body.flatMap(each -> expressions.template(each, where + ".body", variables));
    Optional<Output> output = output(with.get(), where);
    Optional<Boolean> redirect = redirect(with.get(), where);
    boolean isWhole =
        headers.isPresent() == headerTemplate.isPresent()
            && query.isPresent() == queryTemplate.isPresent()
            && body.isPresent() == bodyTemplate.isPresent()
            && shown.isPresent()
            && output.isPresent()
            && redirect.isPresent();
    return method.isEmpty() || endpoint.isEmpty() || !isWhole
        ? Optional.empty()
        : Optional.of(
            new RequestSpec(
                    part,
                    shown(endpoint.get()),
                    Optional.empty(),
                    method.get(),
                    endpoint.get(),
                    headerTemplate,
                    queryTemplate,
                    bodyTemplate,
                    output.get(),
                    redirect.get())
                .showing(shown.get()));
  }

  private static String shown(Endpoint endpoint) {
    return endpoint instanceof Endpoint.Written written
        ? "http " + written.template().text().replaceFirst("^[A-Za-z]+://", "")
        : "http";
  }

  /** A value of which nothing but an expression is left to be checked when it is filled in. */
  private Optional<Template> checked(
      Marked value,
      String what,
      SortedSet<String> variables,
      Function<JsonNode, Optional<String>> fault) {
    Optional<Template> template = expressions.template(value, what, variables);
    if (template.isPresent() && template.get() instanceof Template.Literal literal) {
      Optional<String> found = fault.apply(literal.value());
      if (found.isPresent()) {
        findings.add(value, what + " " + found.get() + ", found " + value.kind(), "");
        return Optional.empty();
      }
    }
    return template;
  }

  private Optional<Endpoint> endpoint(Marked value, String where, SortedSet<String> variables) {
    if (!(value instanceof Marked.Fields fields)) {
      return uri(value, where, variables);
    }
    findings.requireKeys(fields, where, List.of("uri", "authentication"), Map.of());
    return findings
        .required(fields, "uri", where)
        .flatMap(uri -> uri(uri, where + ".uri", variables));
  }

  private Optional<Endpoint> uri(Marked value, String where, SortedSet<String> variables) {
    Optional<String> text = findings.string(value, where);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.get().contains("${")) {
      return expressions.template(value, where, variables).map(Endpoint.Computed::new);
    }
    Optional<String> fault = UriTemplate.fault(text.get());
    if (fault.isPresent()) {
      findings.add(value, where + ": " + fault.get(), "write ${ \"https://host/\\(.name)\" }");
      return Optional.empty();
    }
    UriTemplate template = UriTemplate.of(text.get());
    Optional<String> sampleFault = RequestRules.uriFault(template.sample());
    if (sampleFault.isPresent()) {
      findings.add(value, where + " " + sampleFault.get() + ", found " + value.kind(), "");
      return Optional.empty();
    }
    return Optional.of(new Endpoint.Written(template));
  }

  /** An object of named values, each checked as far as it is written down; or an expression. */
  private Optional<Template> named(
      Marked value,
      String where,
      SortedSet<String> variables,
      BiFunction<Marked.Field, Optional<JsonNode>, Optional<String>> fault) {
    boolean isExpression =
        value instanceof Marked.Scalar scalar
            && scalar.value().isTextual()
            && scalar.value().textValue().contains("${");
    if (isExpression) {
      return expressions.template(value, where, variables);
    }
    Optional<Marked.Fields> fields = findings.object(value, where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    boolean isSound = true;
    for (Marked.Field field : fields.get().fields()) {
      Optional<Template> template = expressions.template(field.value(), where, variables);
      Optional<JsonNode> written =
          template
              .filter(Template.Literal.class::isInstance)
              .map(literal -> ((Template.Literal) literal).value());
      Optional<String> found = fault.apply(field, written);
      found.ifPresent(present -> findings.add(field, where + " " + present, ""));
      isSound &= found.isEmpty();
    }
    if (!isSound) {
      return Optional.empty();
    }
    return checked(value, where, variables, all -> tooMany(all, where));
  }

  private static Optional<String> tooMany(JsonNode all, String where) {
    return where.endsWith("headers") ? RequestRules.headersFault(all) : Optional.empty();
  }

  private Optional<String> headerFault(Marked.Field field, Optional<JsonNode> written) {
    return RequestRules.headerNameFault(field.key())
        .or(() -> written.flatMap(each -> RequestRules.headerValueFault(field.key(), each)));
  }

  private Optional<String> parameterFault(Marked.Field field, Optional<JsonNode> written) {
    return written.flatMap(each -> RequestRules.parameterFault(field.key(), each));
  }

  /** {@code output}, what of the answer is given. */
  Optional<Output> output(Marked.Fields with, String where) {
    Optional<Marked> value = with.get("output");
    if (value.isEmpty()) {
      return Optional.of(Output.CONTENT);
    }
    List<String> words = Arrays.stream(Output.values()).map(Output::word).toList();
    Optional<String> word = findings.string(value.get(), where + ".output");
    if (word.isPresent() && !words.contains(word.get())) {
      String known = "expected one of: " + String.join(", ", words);
      findings.add(
          value.get(),
          where + ".output cannot be '" + word.get() + "'",
          findings.hint(word.get(), words, known));
      return Optional.empty();
    }
    return word.map(each -> Output.valueOf(each.toUpperCase(Locale.ROOT)));
  }

  /** {@code redirect}, whether an answer that points elsewhere is followed. */
  Optional<Boolean> redirect(Marked.Fields with, String where) {
    Optional<Marked> value = with.get("redirect");
    if (value.isPresent() && !value.get().value().isBoolean()) {
      findings.add(
          value.get(), where + ".redirect must be true or false, found " + value.get().kind(), "");
      return Optional.empty();
    }
    return Optional.of(value.isPresent() && value.get().value().booleanValue());
  }
}
