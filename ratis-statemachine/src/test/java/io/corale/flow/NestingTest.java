package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks nest 64 deep, whatever they are made of, and no deeper. */
class NestingTest {
  private static final String CALL = "{call: f, with: {x: '${ .x }'}}";

  private static String nested(int depth, String around) {
    String task = CALL;
    for (int level = 1; level < depth; level++) {
      task = around.replace("#", "[{t" + level + ": " + task + "}]");
    }
    return "do: [{t: " + task + "}]";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{do: #}",
        "{try: #, catch: {}}",
        "{try: [{no: {raise: {error: {type: x, status: 400}}}}], catch: {do: #}}",
        "{for: {in: '[1]'}, do: #}",
        "{fork: {branches: #}, output: {as: '.[0]'}}",
        "{for: {in: '[1]'}, metadata: {parallelism: 2}, do: #, output: {as: '.[0]'}}",
        "{timeout: {after: PT1H}, do: #}",
      })
  void sixtyFourLevelsWork(String around) {
    Stage stage =
        Stage.echoing(Plays.calling(nested(TaskReader.MAX_DEPTH, around))).play("{\"x\":1}");

    assertThat(stage.outputJson()).isEqualTo("{\"x\":1}");
    System.out.println(stage.cost("64 deep in " + around));
  }

  @Test
  void oneMoreIsRefused() {
    Compilation compilation =
        Compiler.compile(
            "document: {dsl: '1.0.3', namespace: test, name: deep, version: 1.0.0}\n"
                + nested(TaskReader.MAX_DEPTH + 1, "{do: #}").replace(CALL, "{set: {x: 1}}"));

    assertThat(((Compilation.Broken) compilation).diagnostics())
        .singleElement()
        .satisfies(
            only -> assertThat(only.message()).contains("tasks are nested deeper than 64 levels"));
  }

  @Test
  void timersOfOneBranchAreBounded() {
    String around =
        "{timeout: {after: PT1H}, try: #, catch: {retry: {limit: {attempt: {duration: PT1M}}}}}";

    assertThat(Stage.echoing(Plays.calling(nested(30, around))).play("{\"x\":1}").outputJson())
        .isEqualTo("{\"x\":1}");
    assertThat(
            Compiler.compile(
                    "document: {dsl: '1.0.3', namespace: test, name: deep, version: 1.0.0}\n"
                        + nested(40, around).replace(CALL, "{set: {x: 1}}"))
                .toString())
        .contains("more than 64 limits of time");
  }
}
