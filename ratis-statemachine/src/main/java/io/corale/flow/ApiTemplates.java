package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.corale.flow.ApiOperation.Body;
import io.corale.flow.ApiOperation.Parameter;
import io.corale.flow.ApiOperation.Place;
import io.corale.flow.ApiOperation.Shape;
import io.corale.flow.jq.ExpressionFailure;
import io.corale.flow.jq.Query;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Lowers an operation of a web service to an HTTP request whose input is the parameters that a task
 * gives: each part picks its own of them, by an expression.
 */
final class ApiTemplates {
  private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)\\}");

  private final ApiOperation operation;

  ApiTemplates(ApiOperation operation) {
    this.operation = operation;
  }

  /** What of the operation cannot be said, in words. */
  static final class Unsayable extends Exception {
    private static final long serialVersionUID = 1L;

    Unsayable(String why) {
      super(why);
    }
  }

  Template method() {
    return text(operation.method());
  }

  private static Template text(String value) {
    return new Template.Literal(JsonNodeFactory.instance.textNode(value));
  }

  /** The URI without its query. */
  Template uri() throws Unsayable {
    StringBuilder jq = new StringBuilder(quoted(operation.server()));
    Matcher variable = VARIABLE.matcher(operation.path());
    int end = 0;
    while (variable.find()) {
      jq.append(" + ").append(quoted(operation.path().substring(end, variable.start())));
      jq.append(" + (").append(joined(pathParameter(variable.group(1)))).append(" | @uri)");
      end = variable.end();
    }
    return computed(jq.append(" + ").append(quoted(operation.path().substring(end))).toString());
  }

  private Parameter pathParameter(String name) throws Unsayable {
    return at(Place.PATH).stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new Unsayable("its path has the variable {" + name + "}, which is no parameter"));
  }

  Optional<Template> query() throws Unsayable {
    return fields(at(Place.QUERY));
  }

  Optional<Template> headers() throws Unsayable {
    SortedMap<String, Template> headers = new TreeMap<>();
    for (Parameter each : at(Place.HEADER)) {
      headers.put(each.name(), computed(shaped(each)));
    }
    if (!at(Place.COOKIE).isEmpty()) {
      headers.put("Cookie", computed(cookies()));
    }
    contentType().ifPresent(type -> headers.put("Content-Type", text(type)));
    return headers.isEmpty() ? Optional.empty() : Optional.of(new Template.Fields(headers));
  }

  private Optional<String> contentType() {
    return at(Place.FORM).isEmpty()
        ? operation.body().map(Body::contentType).filter(type -> !type.equals("application/json"))
        : Optional.of("application/x-www-form-urlencoded");
  }

  Optional<Template> body() throws Unsayable {
    if (!at(Place.FORM).isEmpty()) {
      return fields(at(Place.FORM));
    }
    if (operation.body().isEmpty()) {
      return Optional.empty();
    }
    Body body = operation.body().get();
    String picked =
        body.name().isEmpty()
            ? "if has(\"body\") then .[\"body\"] else .[\"requestBody\"] end"
            : picked(body.name());
    String shown = body.name().isEmpty() ? "body" : body.name();
    return Optional.of(computed(body.isRequired() ? required(picked, shown) : picked));
  }

  private List<Parameter> at(Place place) {
    return operation.parameters().stream().filter(each -> each.place() == place).toList();
  }

  private Optional<Template> fields(List<Parameter> parameters) throws Unsayable {
    SortedMap<String, Template> fields = new TreeMap<>();
    for (Parameter each : parameters) {
      fields.put(each.name(), computed(shaped(each)));
    }
    return fields.isEmpty() ? Optional.empty() : Optional.of(new Template.Fields(fields));
  }

  private String cookies() {
    String pairs =
        at(Place.COOKIE).stream()
            .map(each -> "[" + quoted(each.name()) + ", (" + shaped(each) + ")]")
            .collect(Collectors.joining(", "));
    return "["
        + pairs
        + "] | map(select(.[1] != null) | .[0] + \"=\" + (.[1] | tostring | @uri))"
        + " | if length == 0 then null else join(\"; \") end";
  }

  private static String shaped(Parameter parameter) {
    String value = parameter.isRequired() ? required(parameter) : picked(parameter.name());
    return switch (parameter.shape()) {
      case REPEATED -> value;
      case JOINED -> value + " | " + join(parameter);
      case JSON -> value + " | if . == null then null else tojson end";
    };
  }

  private static String joined(Parameter parameter) {
    String text = required(parameter) + " | " + join(parameter) + " | tostring";
    return parameter.shape() == Shape.JSON ? required(parameter) + " | tojson" : text;
  }

  private static String join(Parameter parameter) {
    return "if type == \"array\" then map(tostring) | join("
        + quoted(parameter.separator())
        + ") elif type == \"object\" then error("
        + quoted("the parameter '" + parameter.name() + "' cannot be an object")
        + ") else . end";
  }

  private static String required(Parameter parameter) {
    return required(picked(parameter.name()), parameter.name());
  }

  private static String required(String picked, String name) {
    return "("
        + picked
        + ") | if . == null then error("
        + quoted("the parameter '" + name + "' is required")
        + ") else . end";
  }

  private static String picked(String name) {
    return ".[" + quoted(name) + "]";
  }

  /** A string of jq, which is one of JSON as long as no backslash stands before a bracket. */
  private static String quoted(String text) {
    JsonNode node = JsonNodeFactory.instance.textNode(text);
    return node.toString();
  }

  private static Template computed(String jq) throws Unsayable {
    try {
      return new Template.Computed(Query.compile(jq, new TreeSet<>()));
    } catch (ExpressionFailure e) {
      throw new Unsayable("its parameters are too long to be told: " + e.reason());
    }
  }
}
