package io.corale.flow;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
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

  /** What a branch remembers has the deepest values inside of frames and lists. */
  private static final int MAX_DEPTH_OF_MEMORY = MAX_DEPTH + 8;

  /**
   * Brackets, names and values: a tree of so many takes about a hundred megabytes for a moment. No
   * payload that fits inline has more.
   */
  static final int MAX_TOKENS = 1_000_000;

  /** An input may be remembered twice: as that of the composition and as that of a task. */
  private static final int MAX_TOKENS_OF_MEMORY = 2 * MAX_TOKENS + 10_000;

  private static final JsonMapper MAPPER = mapper(MAX_DEPTH, MAX_TOKENS);
  private static final ObjectReader PART_READER =
      MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final JsonMapper MEMORY_MAPPER = mapper(MAX_DEPTH_OF_MEMORY, MAX_TOKENS_OF_MEMORY);

  private Json() {}

  private static JsonMapper mapper(int maxDepth, int maxTokens) {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(maxDepth)
                    .maxTokenCount(maxTokens)
                    .build())
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
        .build();
  }

  /** The value of a payload; empty where its bytes are not JSON. */
  static Optional<JsonNode> read(Payload payload) {
    return read(MAPPER, payload);
  }

  /** What a branch remembers; empty where the bytes are not JSON. */
  static Optional<JsonNode> readMemory(Payload payload) {
    return read(MEMORY_MAPPER, payload);
  }

  private static Optional<JsonNode> read(JsonMapper mapper, Payload payload) {
    if (payload.bytes().isEmpty()) {
      return Optional.of(JsonNodeFactory.instance.nullNode());
    }
    try {
      JsonNode read = mapper.readTree(payload.bytes().newInput());
      return read.isMissingNode() ? Optional.empty() : Optional.of(read);
    } catch (java.io.IOException e) {
      return Optional.empty();
    }
  }

  /** One field of an object, of which nothing else is kept; empty where there is none. */
  static Optional<JsonNode> readField(Payload payload, String name) {
    try (JsonParser parser = MAPPER.createParser(payload.bytes().newInput())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isIt = parser.currentName().equals(name);
        parser.nextToken();
        if (isIt) {
          return Optional.of(PART_READER.readTree(parser));
        }
        parser.skipChildren();
      }
      return Optional.empty();
    } catch (java.io.IOException e) {
      return Optional.empty();
    }
  }

  /** Whether what was written here can be read again; small payloads always can. */
  static boolean mayBeRead(Payload payload) {
    return payload.fitsInline() || mayBeRead(MAPPER, payload);
  }

  /** The same of what a branch is to remember. */
  static boolean mayBeRemembered(Payload payload) {
    return payload.fitsInline() || mayBeRead(MEMORY_MAPPER, payload);
  }

  private static boolean mayBeRead(JsonMapper mapper, Payload payload) {
    try (JsonParser parser = mapper.createParser(payload.bytes().newInput())) {
      JsonToken token = parser.nextToken();
      while (token != null) {
        token = parser.nextToken();
      }
      return true;
    } catch (java.io.IOException e) {
      return false;
    }
  }

  /** Whether a value that was put together is nested deeper than one that may be read. */
  static boolean isTooDeep(JsonNode value) {
    return isDeeper(value, MAX_DEPTH);
  }

  private static boolean isDeeper(JsonNode value, int levels) {
    if (!value.isContainerNode()) {
      return false;
    }
    if (levels == 0) {
      return true;
    }
    for (JsonNode each : value) {
      if (isDeeper(each, levels - 1)) {
        return true;
      }
    }
    return false;
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
