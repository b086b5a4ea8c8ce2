package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.model.Event;
import io.corale.model.Payload;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Events in the JSON format of CloudEvents 1.0. */
public final class CloudEvents {
  static final String DATA = "data";
  static final String BASE64 = "data_base64";
  static final String VERSION = "specversion";

  /** The attributes that have a meaning; others are extensions. */
  static final List<String> ATTRIBUTES =
      List.of("id", "source", "type", "time", "subject", "datacontenttype", "dataschema");

  static final String NAME_RULE = "expected 1 to 20 lower-case letters or digits";
  private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,20}");

  private CloudEvents() {}

  /** Whether an attribute may have this name. */
  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** The event that a payload is; throws {@link IllegalArgumentException} where it is none. */
  public static Event read(Payload content) {
    Optional<JsonNode> value = Json.read(content);
    if (value.isEmpty() || !(value.get() instanceof ObjectNode event)) {
      throw new IllegalArgumentException("an event must be a JSON object");
    }
    return read(event, content);
  }

  /** The event that an object is; throws as {@link #read(Payload)}. */
  static Event of(ObjectNode event) {
    return read(event, Json.write(event));
  }

  private static Event read(ObjectNode event, Payload content) {
    if (!event.path(VERSION).asText().equals("1.0")) {
      throw new IllegalArgumentException("'specversion' of an event must be \"1.0\"");
    }
    event.properties().forEach(field -> requireAttribute(field.getKey(), field.getValue()));
    if (event.hasNonNull(DATA) && event.hasNonNull(BASE64)) {
      throw new IllegalArgumentException("an event has either 'data' or 'data_base64'");
    }
    return new Event(
        text(event, "id"),
        text(event, "source"),
        text(event, "type"),
        text(event, "subject"),
        content);
  }

  private static void requireAttribute(String name, JsonNode value) {
    if (name.equals(DATA) || value.isNull()) {
      return;
    }
    if (!isName(name) && !name.equals(BASE64)) {
      throw new IllegalArgumentException(
          "'" + name + "' is not the name of an attribute: " + NAME_RULE);
    }
    if (value.isContainerNode()) {
      throw new IllegalArgumentException(
          "attribute '" + name + "' must be a string, number or boolean");
    }
    if (name.equals("time") && !isTime(value)) {
      throw new IllegalArgumentException(
          "'time' of an event must be a time such as \"2026-01-02T03:04:05Z\"");
    }
  }

  private static boolean isTime(JsonNode value) {
    try {
      return value.isTextual() && OffsetDateTime.parse(value.textValue()).getYear() >= 0;
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** An attribute that is a string; empty where it is not there. */
  private static String text(ObjectNode event, String name) {
    JsonNode value = event.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw new IllegalArgumentException("'" + name + "' of an event must be a string");
    }
    return value.textValue();
  }
}
