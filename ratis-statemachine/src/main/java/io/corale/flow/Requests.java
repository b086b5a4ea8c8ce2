package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.model.Problem;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Makes the HTTP requests of tasks: what the log carries, and the provider {@code http} sends.
 *
 * <pre>
 * {method, uri, headers?, body?, output?, redirect?, authentication?}
 * </pre>
 *
 * The query has become a part of the URI; {@code authentication} has what of it is data; {@code
 * output} is missing where it is {@code content}, and {@code redirect} where it is false.
 */
final class Requests {
  private final Evaluation evaluation;
  private final Line line;

  Requests(Evaluation evaluation, Line line) {
    this.evaluation = evaluation;
    this.line = line;
  }

  /**
   * The request for an input.
   *
   * @param frame whose input is what the request is made of
   */
  JsonNode make(RequestSpec spec, Frame frame) throws Faulted {
    boolean isOfOperation = spec.parameters().isPresent();
    ObjectNode request =
        isOfOperation
            ? filled(spec, frame.given(parameters(spec, spec.parameters().get(), frame)))
            : filled(spec, frame);
    if (spec.secrets().given().isPresent()) {
      String place =
          spec.at(
              frame.task().place(), isOfOperation ? "authentication" : "endpoint/authentication");
      request.set(CallSecrets.GIVEN, fill(spec.secrets().given().get(), frame, place));
    }
    return request;
  }

  private JsonNode parameters(RequestSpec spec, RequestSpec.Parameters wanted, Frame frame)
      throws Faulted {
    String place = spec.at(frame.task().place(), "parameters");
    JsonNode given = fill(wanted.template(), frame, place);
    Optional<String> unknown =
        given.properties().stream()
            .map(Map.Entry::getKey)
            .filter(name -> !wanted.names().contains(name))
            .findFirst();
    Optional<String> fault =
        given.isObject()
            ? unknown.map(name -> "must be those of the operation, not '" + name + "'")
            : Optional.of("must be an object");
    require(fault, "the parameters of an operation", given, place);
    return given;
  }

  private ObjectNode filled(RequestSpec spec, Frame frame) throws Faulted {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    String place = frame.task().place();
    String methodPlace = spec.at(place, "method");
    JsonNode method = fill(spec.method(), frame, methodPlace);
    require(RequestRules.methodFault(method), "the method of a request", method, methodPlace);
    request.put("method", method.textValue().toUpperCase(Locale.ROOT));
    request.put("uri", uri(spec, frame));
    ObjectNode headers = headers(spec, frame);
    if (!headers.isEmpty()) {
      request.set("headers", headers);
    }
    Optional<JsonNode> body = body(spec, frame, headers);
    body.ifPresent(present -> request.set("body", present));
    if (spec.output() != RequestSpec.Output.CONTENT) {
      request.put("output", spec.output().word());
    }
    if (spec.followsRedirects()) {
      request.put("redirect", true);
    }
    return request;
  }

  private JsonNode fill(Template template, Frame frame, String place) throws Faulted {
    return evaluation.fill(template, frame.input(), Sight.of(line, frame), place);
  }

  private static void require(Optional<String> fault, String what, JsonNode found, String place)
      throws Faulted {
    if (fault.isPresent()) {
      throw new Faulted(
          Problem.expression(
              Problem.shortened(
                  what + " " + fault.get() + ", found: " + Json.write(found),
                  Problem.MAX_DETAIL_CHARS),
              place));
    }
  }

  private String uri(RequestSpec spec, Frame frame) throws Faulted {
    String place = spec.at(frame.task().place(), "endpoint");
    JsonNode uri;
    if (spec.endpoint() instanceof RequestSpec.Endpoint.Written written) {
      Optional<String> misfit = written.template().misfit(frame.input());
      if (misfit.isPresent()) {
        throw new Faulted(
            Problem.expression(
                "the variable {"
                    + misfit.get()
                    + "} of a URI must be a string, number or boolean, it is: "
                    + Json.write(frame.input().path(misfit.get())),
                place));
      }
      uri = JsonNodeFactory.instance.textNode(written.template().expand(frame.input()));
    } else {
      uri = fill(((RequestSpec.Endpoint.Computed) spec.endpoint()).template(), frame, place);
    }
    require(RequestRules.uriFault(uri), "the URI of a request", uri, place);
    String whole = withQuery(uri.textValue(), query(spec, frame));
    JsonNode sent = JsonNodeFactory.instance.textNode(whole);
    require(RequestRules.uriFault(whole), "the URI of a request", sent, place);
    return whole;
  }

  private String query(RequestSpec spec, Frame frame) throws Faulted {
    if (spec.query().isEmpty()) {
      return "";
    }
    String place = spec.at(frame.task().place(), "query");
    JsonNode query = fill(spec.query().get(), frame, place);
    require(RequestRules.queryFault(query), "the query of a request", query, place);
    StringJoiner text = new StringJoiner("&");
    for (var parameter : query.properties()) {
      if (parameter.getValue().isArray()) {
        parameter.getValue().forEach(each -> add(text, parameter.getKey(), each));
      } else {
        add(text, parameter.getKey(), parameter.getValue());
      }
    }
    return text.toString();
  }

  private static void add(StringJoiner query, String name, JsonNode value) {
    if (!value.isNull()) {
      query.add(UriTemplate.encoded(name) + "=" + UriTemplate.encoded(value.asText()));
    }
  }

  /** Fragments are for readers, and stay here. */
  private static String withQuery(String uri, String query) {
    int fragment = uri.indexOf('#');
    String sent = fragment < 0 ? uri : uri.substring(0, fragment);
    if (query.isEmpty()) {
      return sent;
    }
    String joint = sent.indexOf('?') < 0 ? "?" : sent.endsWith("?") ? "" : "&";
    return sent + joint + query;
  }

  private ObjectNode headers(RequestSpec spec, Frame frame) throws Faulted {
    ObjectNode headers = JsonNodeFactory.instance.objectNode();
    if (spec.headers().isEmpty()) {
      return headers;
    }
    String place = spec.at(frame.task().place(), "headers");
    JsonNode filled = fill(spec.headers().get(), frame, place);
    require(RequestRules.headersFault(filled), "the headers of a request", filled, place);
    for (var header : filled.properties()) {
      if (!header.getValue().isNull()) {
        headers.put(header.getKey(), header.getValue().asText());
      }
    }
    return headers;
  }

  private Optional<JsonNode> body(RequestSpec spec, Frame frame, ObjectNode headers)
      throws Faulted {
    if (spec.body().isEmpty()) {
      return Optional.empty();
    }
    String place = spec.at(frame.task().place(), "body");
    JsonNode body = fill(spec.body().get(), frame, place);
    String type =
        headers.properties().stream()
            .filter(header -> header.getKey().equalsIgnoreCase("content-type"))
            .map(header -> header.getValue().asText())
            .findFirst()
            .orElse("");
    if (body.isNull()) {
      return Optional.empty();
    }
    require(RequestRules.bodyFault(type, body), "the body of a request", body, place);
    return Optional.of(body);
  }
}
