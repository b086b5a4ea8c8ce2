package io.corale.flow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whoever writes the schema and the value, the answer comes soon, small and as a value. The timeout
 * stands for "ever": without the bound that a test is about, it takes minutes or all memory.
 */
@Timeout(20)
class HostileSchemasTest {
  private static final String TOO_MUCH =
      "checking it takes more than " + Check.MAX_STEPS + " steps";

  private static String defs(int count, IntFunction<String> each, String last) {
    StringBuilder text = new StringBuilder("{\"$ref\": \"#/$defs/d0\", \"$defs\": {");
    for (int i = 0; i < count; i++) {
      text.append("\"d").append(i).append("\": ").append(each.apply(i + 1)).append(", ");
    }
    return text.append("\"d").append(count).append("\": ").append(last).append("}}").toString();
  }

  private static String ref(int to) {
    return "{\"$ref\": \"#/$defs/d" + to + "\"}";
  }

  @ParameterizedTest
  @ValueSource(strings = {"allOf", "anyOf", "oneOf"})
  void doublingReferencesRunOutOfSteps(String keyword) {
    String schema =
        defs(40, i -> "{\"" + keyword + "\": [" + ref(i) + "," + ref(i) + "]}", "{\"const\": 1}");

    List<String> violations = Schemas.compiled(schema).violations(TextNode.valueOf("x"));

    assertThat(violations).isNotEmpty();
    assertThat(violations.get(violations.size() - 1))
        .satisfiesAnyOf(
            last -> assertThat(last).endsWith(TOO_MUCH),
            last -> assertThat(last).endsWith("(const)"));
  }

  @Test
  void doublingReferencesThatHoldRunOutOfStepsToo() {
    String schema = defs(40, i -> "{\"allOf\": [" + ref(i) + "," + ref(i) + "]}", "true");

    assertThat(Schemas.compiled(schema).violations(TextNode.valueOf("x")))
        .containsExactly("at '': " + TOO_MUCH);
  }

