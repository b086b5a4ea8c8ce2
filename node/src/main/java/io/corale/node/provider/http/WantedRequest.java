package io.corale.node.provider.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import io.corale.model.Payload;
import io.corale.node.outward.http.Message;
import io.corale.node.outward.http.Origin;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.StringJoiner;

/**
 * A request of a composition, as the log carries it. Whoever made it has looked at its parts; here
 * it is only made sure that it can be sent.
 *
 * @param told method, URI and headers as the composition knows them
 * @param output {@code content}, {@code raw} or {@code response}
 */
record WantedRequest(Message message, JsonNode told, String output, boolean followsRedirects) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String JSON_TYPE = "application/json";
  private static final String FORM_TYPE = "application/x-www-form-urlencoded";

  /** The request, or what is wrong with it. */
  sealed interface Reading {
    /** It can be sent. */
    record Good(WantedRequest request) implements Reading {}

    /** It cannot. */
    record Bad(String why) implements Reading {}
  }

  static Reading read(Payload arguments) {
    JsonNode request;
    try {
      request = JSON.readTree(arguments.bytes().newInput());
    } catch (IOException e) {
      return new Reading.Bad("the request is not JSON");
    }
    try {
      URI uri = new URI(request.path("uri").asText());
      if (!Origin.isSpoken(uri) || uri.getHost() == null || uri.getRawUserInfo() != null) {
        return new Reading.Bad("the URI of a request must be http(s)://host[:port][/path]: " + uri);
      }
      NavigableMap<String, String> headers = Message.noHeaders();
      request
          .path("headers")
          .properties()
          .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
      Optional<ByteString> body = body(request, headers);
      String method = request.path("method").asText().toUpperCase(Locale.ROOT);
      Message message = new Message(Origin.of(uri), method, Message.path(uri), headers, body);
      return new Reading.Good(
          new WantedRequest(
              message,
              told(request),
              request.path("output").asText("content"),
              request.path("redirect").asBoolean()));
    } catch (URISyntaxException e) {
      return new Reading.Bad("the URI of a request is none: " + e.getMessage());
    }
  }

  private static JsonNode told(JsonNode request) {
    var told = JSON.createObjectNode();
    told.set("method", request.path("method"));
    told.set("uri", request.path("uri"));
    if (request.has("headers")) {
      told.set("headers", request.path("headers"));
    }
    return told;
  }

  /** The bytes of the body; names their type where the composition does not. */
  private static Optional<ByteString> body(JsonNode request, SortedMap<String, String> headers) {
    JsonNode body = request.path("body");
    if (body.isMissingNode() || body.isNull()) {
      return Optional.empty();
    }
    headers.putIfAbsent(Message.CONTENT_TYPE, JSON_TYPE);
    String type = headers.getOrDefault(Message.CONTENT_TYPE, "").toLowerCase(Locale.ROOT);
    if (type.contains("json")) {
      return Optional.of(ByteString.copyFromUtf8(body.toString()));
    }
    return Optional.of(
        ByteString.copyFromUtf8(
            type.startsWith(FORM_TYPE) && body.isObject() ? form(body) : body.asText()));
  }

  private static String form(JsonNode fields) {
    StringJoiner form = new StringJoiner("&");
    for (var field : fields.properties()) {
      if (field.getValue().isArray()) {
        field.getValue().forEach(each -> form.add(pair(field.getKey(), each)));
      } else if (!field.getValue().isNull()) {
        form.add(pair(field.getKey(), field.getValue()));
      }
    }
    return form.toString();
  }

  private static String pair(String name, JsonNode value) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8)
        + "="
        + URLEncoder.encode(value.asText(), StandardCharsets.UTF_8);
  }
}
