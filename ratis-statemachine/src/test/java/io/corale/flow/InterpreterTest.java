package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterpreterTest {
  private static final String HEAD =
      """
      document: {dsl: '1.0.3', namespace: test, name: calls, version: 1.0.0}
      use:
        functions:
          f: {call: faas, with: {retry: {attempts: 3, delay: PT0.2S, maxDelay: PT5S}, implementations: [
              {id: first, account: one, timeout: PT5S, expected: PT2S, path: /f},
              {id: second, account: two, scope: leaf, timeout: {seconds: 9}, expected: PT1S}]}}
          g: {call: faas, with: {implementations: [{id: only, account: two, timeout: PT1M, expected: PT10S}]}}
      """;

  private static final Plan ALL = Stage.ALL;

  private static Composition calls(String body) {
    return Stage.compiled(HEAD + body);
  }

  private static String chain(int length) {
    return IntStream.range(0, length)
        .mapToObj(i -> "  - t" + i + ": {call: f, with: {n: '${ (.n // 0) + 1 }'}}\n")
        .collect(Collectors.joining("", "do:\n", ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 30})
  void aChainOfCallsNeedsOneEvaluationMoreThanItHasCalls(int length) {
    Stage stage = Stage.echoing(calls(chain(length))).play("{}");

    assertThat(stage.outputJson()).isEqualTo("{\"n\":" + length + "}");
    assertThat(stage.calls).hasSize(length);
    assertThat(stage.evaluations).isEqualTo(1 + length);
  }

  /** Rule 17: what goes to replicas is bytes and integers, computed here. */
  @Test
  void aCallCarriesWhatReplicasNeed() {
    Transition transition =
        begin(
            calls("do: [{a: {call: f, with: {x: ['${ .y }', '${ {z: .y} }']}}}, {b: {call: g}}]"),
            Payload.ofJson("{\"y\":1}"),
            ALL);

    assertThat(transition.guards()).containsExactly(new Guard(0, 0));
    CallSpec call =
        transition.steps().stream()
            .filter(Step.Call.class::isInstance)
            .map(step -> ((Step.Call) step).call())
            .findFirst()
            .orElseThrow();
    assertThat(call.function()).isEqualTo("f");
    assertThat(call.implementation()).isEqualTo("first");
    assertThat(call.account().value()).isEqualTo("one");
    assertThat(call.scope()).isEqualTo("account");
    assertThat(call.arguments().json()).isEqualTo("{\"x\":[1,{\"z\":1}]}");
    assertThat(call.timeoutMicros()).isEqualTo(5_000_000);
    assertThat(call.estimateMicros()).isEqualTo(2_000_000);
    assertThat(call.rankMicros()).isEqualTo(12_000_000);
    assertThat(call.retry()).isEqualTo(new Transition.Retry(3, 200_000, 5_000_000));
    assertThat(call.place()).isEqualTo("/do/0/a");
  }

  @Test
  void takesTheFirstImplementationWhoseAccountIsConfigured() {
    Plan onlyTwo = Plan.firstOf(account -> account.value().equals("two"), () -> 0);
    Stage stage =
        new Stage(
                calls("do: [{a: {call: f}}]"),
                call -> new Outcome.Success(Payload.ofJson("1")),
                onlyTwo)
            .play("{}");

    assertThat(stage.calls.get(0).implementation()).isEqualTo("second");
    assertThat(stage.calls.get(0).scope()).isEqualTo("leaf");
    assertThat(stage.calls.get(0).timeoutMicros()).isEqualTo(9_000_000);
  }

  @Test
  void namesTheAccountsWhereNoneIsConfigured() {
    Stage stage =
        new Stage(
                calls("do: [{a: {do: [{b: {call: f}}]}}]"),
                call -> new Outcome.Success(Payload.NULL),
                Plan.firstOf(account -> false, () -> 0))
            .play("{}");

    Problem problem = stage.problem.orElseThrow();
    assertThat(problem.type()).endsWith("/configuration");
    assertThat(problem.detail()).contains("'f'").contains("one, two");
    assertThat(problem.instance()).isEqualTo("/do/0/a/do/0/b");
  }

  @Test
  void aFailedCallFaultsTheInvocationAtItsTask() {
    Stage stage =
        new Stage(
                calls("do: [{a: {call: f}}, {b: {set: {x: 1}}}]"),
                call -> new Outcome.Unavailable("down", true),
                ALL)
            .play("{}");

    assertThat(stage.problem.orElseThrow().type()).endsWith("/communication");
    assertThat(stage.problem.orElseThrow().instance()).isEqualTo("/do/0/a");
  }

  @Test
  void aForkRunsItsBranchesSideBySideAndJoinsInOrder() {
    Stage stage =
        Stage.echoing(
                calls(
                    """
                    do:
                      - fan:
                          fork:
                            branches:
                              - slow: {do: [{a: {call: f, with: {v: 1}}}, {b: {call: f, with: {v: '${ .v + 1 }'}}}]}
                              - none: {set: {v: 'local'}}
                              - fast: {call: g, with: {v: 3}, output: {as: .v}}
                          output: {as: '${ {all: ., was: $input.x} }'}
                      - last: {call: f, with: {n: '${ .all | length }', all: '${ .all }', was: '${ .was }'}}
                    """))
            .play("{\"x\":9}");

    assertThat(stage.outputJson())
        .isEqualTo("{\"all\":[{\"v\":2},{\"v\":\"local\"},3],\"n\":3,\"was\":9}");
    assertThat(stage.opened).isEqualTo(3);
    assertThat(stage.evaluations).as("begin, 3 + 1 calls, join").isEqualTo(6);
  }

  @Test
  void aForkWithoutAWaitingPointOpensNothing() {
    Stage stage =
        Stage.echoing(
                calls(
                    "do: [{f: {fork: {branches: [{a: {set: '${ 1 }'}}, {b: {fork: {branches:"
                        + " [{c: {set: '${ 2 }'}}]}}}]}}}]"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[1,[2]]");
    assertThat(stage.opened).isZero();
    assertThat(stage.evaluations).isEqualTo(1);
  }

  @Test
  void forksNestAndSeeTheLoopAroundThem() {
    Stage stage =
        Stage.echoing(
                calls(
                    """
                    do:
                      - each:
                          for: {each: x, in: .list}
                          do:
                            - fan:
                                fork:
                                  branches:
                                    - a: {call: f, with: {v: '${ $x }'}}
                                    - b:
                                        fork:
                                          branches:
                                            - c: {call: f, with: {v: '${ $x * 10 + $index }'}}
                                            - d: {set: '${ $index }'}
                                output: {as: '${ {sums: (($input.sums // []) + [[.[0].v, .[1][0].v, .[1][1]]])} }'}
                    """))
            .play("{\"list\":[1,2]}");

    assertThat(stage.outputJson()).isEqualTo("{\"sums\":[[1,10,0],[2,21,1]]}");
  }

  /** Rule 20: the list is evaluated once and stored; what is left of it is all that is kept. */
  @Test
  void theListOfALoopIsEvaluatedOnce() {
    Stage stage =
        Stage.echoing(
                calls(
                    "do: [{l: {for: {in: .list}, do: [{a: {call: f, with: {list: [], got:"
                        + " '${ (.got // []) + [$item] }'}}}]}}]"))
            .play("{\"list\":[7,8,9]}");

    assertThat(stage.outputJson()).isEqualTo("{\"got\":[7,8,9],\"list\":[]}");
    assertThat(stage.states.get(0).json()).contains("\"l\":[8,9]").contains("\"e\":7");
    assertThat(stage.states.get(1).json()).contains("\"l\":[9]").contains("\"n\":1");
    assertThat(stage.evaluations).isEqualTo(4);
  }

  @Test
  void remembersOnlyWhatOutputAsLooksAt() {
    Stage plain = Stage.echoing(calls("do: [{a: {call: f}}]")).play("{\"secret\":1}");
    Stage keeps =
        Stage.echoing(calls("do: [{a: {call: f, output: {as: '${ $input }'}}}]"))
            .play("{\"secret\":1}");

    assertThat(plain.states.get(0).json()).isEqualTo("{\"v\":2,\"f\":[{\"t\":1}]}");
    assertThat(keeps.states.get(0).json()).contains("secret");
    assertThat(keeps.outputJson()).isEqualTo("{\"secret\":1}");
  }

  @Test
  void theWholeInputIsStillKnownAtTheEnd() {
    Stage stage =
        Stage.echoing(
                calls("input: {from: .a}\noutput: {as: '${ [., $input] }'}\ndo: [{a: {call: f}}]"))
            .play("{\"a\":5}");

    assertThat(stage.outputJson()).isEqualTo("[5,5]");
  }

  /** Rule 18: a transition guards the branch that it read, at the step at which it read it. */
  @Test
  void guardsTheBranchAtTheStepThatWasSeen() {
    Composition composition = calls("do: [{a: {call: f}}]");
    var remembered =
        (Step.Remember)
            begin(composition, Payload.NULL, ALL).steps().stream()
                .filter(Step.Remember.class::isInstance)
                .findFirst()
                .orElseThrow();
    Transition transition =
        Interpreter.advance(
            composition,
            view(composition.ref(), 4, 17, remembered.state()),
            new Signal.Returned(Payload.ofJson("1")),
            ALL);

    assertThat(transition.guards()).containsExactly(new Guard(4, 17));
    assertThat(transition.steps()).containsExactly(new Step.End(4, Payload.ofJson("1")));
  }

  @Test
  void neverThrowsOnWhatItReads() {
    Composition composition = calls("do: [{a: {call: f}}]");
    Payload state = Payload.ofJson("{\"v\":1,\"f\":[{\"t\":1}]}");
    List<Transition> transitions =
        List.of(
            begin(composition, Payload.ofJson("{nonsense"), ALL),
            advance(composition, Payload.ofJson("[]"), new Signal.Joined(List.of())),
            advance(composition, Payload.ofJson("{\"v\":2}"), new Signal.Joined(List.of())),
            advance(composition, Payload.ofJson("{\"v\":3}"), new Signal.Joined(List.of())),
            advance(composition, state, new Signal.Resumed()),
            advance(composition, state, new Signal.Elapsed(400)),
            advance(composition, state, new Signal.Elapsed(6)),
            advance(composition, state, new Signal.Item(0, Payload.NULL)),
            advance(composition, Payload.ofJson("{\"v\":1,\"f\":[{\"t\":9}]}"), returned("1")),
            advance(composition, state, returned("{")),
            advance(composition, state, returned("1 2")),
            advance(composition, state, returned("[".repeat(5_000))),
            advance(composition, state, new Signal.Joined(List.of())));

    assertThat(transitions)
        .allSatisfy(
            each -> assertThat(each.steps()).singleElement().isInstanceOf(Step.Fault.class));
  }

  private static Transition begin(Composition composition, Payload input, Plan plan) {
    return Interpreter.begin(
        composition, new Beginning(new InvocationId("i"), input, Stage.ACCEPTED_MILLIS), plan);
  }

  private static Signal returned(String json) {
    return new Signal.Returned(Payload.ofJson(json));
  }

  private static Transition advance(Composition composition, Payload state, Signal signal) {
    return Interpreter.advance(composition, view(composition.ref(), 0, 1, state), signal, ALL);
  }

  private static BranchView view(CompositionRef ref, int branch, long step, Payload state) {
    return new BranchView(
        new InvocationId("i"),
        ref,
        branch,
        step,
        state,
        BranchView.Context.NONE,
        new BranchView.Moment(0, 0));
  }

  @Test
  void anEndlessLoopOfTasksFaults() {
    Stage stage =
        Stage.echoing(calls("do: [{a: {set: {x: 1}}}, {b: {set: {x: 2}, then: a}}]")).play("{}");

    assertThat(stage.problem.orElseThrow().detail()).contains("1000 times 10000 tasks");
  }

  @Test
  void whatIsTooLargeFaultsAndNamesPlaceSizeAndLimit() {
    String text = "x".repeat(Payload.MAX_INLINE_BYTES - 20);
    String input = "{\"t\":\"" + text + "\"}";

    assertThat(Stage.echoing(calls("do: [{a: {call: f, with: {t: '${ [.t, .t] }'}}}]")).play(input))
        .satisfies(played -> assertTooLarge(played, "the arguments of function 'f'", "/do/0/a"));
    assertThat(Stage.echoing(calls("do: [{a: {set: {t: '${ [.t, .t] }'}}}]")).play(input))
        .satisfies(played -> assertTooLarge(played, "the output is", "/output"));
    assertThat(
            Stage.echoing(
                    calls("do: [{a: {for: {in: '[.t, .t, .t]'}, do: [{b: {call: f, with: {}}}]}}]"))
                .play(input))
        .satisfies(played -> assertTooLarge(played, "must remember", "/do/0/a/do/0/b"));
    String branches =
        IntStream.range(0, 4)
            .mapToObj(i -> "{b" + i + ": {call: f}}")
            .collect(Collectors.joining(", "));
    assertThat(
            Stage.echoing(calls("do: [{a: {fork: {branches: [" + branches + "]}}}]")).play(input))
        .satisfies(played -> assertTooLarge(played, "what a branch begins with is", "/do/0/a"));
  }

  private static void assertTooLarge(Stage stage, String what, String place) {
    Problem problem = stage.problem.orElseThrow();
    assertThat(problem.type()).endsWith("/validation");
    assertThat(problem.detail()).contains(what).containsPattern("\\d+ bytes.*limit is \\d+");
    assertThat(problem.instance()).isEqualTo(place);
  }

  @Test
  void aFailingExpressionNamesItsPlace() {
    assertThat(
            Stage.echoing(calls("do: [{a: {set: {x: '${ .y | error }'}}}]"))
                .play("{\"y\":\"no\"}")
                .problem
                .orElseThrow())
        .satisfies(
            problem -> {
              assertThat(problem.type()).endsWith("/expression");
              assertThat(problem.instance()).isEqualTo("/do/0/a/set");
              assertThat(problem.detail()).contains(".y | error").contains("no");
            });
    assertThat(
            Stage.echoing(calls("do: [{a: {for: {in: .y}, do: [{b: {set: {x: 1}}}]}}]"))
                .play("{\"y\":\"no\"}")
                .problem
                .orElseThrow()
                .detail())
        .contains("must give a list");
  }

  @Test
  void anAbandonedEvaluationEnds() {
    Plan gone =
        new Plan() {
          @Override
          public java.util.Optional<Implementation> choose(FunctionSpec function) {
            return ALL.choose(function);
          }

          @Override
          public long estimateMicros(
              Composition composition, FunctionSpec function, Implementation implementation) {
            return 1;
          }

          @Override
          public int jitter() {
            return 0;
          }

          @Override
          public boolean isAbandoned() {
            return true;
          }
        };
    Transition transition = begin(calls("do: [{a: {call: f}}]"), Payload.NULL, gone);

    assertThat(((Step.Fault) transition.steps().get(0)).problem().type()).endsWith("/timeout");
  }

  @Test
  void ranksCountTheLongestWayToTheEnd() {
    Composition composition =
        calls(
            """
            do:
              - a: {call: f}
              - choice: {switch: [{short: {when: .s, then: end}}, {long: {then: c}}]}
              - b: {call: g, then: c}
              - c:
                  fork:
                    branches:
                      - left: {call: f}
                      - right: {do: [{r1: {call: f}}, {r2: {call: g}}]}
              - loop: {for: {in: .l}, do: [{d: {call: f}}]}
            """
                .replace("{long: {then: c}}", "{other: {when: .o, then: c}}"));

    long fork = 12_000_000;
    long loop = Ranks.EXPECTED_ITEMS * 2_000_000L;
    assertThat(Ranks.whole(composition, ALL)).isEqualTo(2_000_000 + 10_000_000 + fork + loop);
    Stage stage =
        new Stage(
                composition,
                call -> new Outcome.Success(Payload.ofJson("{\"o\":true,\"l\":[1,2,3]}")),
                ALL)
            .play("{}");
    assertThat(stage.problem).isPresent();
    Set<String> places = stage.calls.stream().map(CallSpec::place).collect(Collectors.toSet());
    assertThat(places).contains("/do/0/a", "/do/3/c/fork/branches/0/left");
    assertThat(rank(stage, "/do/0/a")).isEqualTo(2_000_000 + 10_000_000 + fork + loop);
    assertThat(rank(stage, "/do/3/c/fork/branches/0/left")).isEqualTo(2_000_000 + loop);
    assertThat(rank(stage, "/do/3/c/fork/branches/1/right/do/0/r1"))
        .isEqualTo(2_000_000 + 10_000_000 + loop);
  }

  @Test
  void aRankCountsTheItemsThatAreLeft() {
    Stage stage =
        Stage.echoing(
                calls("do: [{l: {for: {in: '[1,2,3]'}, do: [{a: {call: f}}]}}, {z: {call: g}}]"))
            .play("{}");

    assertThat(stage.calls.stream().map(CallSpec::rankMicros))
        .containsExactly(16_000_000L, 14_000_000L, 12_000_000L, 10_000_000L);
  }

  private static long rank(Stage stage, String place) {
    return stage.calls.stream()
        .filter(call -> call.place().equals(place))
        .findFirst()
        .orElseThrow()
        .rankMicros();
  }
}
