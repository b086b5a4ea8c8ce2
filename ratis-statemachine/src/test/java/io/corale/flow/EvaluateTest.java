package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@code evaluate}: what counts as an expression. */
class EvaluateTest {
  private static final String SET =
      "do: [{a: {set: {x: .n, y: 'two words', z: '${ .n }', f: 'error'}}}]";

  @Test
  void strictEvaluatesWhatStandsInBrackets() {
    String expected = "{\"f\":\"error\",\"x\":\".n\",\"y\":\"two words\",\"z\":1}";

    assertThat(Stage.echoing(Plays.pure(SET)).play("{\"n\":1}").outputJson()).isEqualTo(expected);
    assertThat(
            Stage.echoing(Plays.pure("evaluate: {mode: strict, language: jq}\n" + SET))
                .play("{\"n\":1}")
                .outputJson())
        .isEqualTo(expected);
  }

  @Test
  void looseEvaluatesWhatItCanAndKeepsTheRest() {
    Stage stage = Stage.echoing(Plays.pure("evaluate: {mode: loose}\n" + SET)).play("{\"n\":1}");

    assertThat(stage.outputJson())
        .isEqualTo("{\"f\":\"error\",\"x\":1,\"y\":\"two words\",\"z\":1}");
  }

  /** Its text would be wrong data without a word. */
  @Test
  void looseDoesNotKeepWhatOnlyItsBudgetStops() {
    Stage stage =
        Stage.echoing(
                Plays.pure(
                    """
                    evaluate: {mode: loose}
                    do: [{a: {set: {x: 'last(range(2000000))'}}}]
                    """))
            .play("{}");

    assertThat(stage.fault().type()).endsWith("/expression");
    assertThat(stage.fault().detail()).contains("needs more than its budget");
  }

  @Test
  void looseDoesNotEvaluateData() {
    Stage stage =
        Stage.echoing(
                Plays.pure(
                    "evaluate: {mode: loose}\ndo: [{a: {set: {x: .n}}}, {b: {set: {y: .x}}}]"))
            .play("{\"n\":\".n\"}");

    assertThat(stage.outputJson()).isEqualTo("{\"y\":\".n\"}");
  }
}
