package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where values are checked against the schemas of a composition. */
class SchemaTest {
  private static final String NUMBER = "schema: {format: json, document: {type: number}}";
  private static final String HEAD =
      "document: {dsl: '1.0.3', namespace: test, name: play, version: 1.0.0}\n";

  private static Compilation compile(String body) {
    return Compiler.compile(HEAD + body);
  }

  private static Stage play(String body, String input) {
    Compilation compilation = compile(body);
    assertThat(compilation).isInstanceOf(Compilation.Compiled.class);
    return Stage.echoing(((Compilation.Compiled) compilation).composition()).play(input);
  }

  private static void assertRefused(Stage stage, String place) {
    assertThat(stage.fault().type()).endsWith("/validation");
    assertThat(stage.fault().detail()).contains("number");
    assertThat(stage.fault().instance()).isEqualTo(place);
  }

  @Test
  void theRawInputIsChecked() {
    String whole = "input: {from: .n, " + NUMBER + "}\ndo: [{a: {set: '${ . }'}}]";
    String task = "do: [{a: {input: {from: '${ {x: .} }', " + NUMBER + "}, set: '${ .x }'}}]";

    assertRefused(play(whole, "{\"n\":1}"), "/input/schema");
    assertRefused(play(task, "{}"), "/do/0/a/input/schema");
    assertThat(play(task, "5").outputJson()).isEqualTo("5");
  }

  @Test
  void theTransformedOutputIsChecked() {
    String task = "do: [{a: {set: {n: '${ . }'}, output: {as: .n, " + NUMBER + "}}}]";
    String whole = "output: {" + NUMBER + "}\ndo: [{a: {set: {n: '${ . }'}}}]";

    assertThat(play(task, "5").outputJson()).isEqualTo("5");
    assertRefused(play(task, "{}"), "/do/0/a/output/schema");
    assertRefused(play(whole, "5"), "/output/schema");
  }

  @Test
  void theNewContextIsChecked() {
    String task = "do: [{a: {set: {n: '${ . }'}, export: {as: .n, " + NUMBER + "}}}]";

    assertThat(play(task, "5").outputJson()).isEqualTo("{\"n\":5}");
    assertRefused(play(task, "{}"), "/do/0/a/export/schema");
  }

  @Test
  void aViolationIsAnErrorThatCanBeCaught() {
    Stage stage =
        play(
            "do: [{t: {try: [{a: {input: {"
                + NUMBER
                + "}, set: {x: 1}}}], catch: {do: [{h: {set: '${ $error.detail }'}}]}}}]",
            "{}");

    assertThat(stage.outputJson()).contains("number");
  }

  @Test
  void aBrokenSchemaIsABrokenComposition() {
    String source =
        "do: [{a: {input: {schema: {format: json, document: {type: nummer}}}, set: {x: 1}}}]";

    assertThat(compile(source).toString())
        .contains("task 'a'.input.schema.document is no schema: at");
    assertThat(compile(source.replace("json", "avro")).toString())
        .contains("task 'a'.input.schema.format 'avro' is not supported");
  }
}
