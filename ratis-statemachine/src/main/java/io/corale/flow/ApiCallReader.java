package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.corale.flow.ApiReader.Wanted;
import io.corale.flow.Content.Taken;
import io.corale.flow.RequestSpec.Endpoint;
import io.corale.flow.RequestSpec.Output;
import io.corale.flow.RequestSpec.Parameters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads what {@code call: openapi} stands with, and lowers it to a request. */
final class ApiCallReader {
  private static final List<String> KEYS =
      List.of("document", "operationId", "parameters", "authentication", "output", "redirect");

  private final Findings findings;
  private final Expressions expressions;
  private final Links links;
  private final CallSecretsReader secrets;
  private final RequestReader requests;

  ApiCallReader(
      Findings findings,
      Expressions expressions,
      Links links,
      CallSecretsReader secrets,
      RequestReader requests) {
    this.secrets = secrets;
    this.findings = findings;
    this.expressions = expressions;
    this.links = links;
    this.requests = requests;
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
    Optional<Marked> id = findings.required(with.get(), "operationId", where);
    Optional<String> name = id.flatMap(each -> findings.string(each, where + ".operationId"));
    Optional<Marked> document = findings.required(with.get(), "document", where);
    Optional<ApiOperation> operation =
        name.isEmpty() || document.isEmpty()
            ? Optional.empty()
            : operation(
                document.get(),
                where + ".document",
                new Wanted(id.orElse(value), name.get(), findings));
    Optional<Template> parameters = parameters(with.get(), where, variables, operation);
    Optional<Output> output = requests.output(with.get(), where);
    Optional<Boolean> redirect = requests.redirect(with.get(), where);
    Optional<CallSecrets> shown = secrets.ofAuthentication(with.get(), where, variables);
    boolean isWhole = output.isPresent() && redirect.isPresent() && shown.isPresent();
    if (operation.isEmpty() || parameters.isEmpty() || !isWhole) {
      return Optional.empty();
    }
    return lowered(
            operation.get(),
            id.orElse(value),
            part,
            new Parameters(
                parameters.get(),
                operation.get().names(),
                with.get().get("parameters").isPresent()),
            output.get(),
            redirect.get())
        .map(request -> request.showing(shown.get()));
  }

  private Optional<RequestSpec> lowered(
      ApiOperation operation,
      Marked at,
      String part,
      Parameters parameters,
      Output output,
      boolean followsRedirects) {
    ApiTemplates templates = new ApiTemplates(operation);
    try {
      return Optional.of(
          new RequestSpec(
              part,
              "openapi " + operation.id(),
              Optional.of(parameters),
              templates.method(),
              new Endpoint.Computed(templates.uri()),
              templates.headers(),
              templates.query(),
              templates.body(),
              output,
              followsRedirects));
    } catch (ApiTemplates.Unsayable e) {
      findings.add(at, "operation '" + operation.id() + "': " + e.getMessage(), "");
      return Optional.empty();
    }
  }

  /** The operation that an external resource describes; not known as long as it is needed. */
  private Optional<ApiOperation> operation(Marked value, String where, Wanted wanted) {
    String address = address(value);
    return links.read(
        value,
        where,
        ApiOperation.unknown(wanted.id()),
        content ->
            content
                .structured()
                .flatMap(document -> ApiReader.read(document, address, wanted, content.findings()))
                .map(found -> new Taken<>(found.operation(), found.kept())));
  }

  /** Relative to which the servers of a document are; empty where there is none. */
  private static String address(Marked document) {
    JsonNode endpoint = document.value().path("endpoint");
    return (endpoint.isObject() ? endpoint.path("uri") : endpoint).asText();
  }

  /** An object, or an expression that gives one; without any there are no parameters. */
  private Optional<Template> parameters(
      Marked.Fields with,
      String where,
      SortedSet<String> variables,
      Optional<ApiOperation> operation) {
    Optional<Marked> value = with.get("parameters");
    if (value.isPresent() && value.get() instanceof Marked.Scalar) {
      return expressions.query(value.get(), where + ".parameters", variables);
    }
    Optional<Marked.Fields> fields =
        value.flatMap(each -> findings.object(each, where + ".parameters"));
    if (value.isPresent() && fields.isEmpty()) {
      return Optional.empty();
    }
    Marked.Fields given = fields.orElse(new Marked.Fields(with.line(), with.column(), List.of()));
    operation.filter(ApiOperation::isKnown).ifPresent(known -> requireFit(given, where, known));
    return value.isEmpty()
        ? Optional.of(new Template.Literal(JsonNodeFactory.instance.objectNode()))
        : expressions.template(given, where + ".parameters", variables);
  }

  private void requireFit(Marked.Fields given, String where, ApiOperation operation) {
    findings.requireKeys(given, where + ".parameters", operation.names(), Map.of());
    SortedSet<String> missing = new TreeSet<>(operation.required());
    given.fields().forEach(each -> missing.remove(each.key()));
    boolean isMisspelt =
        given.fields().stream().anyMatch(each -> !operation.names().contains(each.key()));
    if (!missing.isEmpty() && !isMisspelt) {
      findings.add(
          given,
          "operation '"
              + operation.id()
              + "' requires the parameters: "
              + String.join(", ", missing),
          "");
    }
  }
}
