package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.scheduler.Transition.Step;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          `PT5S`                                  | 5000000
          `P1W`                                   | 604800000000
          `P1DT1S`                                | 86401000000
          `{minutes: 1, milliseconds: 500}`       | 60500000
          `'${ .iso }'`                           | 7000000
          `'${ {seconds: .n} }'`                  | 3000000
          """)
  void waitsAsLongAsItSays(String duration, long micros) {
    Stage stage =
        Stage.echoing(Plays.pure("do: [{w: {wait: " + duration + "}}, {a: {set: {n: '${ .n }'}}}]"))
            .play("{\"iso\":\"PT7S\",\"n\":3}");

    assertThat(stage.ageMicros()).isEqualTo(micros);
    assertThat(stage.outputJson()).isEqualTo("{\"n\":3}");
    assertThat(stage.evaluations).isEqualTo(2);
  }

  @Test
  void aWaitOfNothingIsNoWaitingPoint() {
    assertThat(Stage.echoing(Plays.pure("do: [{w: {wait: PT0S}}]")).play("1").evaluations)
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"5s\"",
        "\"P1Y\"",
        "\"-PT1S\"",
        "-1",
        "{}",
        "{\"seconds\":-1}",
        "null",
        "[]",
        "[\"PT5S\"]"
      })
  void whatIsNoDurationIsAnErrorOfTheWait(String value) {
    Stage stage =
        Stage.echoing(Plays.pure("do: [{w: {wait: '${ .d }'}}]")).play("{\"d\":" + value + "}");

    assertThat(stage.fault().type()).endsWith("/expression");
    assertThat(stage.fault().detail()).contains("must give a duration");
    assertThat(stage.fault().instance()).isEqualTo("/do/0/w");
  }

  @Test
  void branchesWaitSideBySide() {
    Stage stage =
        Stage.echoing(
                Plays.pure(
                    "do: [{f: {fork: {branches: [{a: {wait: PT5S}}, {b: {wait: PT3S}}, {c: {set:"
                        + " '${ 1 }'}}]}}}]"))
            .play("0");

    assertThat(stage.ageMicros()).isEqualTo(5_000_000);
    assertThat(stage.outputJson()).isEqualTo("[0,0,1]");
  }

  private static Stage slow(String body) {
    return Plays.with(Plays.calling(body), call -> Plays.success("{\"r\":1}"))
        .taking(call -> 4_000_000)
        .play("{}");
  }

  @Test
  void aTaskThatTakesTooLongFailsWith408() {
    Stage stage = slow("do: [{a: {call: f, timeout: {after: PT1S}}}, {b: {set: {x: 1}}}]");

    assertThat(stage.fault().type()).endsWith("/timeout");
    assertThat(stage.fault().status()).isEqualTo(408);
    assertThat(stage.fault().instance()).isEqualTo("/do/0/a");
    assertThat(stage.ageMicros()).isEqualTo(1_000_000);
  }

  @Test
  void theTimeoutOfACompositionMayLookAtItsRawInput() {
    Stage stage =
        Stage.echoing(
                Plays.pure(
                    """
                    input: {from: '${ {} }'}
                    timeout: {after: '${ $workflow.input.limit }'}
                    do: [{w: {wait: PT1H}}]
                    """))
            .play("{\"limit\":\"PT5S\"}");

    assertThat(stage.fault().status()).isEqualTo(408);
    assertThat(stage.ageMicros()).isEqualTo(5_000_000);
  }

  @Test
  void aTimeoutIsCaughtAroundItsTaskAndNotInside() {
    Stage stage =
        slow(
            """
            do:
              - out:
                  try:
                    - in:
                        timeout: {after: PT1S}
                        try: [{a: {call: f}}]
                        catch: {do: [{no: {set: {by: inside}}}]}
                  catch: {do: [{yes: {set: {by: outside, at: '${ $error.instance }'}}}]}
            """);

    assertThat(stage.outputJson()).isEqualTo("{\"at\":\"/do/0/out/try/0/in\",\"by\":\"outside\"}");
  }

  @Test
  void aTimeoutEndsTheBranchesOfAFork() {
    Stage stage =
        slow(
            """
            do:
              - t:
                  try:
                    - both:
                        timeout: {after: PT2S}
                        fork: {branches: [{a: {call: f}}, {b: {do: [{c: {call: g}}, {d: {call: g}}]}}]}
                  catch: {do: [{h: {set: {late: true}}}]}
            """);

    assertThat(stage.outputJson()).isEqualTo("{\"late\":true}");
    assertThat(stage.calls).hasSize(2);
  }

  @Test
  void aTaskThatEndsInTimeCallsItsTimerOff() {
    Stage stage =
        slow(
            "do: [{a: {timeout: {after: PT9S}, do: [{b: {call: f}}, {c: {call: f}}]}}, {d: {call:"
                + " f}}]");

    assertThat(stage.outputJson()).isEqualTo("{\"r\":1}");
    List<Step> timers =
        stage.transitions.stream()
            .flatMap(t -> t.steps().stream())
            .filter(s -> s instanceof Step.Arm || s instanceof Step.Disarm)
            .toList();
    assertThat(timers).containsExactly(new Step.Arm(0, 4, 9_000_000), new Step.Disarm(0, 4));
  }

  @Test
  void aTimeoutRunsOnThroughAllThatItsTaskWaitsFor() {
    Stage stage =
        slow(
            "do: [{a: {timeout: {after: PT9S}, do: [{b: {call: f}}, {c: {call: f}}, {d: {call:"
                + " f}}]}}]");

    assertThat(stage.fault().instance()).isEqualTo("/do/0/a");
    assertThat(stage.ageMicros()).isEqualTo(9_000_000);
    assertThat(stage.calls).hasSize(3);
  }

  @Test
  void timeoutsHaveNamesAndMayBeComputed() {
    Stage stage =
        Plays.with(
                Stage.compiled(
                    """
                    document: {dsl: '1.0.3', namespace: test, name: play, version: 1.0.0}
                    use:
                      timeouts: {patience: {after: '${ .limit }'}}
                      functions:
                        f: {call: faas, with: {implementations: [{id: one, account: a, timeout: PT5S}]}}
                    do: [{a: {call: f, timeout: patience}}]
                    """),
                call -> Plays.success("1"))
            .taking(call -> 4_000_000)
            .play("{\"limit\":{\"seconds\":2}}");

    assertThat(stage.fault().status()).isEqualTo(408);
    assertThat(stage.ageMicros()).isEqualTo(2_000_000);
  }

  @Test
  void theTimeoutOfTheCompositionFaultsItWhateverCatches() {
    Stage stage =
        slow(
            "timeout: {after: PT6S}\n"
                + "do: [{t: {try: [{a: {call: f}}, {b: {call: f}}], catch: {do: [{h: {set: {x:"
                + " 1}}}]}}}]");

    assertThat(stage.fault().status()).isEqualTo(408);
    assertThat(stage.ageMicros()).isEqualTo(6_000_000);
  }

  @Test
  void aCompositionThatEndsInTimeCompletes() {
    assertThat(slow("timeout: {after: PT6S}\ndo: [{a: {call: f}}]").outputJson())
        .isEqualTo("{\"r\":1}");
  }

  @Test
  void aLoopOfWaitsSetsItsTimerAnew() {
    Stage stage =
        Stage.echoing(
                Plays.pure(
                    "do: [{l: {for: {in: '[1, 2, 3]'}, do: [{w: {wait: '${ {seconds: $item}"
                        + " }'}}]}}]"))
            .play("{}");

    assertThat(stage.ageMicros()).isEqualTo(6_000_000);
  }

  @Test
  void ranksCountLiteralWaits() {
    Composition composition =
        Plays.calling(
            "do: [{a: {call: f}}, {w: {wait: PT1M}}, {t: {try: [{b: {call: g}}], catch: {}}}]");

    assertThat(Ranks.whole(composition, Stage.ALL)).isEqualTo(2_000_000 + 60_000_000 + 10_000_000);
  }
}
