package io.corale.flow.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import java.net.URI;
import java.util.function.Predicate;

/** Schemas and values from JSON, and a second opinion on them. */
final class Schemas {
  static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final URI HERE = URI.create("urn:here");

  private Schemas() {}

  static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  static JsonSchema compiled(JsonNode schema) {
    Reading reading = JsonSchema.compile(schema);
    if (reading instanceof Reading.Broken broken) {
      throw new AssertionError(schema + ": " + broken.problems());
    }
    return ((Reading.Whole) reading).schema();
  }

  static JsonSchema compiled(String schema) {
    return compiled(json(schema));
  }

  /** What a library thinks of values; only for friendly schemas and values. */
  static Predicate<JsonNode> elsewhere(JsonNode schema) {
    Validator validator =
        new ValidatorFactory().withDisabledSchemaValidation(true).createValidator();
    URI uri = validator.registerSchema(HERE, schema);
    return value -> validator.validate(uri, value).isValid();
  }
}
