package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Step;
import io.corale.scheduler.Uncaught;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which failures of calls nothing catches (ADR 39), as the interpreter tells apply. */
class IncidentTest {
  private static final String CALL = "{c: {call: f, with: {}}}";

  private static Stage failing(String body) {
    return Plays.with(Plays.calling(body), call -> Plays.failure("broken")).play("{}");
  }

  private static List<Transition> uncaught(Stage stage) {
    return stage.transitions.stream().filter(Transition::isUncaught).toList();
  }

  private static boolean isUncaught(String body) {
    return !uncaught(failing(body)).isEmpty();
  }

  @Test
  void theFailureOfACallInTheRootIsUncaught() {
    Stage stage = failing("do: [" + CALL + "]");

    assertThat(uncaught(stage))
        .singleElement()
        .satisfies(
            transition -> {
              assertThat(transition.guards()).hasSize(1);
              assertThat(transition.steps()).singleElement().isInstanceOf(Step.Fault.class);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "do: [{fork: {fork: {branches: [%s, {g: {set: {v: 1}}}]}}}]",
        "do: [{race: {fork: {compete: true, branches: [%s]}}}]",
        "do: [{each: {for: {in: '${ [1, 2] }'}, do: [%s]}}]",
        "do: [{outer: {do: [{inner: {do: [%s]}}]}}]",
        "do: [{fork: {fork: {branches: [{b: {do: [{x: {set: {v: 1}}}, %s]}}]}}}]",
      })
  void soIsThatOfACallFurtherIn(String body) {
    assertThat(isUncaught(body.formatted(CALL))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "do: [{t: {try: [%s], catch: {do: [{h: {set: {v: 1}}}]}}}]",
        "do: [{t: {try: [{d: {do: [%s]}}], catch: {do: [{h: {set: {v: 1}}}]}}}]",
        "do: [{fork: {fork: {branches: [{t: {try: [%s], catch: {do: [{h: {set: {v: 1}}}]}}}]}}}]",
      })
  void whatItsOwnBranchCatchesIsNot(String body) {
    Stage stage = failing(body.formatted(CALL));

    assertThat(uncaught(stage)).isEmpty();
    assertThat(stage.problem).isEmpty();
  }

  /** Whether it does is known only where it is interpreted, when the branch has ended. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "do: [{t: {try: [{fork: {fork: {branches: [%s]}}}], catch: {do: [{h: {set: {v: 1}}}]}}}]",
        "do: [{t: {try: [{fork: {fork: {branches: [%s]}}}],"
            + " catch: {errors: {with: {status: 404}}}}}]",
      })
  void whatATryAroundTheForkMayCatchIsNot(String body) {
    assertThat(isUncaught(body.formatted(CALL))).isFalse();
  }

  /** In its own branch it is seen whether it does. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "do: [{t: {try: [%s], catch: {errors: {with: {status: 404}}}}}]",
        "do: [{t: {try: [%s], catch: {when: '${ false }'}}}]",
        "do: [{t: {try: [{x: {set: {v: 1}}}], catch: {do: [{h: {set: {v: 1}}}]}}}, %s]",
      })
  void whatNoTryOfItsBranchCatchesIs(String body) {
    assertThat(isUncaught(body.formatted(CALL))).isTrue();
  }

  /** What retries are for is over then. */
  @Test
  void soIsWhatWasTriedAgainInVain() {
    AtomicInteger calls = new AtomicInteger();
    Stage stage =
        Plays.with(
                Plays.calling(
                    "do: [{t: {try: ["
                        + CALL
                        + "], catch: {retry: {limit: {attempt: {count: 2}}}}}}]"),
                call -> {
                  calls.incrementAndGet();
                  return Plays.failure("broken");
                })
            .play("{}");

    assertThat(calls).hasValue(3);
    assertThat(uncaught(stage)).hasSize(1);
    assertThat(stage.transitions.get(stage.transitions.size() - 1).isUncaught()).isTrue();
  }

  /** The limit of an attempt goes with the attempt, and must not end what waits for a person. */
  @Test
  void namesTheLimitsOfTheAttemptsThatItHasLeft() {
    String limited =
        "{t: {try: [%s], catch: {errors: {with: {status: 418}}, retry: {limit: {attempt: {count: 2,"
            + " duration: PT10S}}}}}}";
    String twice =
        "do: [" + limited.formatted("{d: {do: [" + limited.formatted(CALL) + "]}}") + "]";

    assertThat(over("do: [" + limited.formatted(CALL) + "]")).containsExactly(5);
    assertThat(over(twice)).containsExactlyInAnyOrder(5, 13);
    assertThat(over("do: [" + CALL + "]")).isEmpty();
  }

  private static List<Integer> over(String body) {
    return uncaught(failing(body)).get(0).uncaught().orElseThrow().over();
  }

  @Test
  void theLimitOfAnAttemptThatIsUsedUpIsOver() {
    assertThat(
            over(
                "do: [{t: {try: ["
                    + CALL
                    + "], catch: {retry: {limit: {attempt: {count: 1, duration: PT10S}}}}}}]"))
        .containsExactly(5);
  }

  /** What ran for it there has ended under its name: only another call can try it again. */
  @Test
  void ofACompositionOfAnotherOwnerThatWasCancelledThereIsAnotherCallIfTriedAgain() {
    assertThat(elsewhere(new Outcome.TimedOut(true)).isAnew()).isTrue();
    assertThat(uncaught(failing("do: [" + CALL + "]")).get(0).uncaught()).contains(Uncaught.PLAIN);
  }

  /** It may run there, or have ended well: under its own name that is found, and not done again. */
  @Test
  void ofACompositionOfAnotherOwnerThatFailedOtherwiseIsTheSameCall() {
    assertThat(elsewhere(new Outcome.Unavailable("its end cannot be learnt", true)).isAnew())
        .isFalse();
    assertThat(elsewhere(Plays.failure("unreachable")).isAnew()).isFalse();
  }

  private static Uncaught elsewhere(Outcome outcome) {
    String elsewhere =
        "do: [{pay: {run: {workflow: {namespace: bank, name: pay, version: 1.0.0}}, metadata:"
            + " {account: bank}}}]";
    Stage stage = Plays.with(Plays.pure(elsewhere), call -> outcome).play("{}");
    return uncaught(stage).get(0).uncaught().orElseThrow();
  }

  /** It is an answer of the call, which has succeeded. */
  @Test
  void theFaultOfACompositionOfAnotherOwnerIsNone() {
    String elsewhere =
        "do: [{pay: {run: {workflow: {namespace: bank, name: pay, version: 1.0.0}}, metadata:"
            + " {account: bank}}}]";
    Stage stage =
        Plays.with(Plays.pure(elsewhere), call -> Plays.success("{\"cancelled\":\"no\"}"))
            .play("{}");

    assertThat(stage.problem).isPresent();
    assertThat(uncaught(stage)).isEmpty();
  }

  /** Tasks that run for an error may call, and nothing deals with what happens there. */
  @Test
  void theFailureOfACallInTheTasksOfACatchIs() {
    Stage stage =
        failing(
            "do: [{t: {try: [{no: {raise: {error: {type: 'https://example.com/no', status: 400,"
                + " title: no}}}}], catch: {do: ["
                + CALL
                + "]}}}]");

    assertThat(uncaught(stage)).hasSize(1);
  }

  /** Something was done about the failure; that this went wrong is another matter. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "do: [{t: {try: [%s], catch: {do: [{h: {set: '${ 5 | keys }'}}]}}}]",
        "do: [{t: {try: [%s], catch: {when: '${ 5 | keys }'}}}]",
        "do: [{t: {try: [%s], catch: {as: e, do: [{h: {raise: {error: {type:"
            + " 'https://example.com/no', status: 400, title: no}}}}]}}}]",
      })
  void anErrorOfWhatCaughtItIsNot(String body) {
    Stage stage = failing(body.formatted(CALL));

    assertThat(stage.problem).isPresent();
    assertThat(uncaught(stage)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "do: [{no: {raise: {error: {type: 'https://example.com/no', status: 400, title: no}}}}]",
        "do: [{bad: {set: '${ 5 | keys }'}}]",
      })
  void whatIsNoCallIsNot(String body) {
    Stage stage = failing(body);

    assertThat(stage.problem).isPresent();
    assertThat(uncaught(stage)).isEmpty();
  }

  /** The parent of a branch that has failed has called nobody. */
  @Test
  void itsForkIsNotOnceMore() {
    Stage stage = failing("do: [{fork: {fork: {branches: [" + CALL + "]}}}]");

    assertThat(uncaught(stage))
        .singleElement()
        .satisfies(
            transition ->
                assertThat(transition.steps()).singleElement().isInstanceOf(Step.Fail.class));
  }

  /** Who awaits another composition within a try deals with what happens there itself. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "do: [{t: {try: [%s], catch: {do: [{h: {set: {v: 1}}}]}}}]",
        "do: [{t: {try: [{fork: {fork: {branches: [%s]}}}], catch: {do: [{h: {set: {v: 1}}}]}}}]",
      })
  void saysOfWhatItRunsThatATryIsAroundIt(String body) {
    assertThat(run(body).isTried()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "do: [%s]",
        "do: [{fork: {fork: {branches: [%s]}}}]",
        "do: [{t: {try: [{x: {set: {v: 1}}}], catch: {do: [{h: {set: {v: 1}}}]}}}, %s]",
      })
  void saysOfOthersThatNoneIs(String body) {
    assertThat(run(body).isTried()).isFalse();
  }

  private static Transition.RunSpec run(String body) {
    Composition other =
        Stage.compiled(
            "document: {dsl: '1.0.3', namespace: test, name: other, version: 1.0.0}\n"
                + "do: [{x: {set: {v: 1}}}]");
    String run = "{r: {run: {workflow: {namespace: test, name: other, version: 1.0.0}}}}";
    Stage stage =
        Plays.with(Plays.pure(body.formatted(run)), call -> Plays.failure("broken"))
            .with(List.of(other))
            .play("{}");
    return stage.transitions.stream()
        .flatMap(transition -> transition.steps().stream())
        .filter(Step.Run.class::isInstance)
        .map(step -> ((Step.Run) step).run())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void compositionsWantItByAWordOfTheirMetadata() {
    String document =
        "document: {dsl: '1.0.3', namespace: test, name: x, version: 1.0.0%s}\n"
            + "do: [{x: {set: {v: 1}}}]";

    assertThat(Stage.compiled(document.formatted("")).wantsIncidents()).isFalse();
    assertThat(Stage.compiled(document.formatted(", metadata: {incidents: true}")).wantsIncidents())
        .isTrue();
  }

  /** Until now the word meant nothing, and what runs must run on. */
  @Test
  void aWordThatMadeNoSenseToAnEarlierReleaseMeansNothing() {
    String pager =
        "document: {dsl: '1.0.3', namespace: test, name: x, version: 1.0.0, metadata: {incidents:"
            + " pager-team}}\ndo: [{x: {set: {v: 1}}}]";

    assertThat(Compiler.compile(pager)).isInstanceOf(Compilation.Broken.class);
    Compilation known = Compiler.compilePublished(pager);
    assertThat(known).isInstanceOf(Compilation.Compiled.class);
    assertThat(((Compilation.Compiled) known).composition().wantsIncidents()).isFalse();
  }

  @Test
  void otherInputMustBeJson() {
    assertThat(OtherInput.fault(Payload.ofJson("{\"a\":1}"))).isEmpty();
    assertThat(OtherInput.fault(Payload.ofJson("{a"))).isPresent();
  }
}
