package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of an HTTP request may be, for those that are written down and those that are
 * computed. Pure; a fault goes on where the name of the part ends.
 */
final class RequestRules {
  /** Those of RFC 9110 and PATCH, without the ones that are for proxies. */
  static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  /** Many servers refuse longer ones. */
  static final int MAX_URI_CHARS = 8_000;

  /** More is no request but data, which belongs into the body. */
  static final int MAX_HEADERS = 64;

  /** Servers take about so much for all of them together. */
  static final int MAX_HEADER_CHARS = 8_000;

  /** Those that say where a message ends or goes, and those by which we tell attempts apart. */
  private static final List<String> OURS =
      List.of(
          "connection",
          "content-length",
          "corale-attempt",
          "corale-not-after",
          "expect",
          "host",
          "http2-settings",
          "idempotency-key",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "traceparent",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");

  private static final Pattern URI =
      Pattern.compile("(?i:https?)://(?<authority>[^/?#]*)(?<rest>[^#]*)(#.*)?", Pattern.DOTALL);
  private static final Pattern AUTHORITY =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9]([A-Za-z0-9.-]*))(:(?<port>[0-9]{1,5}))?");
  private static final Pattern REST =
      Pattern.compile("([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*");

  private static final int MAX_PORT = 65_535;

  private RequestRules() {}

  static Optional<String> methodFault(JsonNode method) {
    return method.isTextual() && METHODS.contains(method.textValue().toUpperCase(Locale.ROOT))
        ? Optional.empty()
        : Optional.of("must be one of " + String.join(", ", METHODS));
  }

  static Optional<String> uriFault(JsonNode uri) {
    return uri.isTextual() ? uriFault(uri.textValue()) : Optional.of("must be a string");
  }

  static Optional<String> uriFault(String uri) {
    if (uri.length() > MAX_URI_CHARS) {
      return Optional.of("must have at most " + MAX_URI_CHARS + " characters");
    }
    Matcher whole = URI.matcher(uri);
    if (!whole.matches()) {
      return Optional.of("must begin with http:// or https://");
    }
    String authority = whole.group("authority");
    if (authority.contains("@")) {
      return Optional.of("must not name a user: it is written into the log");
    }
    Matcher parts = AUTHORITY.matcher(authority);
    if (!parts.matches() || !isPort(parts.group("port"))) {
      return Optional.of("must name a host, such as https://host:8443/path");
    }
    return REST.matcher(whole.group("rest")).matches()
        ? Optional.empty()
        : Optional.of("has a character that must be encoded, such as %20 for a space");
  }

  private static boolean isPort(@Nullable String port) {
    return port == null || (Integer.parseInt(port) > 0 && Integer.parseInt(port) <= MAX_PORT);
  }

  static Optional<String> headerNameFault(String name) {
    if (!TOKEN.matcher(name).matches()) {
      return Optional.of("'" + name + "' is not the name of a header");
    }
    return OURS.contains(name.toLowerCase(Locale.ROOT))
        ? Optional.of("'" + name + "' is set by the node alone")
        : Optional.empty();
  }

  /** A value that is {@code null} leaves its header, or parameter, out. */
  static Optional<String> headerValueFault(String name, JsonNode value) {
    if (value.isContainerNode()) {
      return Optional.of("'" + name + "' must be a string, number or boolean");
    }
    boolean isSendable =
        value
            .asText()
            .chars()
            .allMatch(each -> (each >= ' ' && each <= 0xff && each != 0x7f) || each == '\t');
    return isSendable
        ? Optional.empty()
        : Optional.of("'" + name + "' has a character that no header can carry");
  }

  static Optional<String> headersFault(JsonNode headers) {
    if (!headers.isObject()) {
      return Optional.of("must be an object");
    }
    int chars = 0;
    List<String> names = new ArrayList<>();
    for (var header : headers.properties()) {
      Optional<String> fault =
          headerNameFault(header.getKey())
              .or(() -> headerValueFault(header.getKey(), header.getValue()));
      if (fault.isPresent()) {
        return fault;
      }
      if (names.contains(header.getKey().toLowerCase(Locale.ROOT))) {
        return Optional.of("name '" + header.getKey() + "' twice");
      }
      names.add(header.getKey().toLowerCase(Locale.ROOT));
      chars += header.getKey().length() + header.getValue().asText().length();
      if (names.size() > MAX_HEADERS || chars > MAX_HEADER_CHARS) {
        return Optional.of(
            "must be at most " + MAX_HEADERS + " of " + MAX_HEADER_CHARS + " characters together");
      }
    }
    return Optional.empty();
  }

  /** A list repeats its parameter. */
  static Optional<String> parameterFault(String name, JsonNode value) {
    boolean isFlat = !value.isContainerNode();
    if (value.isArray()) {
      isFlat = true;
      for (JsonNode each : value) {
        isFlat &= !each.isContainerNode();
      }
    }
    return isFlat
        ? Optional.empty()
        : Optional.of("'" + name + "' must be a string, number, boolean or a list of such");
  }

  static Optional<String> queryFault(JsonNode query) {
    if (!query.isObject()) {
      return Optional.of("must be an object");
    }
    return query.properties().stream()
        .flatMap(each -> parameterFault(each.getKey(), each.getValue()).stream())
        .findFirst();
  }

  /** Whether a body of this type can be made of a value: JSON of any, forms of flat objects. */
  static Optional<String> bodyFault(String contentType, JsonNode body) {
    if (isJson(contentType)) {
      return Optional.empty();
    }
    if (isForm(contentType) && body.isObject()) {
      return queryFault(body);
    }
    return body.isTextual()
        ? Optional.empty()
        : Optional.of("must be a string, for its type is '" + contentType + "'");
  }

  /** No type means JSON. */
  private static boolean isJson(String contentType) {
    return contentType.isEmpty() || contentType.toLowerCase(Locale.ROOT).contains("json");
  }

  private static boolean isForm(String contentType) {
    return contentType.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded");
  }
}
