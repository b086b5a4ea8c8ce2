package io.corale.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * An event to announce, in the JSON format of CloudEvents 1.0; immutable. What is left out is
 * filled in when it is announced: an id of its own, {@link #SOURCE}, and the time. Whoever may
 * announce it again, after a crash of their own, gives it an id.
 */
public final class CloudEvent {
  /** Where events come from that do not say. */
  public static final String SOURCE = "/corale/client";

  private static final ObjectReader READER =
      new ObjectMapper()
          .reader()
          .forType(JsonNode.class)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final ObjectNode attributes;

  private CloudEvent(ObjectNode attributes) {
    this.attributes = attributes;
  }

  /** An event of a type. */
  public static CloudEvent of(String type) {
    return parse("{\"specversion\":\"1.0\"}").with("type", type);
  }

  /** The event that a JSON text is; throws {@link IllegalArgumentException} where it is none. */
  public static CloudEvent parse(String json) {
    if (!(tree(json) instanceof ObjectNode event)) {
      throw new IllegalArgumentException("an event must be a JSON object");
    }
    return new CloudEvent(event);
  }

  /** Unique among the events of its source: announced twice, it is one. */
  public CloudEvent withId(String id) {
    return with("id", id);
  }

  /** Where it comes from, a URI reference. */
  public CloudEvent withSource(String source) {
    return with("source", source);
  }

  /** What it is about at its source. */
  public CloudEvent withSubject(String subject) {
    return with("subject", subject);
  }

  /** Any other attribute, such as an extension. */
  public CloudEvent with(String attribute, String value) {
    ObjectNode next = attributes.deepCopy();
    next.put(attribute, value);
    return new CloudEvent(next);
  }

  /** Its data, a JSON value. */
  public CloudEvent withData(String json) {
    ObjectNode next = attributes.deepCopy();
    next.set("data", tree(json));
    return new CloudEvent(next);
  }

  private static JsonNode tree(String json) {
    try {
      return READER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** With what it lacks. */
  CloudEvent completed(Supplier<String> id, Instant time) {
    CloudEvent event = attributes.has("specversion") ? this : with("specversion", "1.0");
    event = event.attributes.has("id") ? event : event.withId(id.get());
    event = event.attributes.has("source") ? event : event.withSource(SOURCE);
    return event.attributes.has("time") ? event : event.with("time", time.toString());
  }

  /** As JSON. */
  public String json() {
    return attributes.toString();
  }

  @Override
  public String toString() {
    return json();
  }
}