  @Test
  void deepValuesUnderManySchemasAreNotChecked() {
    // Twenty references for each level of the value.
    String schema = defs(20, HostileSchemasTest::ref, "{\"items\": {\"$ref\": \"#/$defs/d0\"}}");
    JsonNode value = TextNode.valueOf("x");
    for (int i = 0; i < 200; i++) {
      value = JsonNodeFactory.instance.arrayNode().add(value);
    }

    assertThat(Schemas.compiled(schema).violations(value))
        .hasSize(1)
        .allMatch(text -> text.contains("is nested too deeply to be checked"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"patternProperties\": {\"a\": {\"allOf\": [{\"if\": true, \"then\": {\"$ref\":"
            + " \"#\"}}]}}}",
        "{\"unevaluatedProperties\": {\"oneOf\": [{\"$ref\": \"#\"}, false]}}",
        "{\"enum\": [1]}"
      })
  void theDeepestCheckFitsIntoASmallStack(String schema) throws InterruptedException {
    JsonNode value = TextNode.valueOf("x");
    for (int i = 0; i < 10_000; i++) {
      ObjectNode around = JsonNodeFactory.instance.objectNode();
      around.set("a", value);
      value = around;
    }
    JsonNode deep = value;
    JsonSchema compiled = Schemas.compiled(schema);
    StringBuilder said = new StringBuilder();

    Thread small =
        new Thread(null, () -> said.append(compiled.violations(deep)), "small", 512 * 1024);
    small.start();
    small.join();

    assertThat(said.toString()).contains("is nested too deeply to be checked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"^(a+)+$", "(a|a)*b", "(.*)*=.*", "((((a*)*)*)*)*b", "(a?){500}a{500}b"})
  void patternsDoNotBacktrack(String pattern) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("pattern", pattern);

    assertThat(Schemas.compiled(schema).violations(TextNode.valueOf("a".repeat(10_000) + "!")))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pattern", "patternProperties"})
  void patternsDoNotGrow(String keyword) {
    String bomb = "((a{1000}){1000}){1000}";
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    schema.set(
        keyword,
        keyword.equals("pattern")
            ? TextNode.valueOf(bomb)
            : JsonNodeFactory.instance.objectNode().put(bomb, true));

    assertThat(JsonSchema.compile(schema)).isInstanceOf(Reading.Broken.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^\\\\d{4}-\\\\d{2}-\\\\d{2}T\\\\d{2}:\\\\d{2}:\\\\d{2}(\\\\.\\\\d{1,9})?Z$",
        "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        "^[^@\\\\s]{1,64}@([a-z0-9-]{1,63}\\\\.){1,8}[a-z]{2,63}$",
        "^\\\\p{L}[\\\\p{L}\\\\p{N} '{}()-]{0,199}$"
      })
  void patternsOfEverydayAreFine(String pattern) {
    Schemas.compiled("{\"pattern\": \"" + pattern + "\"}");
  }

  @Test
  void hugeNumbersAreComparedWithoutWritingThemOut() {
    JsonNode huge = DecimalNode.valueOf(new BigDecimal("1e999999999"));
    JsonNode tiny = DecimalNode.valueOf(new BigDecimal("1e-999999999"));
    JsonSchema schema =
        Schemas.compiled(
            """
            {"items": {"type": "integer", "enum": [1, 1e999999999], "minimum": 2, "multipleOf": 3},
             "uniqueItems": true}
            """);
    ArrayNode value = JsonNodeFactory.instance.arrayNode().add(huge).add(tiny);

    assertThat(schema.violations(value))
        .containsExactly(
            "at '/0': 1E+999999999 is not a multiple of 3 (multipleOf)",
            "at '/1': expected integer, found number (type)",
            "at '/1': expected 1, 1E+999999999, found 1E-999999999 (enum)",
            "at '/1': 1E-999999999 is less than 2 (minimum)",
            "at '/1': 1E-999999999 is not a multiple of 3 (multipleOf)");
  }

  @Test
  void deepSchemasAreRefused() {
    JsonNode schema = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < 100_000; i++) {
      ObjectNode around = JsonNodeFactory.instance.objectNode();
      around.set("not", schema);
      schema = around;
    }

    assertThat(JsonSchema.compile(schema)).isInstanceOf(Reading.Broken.class);
  }

  @Test
  void largeSchemasAreRefused() {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    ArrayNode values = schema.putArray("enum");
    for (int i = 0; i <= SchemaReader.MAX_VALUES; i++) {
      values.add(i);
    }

    assertThat(JsonSchema.compile(schema)).isInstanceOf(Reading.Broken.class);
    assertThat(
            JsonSchema.compile(
                JsonNodeFactory.instance
                    .objectNode()
                    .put("title", "x".repeat(SchemaReader.MAX_CHARS))))
        .isInstanceOf(Reading.Broken.class);
  }

  @Test
  void manyProblemsAreCut() {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    ObjectNode properties = schema.putObject("properties");
    for (int i = 0; i < 1000; i++) {
      properties.put("p" + i, i);
    }

    assertThat(((Reading.Broken) JsonSchema.compile(schema)).problems())
        .hasSize(SchemaReader.MAX_PROBLEMS);
  }

  @Test
  void manyFieldsThatNobodyLookedAtAreFoundInTime() {
    ObjectNode value = JsonNodeFactory.instance.objectNode();
    StringBuilder all = new StringBuilder("{\"unevaluatedProperties\": false, \"allOf\": [true");
    for (int i = 0; i < 2000; i++) {
      value.put("f" + i, i);
      all.append(", {\"properties\": {\"f").append(i).append("\": true}}");
    }

    List<String> violations = Schemas.compiled(all.append("]}").toString()).violations(value);

    assertThat(violations).hasSize(1).allMatch(text -> text.endsWith(TOO_MUCH));
  }

  @Test
  void manyPatternsOnManyNamesAreFoundInTime() {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    ObjectNode patterns = schema.putObject("patternProperties");
    ObjectNode value = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < 2000; i++) {
      patterns.put("(a|b|c)*" + i + "$", true);
      value.put("abcabcabc" + i, i);
    }

    assertThat(Schemas.compiled(schema).violations(value))
        .hasSize(1)
        .allMatch(text -> text.endsWith(TOO_MUCH));
  }
}
