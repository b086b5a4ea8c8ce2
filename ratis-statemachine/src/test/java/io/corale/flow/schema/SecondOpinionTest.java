package io.corale.flow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.sim.Seeds;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** On schemas and values made by chance, a library of another author says the same. */
class SecondOpinionTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> NAMES = List.of("a", "b", "ab", "c");
  private static final int SCHEMAS = 30;
  private static final int VALUES = 15;

  private SplittableRandom chance = new SplittableRandom(0);

  @Seeds(20)
  void agreesWithTheLibrary(long seed) {
    chance = new SplittableRandom(seed);
    int valid = 0;
    for (int i = 0; i < SCHEMAS; i++) {
      ObjectNode schema = schema(3);
      ObjectNode defs = schema.putObject("$defs");
      // References lead only to the greater name, so that none leads back.
      for (int def = 0; def < 3; def++) {
        defs.set("d" + def, withoutRefsUpTo(schema(2), def));
      }
      JsonSchema compiled = Schemas.compiled(schema);
      Predicate<JsonNode> elsewhere = Schemas.elsewhere(schema);
      for (int j = 0; j < VALUES; j++) {
        JsonNode value = value(3);
        List<String> violations = compiled.violations(value);
        valid += violations.isEmpty() ? 1 : 0;
        assertThat(violations.isEmpty())
            .as("%s on %s: %s", schema, value, violations)
            .isEqualTo(elsewhere.test(value));
      }
    }
    assertThat(valid).as("both answers occur").isBetween(1, SCHEMAS * VALUES - 1);
  }

  private static JsonNode withoutRefsUpTo(JsonNode schema, int def) {
    if (schema instanceof ObjectNode object) {
      JsonNode ref = object.get("$ref");
      if (ref != null && ref.asText().compareTo("#/$defs/d" + def) <= 0) {
        object.remove("$ref");
      }
    }
    schema.forEach(inner -> withoutRefsUpTo(inner, def));
    return schema;
  }

  private ObjectNode schema(int depth) {
    ObjectNode schema = JSON.objectNode();
    int keywords = 1 + chance.nextInt(3);
    for (int i = 0; i < keywords; i++) {
      keyword(schema, depth);
    }
    return schema;
  }

  private JsonNode part(int depth) {
    return depth <= 0 || chance.nextInt(6) == 0
        ? JSON.booleanNode(chance.nextInt(4) > 0)
        : schema(depth - 1);
  }

  private void keyword(ObjectNode schema, int depth) {
    switch (chance.nextInt(34)) {
      case 0 -> schema.put("type", pick("null", "boolean", "object", "array", "number", "string"));
      case 1 -> schema.putArray("type").add("integer").add(pick("object", "array", "string"));
      case 2 -> schema.set("const", value(1));
      case 3 -> schema.putArray("enum").add(value(1)).add(value(1)).add(value(0));
      case 4 -> schema.put(pick("minimum", "maximum"), chance.nextInt(4));
      case 5 -> schema.put(pick("exclusiveMinimum", "exclusiveMaximum"), chance.nextInt(4));
      case 6 -> schema.put("multipleOf", chance.nextBoolean() ? 2 : 0.5);
      case 7 -> schema.put(pick("minLength", "maxLength"), chance.nextInt(3));
      case 8 -> schema.put("pattern", pick("^a", "b$", "a.?b", "[ab]{2}"));
      case 9 -> schema.put(pick("minItems", "maxItems"), chance.nextInt(3));
      case 10 -> schema.put("uniqueItems", true);
      case 11, 12 -> schema.set("items", part(depth));
      case 13 -> schema.putArray("prefixItems").add(part(depth)).add(part(depth));
      case 14 -> schema.set("contains", part(depth));
      case 15 ->
          schema
              .put(pick("minContains", "maxContains"), chance.nextInt(3))
              .set("contains", part(depth));
      case 16 -> schema.put(pick("minProperties", "maxProperties"), chance.nextInt(3));
      case 17 -> schema.putArray("required").add(name());
      case 18 -> schema.putObject("dependentRequired").putArray(name()).add(name());
      case 19 -> schema.putObject("dependentSchemas").set(name(), part(depth));
      case 20 -> schema.set("propertyNames", part(depth));
      case 21, 22, 23 -> {
        ObjectNode properties = schema.putObject("properties");
        properties.set(name(), part(depth));
        properties.set(name(), part(depth));
      }
      case 24 -> schema.putObject("patternProperties").set(pick("^a", "b$"), part(depth));
      case 25 -> schema.set("additionalProperties", part(depth));
      case 26, 27, 28 -> {
        ArrayNode parts = schema.putArray(pick("allOf", "anyOf", "oneOf"));
        parts.add(part(depth)).add(part(depth));
      }
      case 29 -> schema.set("not", part(depth));
      case 30 -> {
        schema.set("if", part(depth));
        schema.set(pick("then", "else"), part(depth));
      }
      case 31 -> schema.set("unevaluatedProperties", part(depth));
      case 32 -> schema.set("unevaluatedItems", part(depth));
      default -> schema.put("$ref", "#/$defs/d" + chance.nextInt(3));
    }
  }

  private JsonNode value(int depth) {
    int kind = chance.nextInt(depth > 0 ? 12 : 5);
    return switch (kind) {
      case 0 -> JSON.nullNode();
      case 1 -> JSON.booleanNode(chance.nextBoolean());
      case 2 -> JSON.numberNode(chance.nextInt(5));
      case 3 -> JSON.numberNode(chance.nextInt(10) / 2.0);
      case 4 -> JSON.textNode(pick("", "a", "ab", "bab", "c"));
      case 5, 6, 7 -> {
        ArrayNode items = JSON.arrayNode();
        for (int i = chance.nextInt(4); i > 0; i--) {
          items.add(value(depth - 1));
        }
        yield items;
      }
      default -> {
        ObjectNode fields = JSON.objectNode();
        for (int i = chance.nextInt(4); i > 0; i--) {
          fields.set(name(), value(depth - 1));
        }
        yield fields;
      }
    };
  }

  private String name() {
    return NAMES.get(chance.nextInt(NAMES.size()));
  }

  private String pick(String... words) {
    return words[chance.nextInt(words.length)];
  }
}
