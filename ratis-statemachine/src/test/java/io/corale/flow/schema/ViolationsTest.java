package io.corale.flow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a value is said with its place, the keyword, what was found and expected. */
class ViolationsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          false                                  | 1             | at '': 1 is not allowed (false)
          {"type": "object"}                     | "x"           | at '': expected object, found string (type)
          {"type": ["string", "null"]}           | 1.0           | at '': expected string or null, found integer (type)
          {"const": 1}                           | 2             | at '': expected 1, found 2 (const)
          {"enum": ["a", {}]}                    | [1]           | at '': expected "a", an object, found an array (enum)
          {"minimum": 5}                         | 3             | at '': 3 is less than 5 (minimum)
          {"exclusiveMinimum": 5}                | 5             | at '': 5 is not more than 5 (exclusiveMinimum)
          {"maximum": 5}                         | 5.5           | at '': 5.5 is more than 5 (maximum)
          {"exclusiveMaximum": 5}                | 5             | at '': 5 is not less than 5 (exclusiveMaximum)
          {"multipleOf": 3}                      | 5             | at '': 5 is not a multiple of 3 (multipleOf)
          {"minLength": 3}                       | "x"           | at '': 1 characters are fewer than 3 (minLength)
          {"maxLength": 0}                       | "x"           | at '': 1 characters are more than 0 (maxLength)
          {"pattern": "^a"}                      | "x"           | at '': "x" does not match ^a (pattern)
          {"items": {"minimum": 2}}              | [2, 1]        | at '/1': 1 is less than 2 (minimum)
          {"prefixItems": [{"type": "null"}]}    | [1]           | at '/0': expected null, found integer (type)
          {"prefixItems": [true], "items": false}| [1, 2]        | at '/1': 2 is not allowed (items)
          {"minItems": 1}                        | []            | at '': 0 items are fewer than 1 (minItems)
          {"maxItems": 1}                        | [1, 2]        | at '': 2 items are more than 1 (maxItems)
          {"uniqueItems": true}                  | [1, 2, 1]     | at '': item 2 equals an earlier one (uniqueItems)
          {"contains": {"const": 1}}             | [2]           | at '': 0 matching items are fewer than 1 (contains)
          {"contains": true, "minContains": 2}   | [2]           | at '': 1 matching items are fewer than 2 (minContains)
          {"contains": true, "maxContains": 1}   | [2, 3]        | at '': 2 matching items are more than 1 (maxContains)
          {"properties": {"a/b": {"type": "null"}}} | {"a/b": 1} | at '/a~1b': expected null, found integer (type)
          {"properties": {"a": false}}           | {"a": "x"}    | at '/a': "x" is not allowed (properties)
          {"patternProperties": {"^a": false}}   | {"ab": 1}     | at '/ab': 1 is not allowed (patternProperties)
          {"additionalProperties": false}        | {"a": 1}      | at '/a': 1 is not allowed (additionalProperties)
          {"propertyNames": {"maxLength": 1}}    | {"ab": 1}     | at '/ab': 2 characters are more than 1 (maxLength)
          {"required": ["a"]}                    | {"b": 1}      | at '': property 'a' is missing (required)
          {"dependentRequired": {"b": ["a"]}}    | {"b": 1}      | at '': property 'a' is missing (dependentRequired)
          {"dependentSchemas": {"b": false}}     | {"b": 1}      | at '': an object is not allowed (dependentSchemas)
          {"minProperties": 2}                   | {"b": 1}      | at '': 1 properties are fewer than 2 (minProperties)
          {"maxProperties": 0}                   | {"b": 1}      | at '': 1 properties are more than 0 (maxProperties)
          {"allOf": [{"type": "null"}]}          | 1             | at '': expected null, found integer (type)
          {"anyOf": [false, {"type": "null"}]}   | 1             | at '': 1 meets none of 2 schemas (anyOf)
          {"oneOf": [true, {"type": "integer"}]} | 1             | at '': 1 meets 2 of 2 schemas, expected one (oneOf)
          {"oneOf": [false]}                     | 1             | at '': 1 meets none of 1 schemas, expected one (oneOf)
          {"not": {}}                            | 1             | at '': 1 meets the schema that it must not meet (not)
          {"if": true, "then": {"minimum": 2}}   | 1             | at '': 1 is less than 2 (minimum)
          {"if": false, "else": false}           | 1             | at '': 1 is not allowed (else)
          {"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}} | 1 | at '': expected null, found integer (type)
          {"unevaluatedProperties": false}       | {"a": 1}      | at '/a': 1 is not allowed (unevaluatedProperties)
          {"unevaluatedItems": false}            | [1]           | at '/0': 1 is not allowed (unevaluatedItems)
          """)
  void saysWhereAndWhy(String schema, String value, String violation) {
    assertThat(Schemas.compiled(schema).violations(Schemas.json(value))).containsExactly(violation);
  }

  @Test
  void namesTheInnermostPlaces() {
    JsonSchema schema =
        Schemas.compiled(
            """
            {"properties": {
              "lines": {"items": {"required": ["sku"], "properties": {"count": {"minimum": 1}}}},
              "id": {"type": "string"}}}
            """);

    JsonNode value = Schemas.json("{\"id\": 7, \"lines\": [{\"sku\": \"a\"}, {\"count\": 0}]}");

    assertThat(schema.violations(value))
        .containsExactly(
            "at '/id': expected string, found integer (type)",
            "at '/lines/1': property 'sku' is missing (required)",
            "at '/lines/1/count': 0 is less than 1 (minimum)");
  }

  @Test
  void stopsAfterTen() {
    ArrayNode many = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < 1000; i++) {
      many.add(i);
    }

    List<String> violations =
        Schemas.compiled("{\"items\": {\"type\": \"string\"}}").violations(many);

    assertThat(violations).hasSize(Check.MAX_VIOLATIONS);
    assertThat(violations.get(9)).isEqualTo("at '/9': expected string, found integer (type)");
  }

  @Test
  void keepsTheTextsShort() {
    String name = "n".repeat(30_000);
    JsonNode value = Schemas.json("{\"" + name + "\": \"" + name + "\"}");

    List<String> violations =
        Schemas.compiled("{\"additionalProperties\": {\"pattern\": \"^[^n]\"}}").violations(value);

    assertThat(violations).hasSize(1);
    assertThat(violations.get(0)).hasSizeLessThan(400).contains("nnn...").contains("(pattern)");
  }

  @Test
  void takesInfinityForTheStringThatItBecomes() {
    JsonNode infinite = DoubleNode.valueOf(Double.POSITIVE_INFINITY);

    assertThat(Schemas.compiled("{\"type\": \"number\"}").violations(infinite)).hasSize(1);
    assertThat(Schemas.compiled("{\"type\": \"string\"}").violations(infinite)).isEmpty();
  }

  @Test
  void answersTheSameInTheSameOrderWhateverTheOrderOfTheSchema() {
    JsonNode value = Schemas.json("{\"a\": 1, \"b\": 2}");
    String one = "{\"required\": [\"c\"], \"properties\": {\"b\": false, \"a\": false}}";
    String other = "{\"properties\": {\"a\": false, \"b\": false}, \"required\": [\"c\"]}";

    assertThat(Schemas.compiled(one).violations(value))
        .isEqualTo(Schemas.compiled(other).violations(value))
        .hasSize(3);
  }
}
