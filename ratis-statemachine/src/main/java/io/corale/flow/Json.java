package io.corale.flow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.corale.model.Payload;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** JSON values to bytes and back, always in the same form. */
final class Json {
  /** Deeper values are an attack on the stack, not data. */
  static final int MAX_DEPTH = 200;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .build();

  static {
    MAPPER
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build());
  }

  private Json() {}

  /** The value of a payload; empty where its bytes are not JSON. */
  static Optional<JsonNode> read(Payload payload) {
    if (payload.bytes().isEmpty()) {
      return Optional.of(JsonNodeFactory.instance.nullNode());
    }
    try {
      JsonNode read = MAPPER.readTree(payload.bytes().newInput());
      return read.isMissingNode() ? Optional.empty() : Optional.of(read);
    } catch (java.io.IOException e) {
      return Optional.empty();
    }
  }

  /** The payload of a value. */
  static Payload write(JsonNode value) {
    try {
      return new Payload(ByteString.copyFrom(MAPPER.writeValueAsBytes(value)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can always be written", e);
    }
  }

  /** The same value with the keys of all its objects in order. */
  static JsonNode sorted(JsonNode value) {
    if (value instanceof ObjectNode object) {
      Map<String, JsonNode> fields = new TreeMap<>();
      object.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
      return JsonNodeFactory.instance.objectNode().setAll(fields);
    }
    if (value instanceof ArrayNode array) {
      ArrayNode items = JsonNodeFactory.instance.arrayNode();
      array.forEach(item -> items.add(sorted(item)));
      return items;
    }
    return value;
  }
}
