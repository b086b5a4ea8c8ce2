package io.corale.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Problem;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TryTest {
  private static final String RAISE =
      "{no: {raise: {error: {type: 'https://serverlessworkflow.io/spec/1.0.0/errors/validation',"
          + " status: 422, title: Bad, detail: worse}}}}";

  private static Stage play(String body) {
    return Stage.echoing(Plays.calling(body)).play("{\"n\":1}");
  }

  @Test
  void anErrorThatIsCaughtIsBoundAndHandled() {
    Stage stage =
        play("do: [{t: {try: [" + RAISE + "], catch: {do: [{h: {set: '${ $error }'}}]}}}]");

    assertThat(stage.outputJson())
        .isEqualTo(
            "{\"type\":\"https://open-workflow-specification.org/spec/1.0.0/errors/validation\","
                + "\"status\":422,\"title\":\"Bad\",\"detail\":\"worse\","
                + "\"instance\":\"/do/0/t/try/0/no\"}");
  }

  @Test
  void theVariableMayHaveAnotherName() {
    Stage stage =
        play(
            "do: [{t: {try: ["
                + RAISE
                + "], catch: {as: bad, do: [{h: {set: '${ $bad.status }'}}]}}}]");

    assertThat(stage.outputJson()).isEqualTo("422");
  }

  /** Both families of URIs, and those of the conformance kit, name the same kinds. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://serverlessworkflow.io/spec/1.0.0/errors/validation",
        "https://open-workflow-specification.org/spec/1.0.0/errors/validation",
        "https://serverlessworkflow.io/dsl/errors/types/validation",
      })
  void catchesByTypeInEveryFamily(String type) {
    assertThat(caughtBy("errors: {with: {type: '" + type + "'}}")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          `errors: {with: {status: 422}}`                              | true
          `errors: {with: {status: 500}}`                              | false
          `errors: {with: {status: '${ 400 + 22 }'}}`                  | true
          `errors: {with: {title: Bad, detail: worse}}`                | true
          `errors: {with: {title: Bad, details: better}}`              | false
          `errors: {with: {instance: /do/0/t/try/0/no}}`               | true
          `errors: {with: {instance: /do/1/x}}`                        | false
          `errors: {with: {type: 'https://example.com/mine'}}`         | false
          `when: '$error.status == 422'`                               | true
          `when: '.n == 1'`                                            | true
          `when: '${ $error.status == 500 }'`                          | false
          `exceptWhen: '$error.status == 422'`                         | false
          `exceptWhen: '$error.status == 500'`                         | true
          `errors: {with: {status: 422}}, when: '.n == 2'`             | false
          """)
  void catchesWhatItNamesAndNothingElse(String filter, boolean isCaught) {
    assertThat(caughtBy(filter)).isEqualTo(isCaught);
  }

  private static boolean caughtBy(String filter) {
    Stage stage =
        play(
            "do: [{t: {try: ["
                + RAISE
                + "], catch: {"
                + filter
                + ", do: [{h: {set: {ok: true}}}]}}}]");
    assertThat(stage.output.isPresent() || stage.fault().status() == 422).isTrue();
    return stage.output.isPresent();
  }

  @Test
  void anErrorThatIsNotCaughtGoesOnToTheTryAround() {
    Stage stage =
        play(
            "do: [{out: {try: [{in: {try: ["
                + RAISE
                + "], catch: {errors: {with: {status: 500}}}}}], catch: {do: [{h: {set: '${"
                + " $error.instance }'}}]}}}]");

    assertThat(stage.outputJson()).isEqualTo("\"/do/0/out/try/0/in/try/0/no\"");
  }

  @Test
  void anErrorOfTheCatchingTasksIsNotCaughtAgain() {
    Stage stage =
        play(
            "do: [{t: {try: ["
                + RAISE
                + "], catch: {do: [{h: {set: {x: '${ error(\"again\") }'}}}]}}}]");

    assertThat(stage.fault().type()).endsWith("/expression");
    assertThat(stage.fault().instance()).isEqualTo("/do/0/t/catch/do/0/h/set");
  }

  @Test
  void anErrorWithoutCatchingTasksIsForgotten() {
    Stage stage = play("do: [{t: {try: [" + RAISE + "], catch: {}}}, {n: {set: {was: '${ . }'}}}]");

    assertThat(stage.outputJson()).isEqualTo("{\"was\":{\"n\":1}}");
  }

  @Test
  void catchThenLeadsElsewhereThanThen() {
    String body =
        "do: [{t: {try: [%s], then: fine, catch: {then: bad}}}, {fine: {set: {x: fine}, then:"
            + " end}}, {bad: {set: {x: bad}}}]";

    assertThat(play(body.formatted(RAISE)).outputJson()).isEqualTo("{\"x\":\"bad\"}");
    assertThat(play(body.formatted("{ok: {set: {y: 1}}}")).outputJson())
        .isEqualTo("{\"x\":\"fine\"}");
  }

  @Test
  void theTasksAfterTheErrorAreNotRun() {
    Stage stage =
        play(
            "do: [{t: {try: [{a: {call: f}}, {b: {set: '${ error(\"x\") }'}}, {c: {call: f}}],"
                + " catch: {do: [{h: {set: {caught: '${ $error.status }'}}}]}}}]");

    assertThat(stage.outputJson()).isEqualTo("{\"caught\":400}");
    assertThat(stage.calls).hasSize(1);
  }

  @Test
  void aFailedCallIsCaughtAcrossTheLog() {
    Stage stage =
        Plays.with(
                Plays.calling(
                    "do: [{t: {try: [{d: {do: [{a: {call: f}}]}}], catch: {errors: {with: {type:"
                        + " 'https://serverlessworkflow.io/spec/1.0.0/errors/communication'}}, do:"
                        + " [{h: {set: {at: '${ $error.instance }', in: '${ . }'}}}]}}}]"),
                call -> Plays.failure("down"))
            .play("{\"n\":7}");

    assertThat(stage.outputJson())
        .isEqualTo("{\"at\":\"/do/0/t/try/0/d/do/0/a\",\"in\":{\"n\":7}}");
  }

  /** Rule 19: what a failed branch leaves behind is dropped with its calls. */
  @Test
  void anErrorInABranchFailsTheForkAndIsCaughtAroundIt() {
    Stage stage =
        Plays.with(
                Plays.calling(
                    """
                    do:
                      - t:
                          try:
                            - both:
                                fork:
                                  branches:
                                    - bad: {call: f}
                                    - good: {do: [{slow: {call: g}}, {never: {call: g}}]}
                          catch:
                            do: [{h: {set: {at: '${ $error.instance }'}}}]
                    """),
                call -> call.function().equals("f") ? Plays.failure("no") : Plays.success("{}"))
            .taking(call -> call.function().equals("f") ? 1_000 : 1_000_000)
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("{\"at\":\"/do/0/t/try/0/both/fork/branches/0/bad\"}");
    assertThat(stage.calls).hasSize(2);
  }

  @Test
  void anErrorAtOnceInABranchOpensNothing() {
    Stage stage =
        play(
            "do: [{t: {try: [{both: {fork: {branches: [{a: {call: f}}, {b: {set: '${ error(\"x\")"
                + " }'}}]}}}], catch: {do: [{h: {set: {caught: true}}}]}}}]");

    assertThat(stage.outputJson()).isEqualTo("{\"caught\":true}");
    assertThat(stage.calls).isEmpty();
    assertThat(stage.evaluations).isEqualTo(1);
  }

  private static final String RETRYING =
      "do: [{t: {try: [{a: {call: f, with: {n: '${ .n }'}}}], catch: {retry: {%s}%s}}}]";

  private static Stage failing(int times, String retry, String rest) {
    AtomicInteger left = new AtomicInteger(times);
    return Plays.with(
            Plays.calling(RETRYING.formatted(retry, rest)),
            call ->
                left.getAndDecrement() > 0 ? Plays.failure("down") : Plays.success("{\"up\":1}"))
        .play("{\"n\":1}");
  }

  @Test
  void aRetryBeginsAgainAfterItsDelay() {
    Stage stage = failing(2, "delay: PT3S, limit: {attempt: {count: 5}}", "");

    assertThat(stage.outputJson()).isEqualTo("{\"up\":1}");
    assertThat(gaps(stage)).containsExactly(3_000_000L, 3_000_000L);
    assertThat(stage.calls)
        .allSatisfy(c -> assertThat(c.arguments().json()).isEqualTo("{\"n\":1}"));
  }

  private static List<Long> gaps(Stage stage) {
    List<Long> gaps = new java.util.ArrayList<>();
    for (int i = 1; i < stage.callTimes.size(); i++) {
      gaps.add(stage.callTimes.get(i) - stage.callTimes.get(i - 1));
    }
    return gaps;
  }

  @Test
  void theDelayGrowsByItsBackoff() {
    String limit = "delay: PT1S, limit: {attempt: {count: 5}}, backoff: ";

    assertThat(gaps(failing(4, limit + "{constant: {}}", "")))
        .containsExactly(1_000_000L, 1_000_000L, 1_000_000L, 1_000_000L);
    assertThat(gaps(failing(4, limit + "{linear: {}}", "")))
        .containsExactly(1_000_000L, 2_000_000L, 3_000_000L, 4_000_000L);
    assertThat(gaps(failing(4, limit + "{exponential: {}}", "")))
        .containsExactly(1_000_000L, 2_000_000L, 4_000_000L, 8_000_000L);
  }

  /** Rule 17: chance is drawn off the log, and what came of it is in the log. */
  @Test
  void jitterIsDrawnByThePlanAndRecordedAsTheTimer() {
    Stage stage = failing(1, "delay: PT1S, jitter: {from: PT1S, to: {seconds: 3}}", "");

    long expected = 2_000_000 + 2_000_000L * 512 / 1_023;
    assertThat(gaps(stage)).containsExactly(expected);
    assertThat(stage.transitions.stream().flatMap(t -> t.steps().stream()))
        .filteredOn(Step.Arm.class::isInstance)
        .singleElement()
        .isEqualTo(new Step.Arm(0, 6, expected));
  }

  @Test
  void retriesWithoutADelayBeginAtOnce() {
    Stage stage = failing(3, "limit: {attempt: {count: 3}}", "");

    assertThat(stage.outputJson()).isEqualTo("{\"up\":1}");
    assertThat(gaps(stage)).containsExactly(0L, 0L, 0L);
  }

  @Test
  void usedUpRetriesPassTheErrorOnOrRunTheCatchingTasks() {
    assertThat(failing(9, "limit: {attempt: {count: 2}}", "").fault().type())
        .endsWith("/communication");
    Stage handled =
        failing(9, "limit: {attempt: {count: 2}}", ", do: [{h: {set: {gaveUp: true}}}]");
    assertThat(handled.outputJson()).isEqualTo("{\"gaveUp\":true}");
    assertThat(handled.calls).hasSize(3);
  }

  @Test
  void withoutALimitThereIsOurs() {
    Stage stage = failing(1_000, "delay: PT0.1S", "");

    assertThat(stage.fault().type()).endsWith("/communication");
    assertThat(stage.calls).hasSize(1 + RetryPolicy.DEFAULT_COUNT);
  }

  @Test
  void noRetryBeginsAfterTheLimitOfTime() {
    Stage stage = failing(1_000, "delay: PT10S, limit: {duration: PT35S}", "");

    assertThat(stage.problem).isPresent();
    assertThat(stage.calls).hasSize(4);
  }

  @Test
  void retryWhenDecidesOnTheError() {
    assertThat(failing(1, "when: '$error.status == 500'", "").calls).hasSize(2);
    assertThat(failing(1, "when: '$error.status == 404'", "").calls).hasSize(1);
    assertThat(failing(1, "exceptWhen: '$error.status == 500'", "").calls).hasSize(1);
  }

  @Test
  void anAttemptThatTakesTooLongIsAnErrorOfTheTry() {
    AtomicInteger calls = new AtomicInteger();
    Stage stage =
        Plays.with(
                Plays.calling(
                    RETRYING.formatted(
                        "when: '$error.status == 408', limit: {attempt: {count: 3, duration:"
                            + " PT1S}}",
                        "")),
                call -> Plays.success("{\"up\":1}"))
            .taking(call -> calls.incrementAndGet() < 3 ? 4_000_000 : 500_000)
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("{\"up\":1}");
    assertThat(gaps(stage)).containsExactly(1_000_000L, 1_000_000L);
  }

  @Test
  void policiesAndErrorsHaveNamesInUse() {
    Stage stage =
        Stage.echoing(
                Plays.pure(
                    """
                    use:
                      errors:
                        gone: {type: 'https://example.com/gone', status: 410, title: '${ "No " + .what }'}
                      retries:
                        twice: {limit: {attempt: {count: 2}}}
                    do:
                      - t:
                          try: [{r: {raise: {error: gone}}}]
                          catch: {retry: twice, do: [{h: {set: '${ [$error.title, $error.status] }'}}]}
                    """))
            .play("{\"what\":\"page\"}");

    assertThat(stage.outputJson()).isEqualTo("[\"No page\",410]");
  }

  @Test
  void aRaisedErrorNamesItsTaskUnlessItNamesAnother() {
    String raise = "do: [{a: {raise: {error: {type: 'https://example.com/x', status: 400%s}}}}]";

    assertThat(Stage.echoing(Plays.pure(raise.formatted(""))).play("{}").fault().instance())
        .isEqualTo("/do/0/a");
    assertThat(
            Stage.echoing(Plays.pure(raise.formatted(", instance: /do/5/b")))
                .play("{}")
                .fault()
                .instance())
        .isEqualTo("/do/5/b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no JSON", "[1"})
  void anAnswerThatCannotBeReadIsAnErrorOfItsCall(String answer) {
    Stage stage =
        Plays.with(
                Plays.calling(
                    "do: [{t: {try: [{c: {call: f}}], catch: {do: [{h: {set: '${"
                        + " [$error.type[-10:], $error.instance] }'}}]}}}]"),
                call -> Plays.success(answer))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[\"validation\",\"/do/0/t/try/0/c\"]");
  }

  /** What decides on an error must not fail because the error was costly. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "when: '$error.status == 400'",
        "retry: {delay: '${ \"PT1S\" }', limit: {attempt: {count: 1}}}"
      })
  void anExpressionThatCostsTooMuchIsCaughtAsAnyError(String how) {
    Stage stage =
        play(
            "do: [{t: {try: [{a: {set: '${ [range(10000000)] | length }'}}], catch: {"
                + how
                + ", do: [{h: {set: '${ $error.type[-10:] }'}}]}}}]");

    assertThat(stage.outputJson()).isEqualTo("\"expression\"");
  }

  /** A string of the wire cannot carry half of a character. */
  @Test
  void longErrorsAreCutBetweenCharacters() {
    String raise =
        "do: [{r: {raise: {error: {type: 'https://example.com/x', status: 500, title: '${ . }',"
            + " detail: '${ . }'}}}}]";
    for (String before : List.of("", "x")) {
      Problem problem =
          Stage.echoing(Plays.pure(raise))
              .play("\"" + before + "\ud83d\ude00".repeat(1_500) + "\"")
              .fault();

      assertThat(UTF_8.newEncoder().canEncode(problem.title() + problem.detail())).isTrue();
      assertThat(problem.detail()).endsWith("...").hasSizeBetween(1_990, 2_000);
    }
  }
}
