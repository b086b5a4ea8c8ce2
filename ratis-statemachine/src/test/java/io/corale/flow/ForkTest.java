package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.scheduler.Transition.Step;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForkTest {
  private static Stage racing(String branches) {
    return Plays.with(
            Plays.calling(
                "do: [{r: {fork: {compete: true, branches: ["
                    + branches
                    + "]}, output: {as: '${ {won: .} }'}}}]"),
            call -> Plays.success("\"" + call.function() + "\""))
        .taking(call -> call.function().equals("f") ? 2_000_000 : 1_000_000)
        .play("{}");
  }

  @Test
  void theFirstOfCompetingBranchesWinsAndEndsTheOthers() {
    Stage stage = racing("{slow: {do: [{a: {call: f}}, {b: {call: f}}]}}, {fast: {call: g}}");

    assertThat(stage.outputJson()).isEqualTo("{\"won\":\"g\"}");
    assertThat(stage.ageMicros()).isEqualTo(1_000_000);
    assertThat(stage.calls).hasSize(2);
  }

  @Test
  void aCompetingBranchThatNeedNotWaitWinsBeforeAnythingBegins() {
    Stage stage = racing("{slow: {call: f}}, {now: {set: '${ 7 }'}}");

    assertThat(stage.outputJson()).isEqualTo("{\"won\":7}");
    assertThat(stage.calls).isEmpty();
    assertThat(stage.evaluations).isEqualTo(1);
  }

  @Test
  void aRaceAgainstTheClock() {
    Stage stage =
        racing("{work: {call: f}}, {clock: {do: [{w: {wait: PT1S}}, {s: {set: {late: true}}}]}}");

    assertThat(stage.outputJson()).isEqualTo("{\"won\":{\"late\":true}}");
  }

  @Test
  void aBranchThatFailsFailsTheRace() {
    Stage stage =
        Plays.with(
                Plays.calling(
                    "do: [{r: {fork: {compete: true, branches: [{a: {call: f}}, {b: {call:"
                        + " g}}]}}}]"),
                call -> call.function().equals("f") ? Plays.failure("no") : Plays.success("1"))
            .taking(call -> call.function().equals("f") ? 1 : 1_000)
            .play("{}");

    assertThat(stage.fault().instance()).isEqualTo("/do/0/r/fork/branches/0/a");
  }

  @Test
  void ranksOfARaceCountItsShortestBranch() {
    Composition composition =
        Plays.calling(
            "do: [{r: {fork: {compete: true, branches: [{a: {call: f}}, {b: {call: g}}]}}}]");

    assertThat(Ranks.whole(composition, Stage.ALL)).isEqualTo(2_000_000);
  }

  @Test
  void endInsideOfAForkEndsTheInvocation() {
    Stage stage =
        Plays.with(
                Plays.calling(
                    """
                    input: {from: .in}
                    output: {as: '${ {out: ., of: $input, id: $workflow.id, raw: $workflow.input} }'}
                    do:
                      - both:
                          fork:
                            branches:
                              - early: {do: [{a: {call: g}}, {stop: {set: {by: early}, then: end}}]}
                              - late: {do: [{b: {call: f}}, {c: {call: f}}]}
                      - never: {set: {by: never}}
                    """),
                call -> Plays.success("{}"))
            .taking(call -> call.function().equals("f") ? 2_000_000 : 1_000_000)
            .play("{\"in\":5}");

    assertThat(stage.outputJson())
        .isEqualTo("{\"out\":{\"by\":\"early\"},\"of\":5,\"id\":\"i\",\"raw\":{\"in\":5}}");
    assertThat(stage.ageMicros()).isEqualTo(1_000_000);
  }

  @Test
  void endAtOnceInsideOfAForkBeginsNothing() {
    Stage stage =
        Stage.echoing(
                Plays.calling(
                    "do: [{f: {fork: {branches: [{a: {call: f}}, {b: {set: {x: 1}, then: end}}]}}},"
                        + " {n: {set: {x: 2}}}]"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("{\"x\":1}");
    assertThat(stage.evaluations).isEqualTo(1);
  }

  private static String wide(int branches, String task) {
    return IntStream.range(0, branches)
        .mapToObj(i -> "{b" + i + ": " + task.replace("#", Integer.toString(i)) + "}")
        .collect(
            Collectors.joining(", ", "do: [{w: {fork: {branches: [", "]}, output: {as: add}}}]"));
  }

  @Test
  void aForkOfAThousandBranchesBeginsEachByItself() {
    Stage stage =
        Stage.echoing(Plays.calling(wide(1_000, "{call: f, with: {n: #}, output: {as: .n}}")))
            .withoutInvariants()
            .taking(call -> 1_000_000)
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("499500");
    assertThat(stage.calls).hasSize(1_000);
    assertThat(stage.mostInFlight).isEqualTo(1_000);
    assertThat(stage.transitions.get(0).steps())
        .filteredOn(Step.Spread.class::isInstance)
        .hasSize(1);
    assertThat(stage.ageMicros()).isEqualTo(1_000_000);
    System.out.println(stage.cost("fork of 1,000 branches"));
  }

  @Test
  void aThousandBranchesWithoutAWaitingPointOpenNothing() {
    Stage stage = Stage.echoing(Plays.pure(wide(1_000, "{set: '${ # }'}"))).play("{}");

    assertThat(stage.outputJson()).isEqualTo("499500");
    assertThat(stage.opened).isZero();
  }

  /** That a log entry is full is nothing that a branch could catch. */
  @Test
  void aWideForkOfTriesCallsAll() {
    Stage stage =
        Stage.echoing(
                Plays.calling(
                    wide(
                        300,
                        "{try: [{c: {call: f, with: {n: #}}}], catch: {do: [{h: {set: {n:"
                            + " -1000}}}]}, output: {as: .n}}")))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("44850");
    assertThat(stage.calls).hasSize(300);
  }

  @Test
  void aWideRaceHasOneWinner() {
    String body =
        wide(300, "{call: f, with: {n: #}}")
            .replace("fork: {", "fork: {compete: true, ")
            .replace("as: add", "as: .n");
    Stage stage =
        Stage.echoing(Plays.calling(body))
            .taking(call -> call.arguments().json().equals("{\"n\":217}") ? 1_000 : 2_000)
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("217");
  }

  /** Whether the branch waited before makes no difference. */
  @ParameterizedTest
  @ValueSource(strings = {"{w: {wait: PT1S}}", "{w: {wait: PT0S}}"})
  void nothingCatchesTheRefusedOutputOfTheComposition(String before) {
    Stage stage =
        Stage.echoing(
                Plays.pure(
                    "output: {schema: {document: {type: string}}}\n"
                        + "do: [{t: {try: [{k: {fork: {branches: [{a: {do: ["
                        + before
                        + ", {e: {set: '${ 1 }', then: end}}]}}, {b: {wait: PT9S}}]}}}], catch:"
                        + " {do: [{h: {set: '${ \"caught\" }'}}]}}}]"))
            .play("0");

    assertThat(stage.fault().instance()).isEqualTo("/output/schema");
  }

  /**
   * However many branches fit before the entry is full, none takes that for an error of its own.
   */
  @Test
  void noBranchCatchesThatTheEntryIsFull() {
    String branch =
        ": {try: [{q: {try: [{r: {set: '${ error(\"r\") }'}}], catch: {retry: {delay: PT1S, limit:"
            + " {attempt: {count: 1}}}}}}], catch: {do: [{h: {set: '${ $error.type[-10:] }'}}]}}}";
    for (int pad = 1_000; pad < 1_200; pad += 7) {
      StringBuilder branches = new StringBuilder();
      for (int i = 0; i < 32; i++) {
        branches.append(i == 0 ? "{b" : ", {b").append(i).append(branch);
      }
      Stage stage =
          Stage.echoing(
                  Plays.pure(
                      "do: [{k: {fork: {branches: [" + branches + "]}, output: {as: unique}}}]"))
              .play("\"" + "p".repeat(pad) + "\"");

      assertThat(stage.outputJson()).as("pad " + pad).isEqualTo("[\"expression\"]");
    }
  }
}
