package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoopTest {
  @Test
  void whileIsAskedBeforeEachIteration() {
    Stage stage =
        Stage.echoing(
                Plays.pure(
                    "do: [{l: {for: {each: n, in: '[1, 2, 3, 4]'}, while: '(.sum // 0) + $n < 7',"
                        + " do: [{s: {set: {sum: '${ (.sum // 0) + $n }'}}}]}}]"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("{\"sum\":6}");
  }

  @Test
  void whileSeesTheInputAcrossTheLog() {
    Stage stage =
        Stage.echoing(
                Plays.calling(
                    "do: [{l: {for: {in: '[1, 2, 3, 4]'}, while: '$index < $input.most', do: [{c:"
                        + " {call: f, with: {at: '${ $index }'}}}]}}]"))
            .play("{\"most\":2}");

    assertThat(stage.outputJson()).isEqualTo("{\"at\":1}");
    assertThat(stage.calls).hasSize(2);
  }

  @Test
  void aLoopThatMayNotBeginGivesItsInput() {
    Stage stage =
        Stage.echoing(
                Plays.pure(
                    "do: [{l: {for: {in: '[1]'}, while: 'false', do: [{s: {set: {x: 1}}}]}}]"))
            .play("5");

    assertThat(stage.outputJson()).isEqualTo("5");
  }

  @Test
  void exitEndsOneIterationOfThoseSideBySide() {
    Stage stage =
        Stage.echoing(
                Plays.calling(
                    """
                    do:
                      - all:
                          for: {each: x, in: .list}
                          metadata: {parallelism: 2}
                          do:
                            - note: {call: f, with: {x: '${ $x }'}}
                            - look: {switch: [{odd: {when: $x % 2 == 1, then: exit}}]}
                            - more: {set: {x: '${ .x * 10 }'}}
                    """))
            .play("{\"list\":[1,2,3]}");

    assertThat(stage.outputJson()).isEqualTo("[{\"x\":1},{\"x\":20},{\"x\":3}]");
  }

  private static final String PARALLEL =
      """
      do:
        - all:
            for: {each: x, in: .list, at: i}
            metadata: {parallelism: 3}
            do:
              - call: {call: f, with: {x: '${ $x }', i: '${ $i }', base: '${ .base }'}}
              - sum: {set: '${ .x * 10 + .i + .base }'}
      """;

  @Test
  void parallelIterationsAreIndependentAndJoinInTheOrderOfItems() {
    Stage stage =
        Stage.echoing(Plays.calling(PARALLEL))
            .taking(call -> 1_000_000 + call.arguments().sizeBytes() * 7_919L % 1_000)
            .play("{\"list\":[5,6,7,8,9],\"base\":1000}");

    assertThat(stage.outputJson()).isEqualTo("[1050,1061,1072,1083,1094]");
    assertThat(stage.mostInFlight).isEqualTo(3);
    assertThat(stage.mostOpenItems()).isEqualTo(3);
  }

  @Test
  void aParallelLoopOverNothingGivesNothing() {
    assertThat(Stage.echoing(Plays.calling(PARALLEL)).play("{\"list\":[],\"base\":1}").outputJson())
        .isEqualTo("[]");
  }

  @Test
  void anErrorInAnIterationFailsTheLoop() {
    Stage stage =
        Plays.with(
                Plays.calling(
                    "do: [{t: {try: [{l: {for: {in: .}, metadata: {parallelism: 2}, do: [{c: {call:"
                        + " f, with: {n: '${ $item }'}}}]}}], catch: {do: [{h: {set: '${"
                        + " $error.detail }'}}]}}}]"),
                call ->
                    call.arguments().json().contains("3")
                        ? Plays.failure("three")
                        : Plays.success("1"))
            .play("[1,2,3,4,5,6,7,8]");

    assertThat(stage.outputJson()).contains("three");
    assertThat(stage.calls).hasSizeLessThan(6);
  }

  @Test
  void endInAnIterationEndsTheInvocation() {
    Stage stage =
        Stage.echoing(
                Plays.calling(
                    "do: [{l: {for: {in: .}, metadata: {parallelism: 4}, do: [{c: {call: f, with:"
                        + " {n: '${ $item }'}}}, {s: {if: .n == 2, set: {found: '${ .n }'}, then:"
                        + " end}}]}}]"))
            .taking(call -> call.arguments().json().contains("2") ? 1 : 1_000)
            .play("[1,2,3]");

    assertThat(stage.outputJson()).isEqualTo("{\"found\":2}");
  }

  @Test
  void anIterationKnowsTheVariablesAroundIt() {
    Stage stage =
        Stage.echoing(
                Plays.calling(
                    """
                    do:
                      - out:
                          for: {each: a, in: '[1, 2]'}
                          do:
                            - in:
                                for: {each: b, in: '[10, 20]'}
                                metadata: {parallelism: 2}
                                do: [{c: {call: f, with: {v: '${ $a * $b }'}}}]
                                output: {as: '${ ($input | if type == "array" then . else [] end) + [.[].v] }'}
                    """))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[10,20,20,40]");
  }

  /** Issue 3: at most 16 at any index of the log, whatever the number of items. */
  @Test
  void tenThousandItemsRunSixteenAtATime() {
    Stage stage =
        Stage.echoing(
                Plays.calling(
                    "do: [{l: {for: {in: '[range(10000)]'}, metadata: {parallelism: 16}, do: [{c:"
                        + " {call: f, with: {n: '${ $item }'}, output: {as: .n}}}], output: {as:"
                        + " '${ [length, add] }'}}}]"))
            .withoutInvariants()
            .taking(call -> 1_000)
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[10000,49995000]");
    assertThat(stage.mostInFlight).isEqualTo(16);
    assertThat(stage.mostOpenItems()).isEqualTo(16);
    System.out.println(stage.cost("parallel for over 10,000 items"));
  }

  @Test
  void aLoopOfAHundredThousandRoundsGivesOthersTheirTurn() {
    Stage stage =
        Stage.echoing(
                Plays.pure(
                    "do: [{a: {set: {n: '${ .n + 1 }'}}}, {s: {switch: [{more: {when: .n < 100000,"
                        + " then: a}}]}}]"))
            .play("{\"n\":0}");

    assertThat(stage.outputJson()).isEqualTo("{\"n\":100000}");
    assertThat(stage.evaluations).isEqualTo(20);
    assertThat(stage.mostStateBytes()).isLessThan(100);
    System.out.println(stage.cost("loop of 100,000 rounds"));
  }

  /** One list of so many numbers would not fit into what a branch may remember. */
  private static final String NESTED =
      "do: [{outer: {for: {each: a, in: '[range(400)]'}, do: [{inner: {for: {each: b, in:"
          + " '[range(250)]'}, do: [{s: {set: {n: '${ .n + 1 }'}}}]}}%s]}}]";

  @Test
  void forInsideOfForMakesAHundredThousandRounds() {
    Stage stage = Stage.echoing(Plays.pure(NESTED.formatted(""))).play("{\"n\":0}");

    assertThat(stage.outputJson()).isEqualTo("{\"n\":100000}");
    assertThat(stage.mostStateBytes()).isLessThan(4_000);
    System.out.println(stage.cost("for of 400 inside of it for of 250"));
  }

  @Test
  void forInsideOfForCallsInEachOfTheOuterRounds() {
    Stage stage =
        Stage.echoing(Plays.calling(NESTED.formatted(", {c: {call: f, with: {n: '${ .n }'}}}")))
            .withoutInvariants()
            .play("{\"n\":0}");

    assertThat(stage.outputJson()).isEqualTo("{\"n\":100000}");
    assertThat(stage.calls).hasSize(400);
    assertThat(stage.mostStateBytes()).isLessThan(4_000);
    System.out.println(stage.cost("the same with a call in each of the 400"));
  }

  @Test
  void aTurnIsOverAlsoWhenExpressionsHaveCostMuch() {
    Stage stage =
        Stage.echoing(
                Plays.pure(
                    "do: [{a: {set: {n: '${ .n + 1 }', x: '${ [range(2000)] | add }'}}}, {s:"
                        + " {switch: [{more: {when: .n < 1000, then: a}}]}}]"))
            .play("{\"n\":0}");

    assertThat(stage.outputJson()).isEqualTo("{\"n\":1000,\"x\":1999000}");
    assertThat(stage.evaluations).isGreaterThan(5);
  }

  @Test
  void anEndlessLoopThatForksIsFoundAllTheSame() {
    Stage stage =
        Stage.echoing(
                Plays.pure(
                    "do: [{a: {fork: {branches: [{b: {set: '${ 1 }'}}, {c: {set: '${ 2 }'}}]},"
                        + " then: a}}]"))
            .withoutInvariants()
            .play("{}");

    assertThat(stage.fault().detail()).contains("this loop has no end");
  }

  @Test
  void nothingCatchesAnEndlessLoop() {
    Stage stage =
        Stage.echoing(
                Plays.pure(
                    "do: [{t: {try: [{a: {set: {x: 1}}}, {b: {set: {x: 2}, then: a}}], catch:"
                        + " {}}}]"))
            .withoutInvariants()
            .play("{}");

    assertThat(stage.fault().type()).endsWith("/configuration");
  }

  @Test
  void aLoopThatWaitsNowAndThenIsNotEndless() {
    Stage stage =
        Stage.echoing(
                Plays.pure(
                    "do: [{a: {set: {n: '${ .n + 1 }'}}}, {s: {switch: [{rest: {when: .n % 15000 =="
                        + " 0, then: w}}, {more: {when: .n < 60000, then: a}}], then: end}}, {w:"
                        + " {wait: PT1S, then: back}}, {back: {switch: [{more: {when: .n < 60000,"
                        + " then: a}}]}}]"))
            .play("{\"n\":0}");

    assertThat(stage.outputJson()).isEqualTo("{\"n\":60000}");
    assertThat(stage.states.stream().filter(s -> s.json().contains("\"n\":4,\"f\""))).isEmpty();
  }

  @Test
  void aCallThatFailsIsAWaitingPointToo() {
    Stage stage =
        Plays.with(
                Plays.calling(
                    "do: [{a: {set: {n: '${ .n + 1 }'}}}, {s: {switch: [{rest: {when: .n % 15000 =="
                        + " 0, then: t}}, {more: {when: .n < 60000, then: a}}], then: end}}, {t:"
                        + " {try: [{c: {call: f}}], catch: {then: back}}}, {back: {switch: [{more:"
                        + " {when: .n < 60000, then: a}}]}}]"),
                call -> Plays.failure("down"))
            .play("{\"n\":0}");

    assertThat(stage.outputJson()).isEqualTo("{\"n\":60000}");
    assertThat(stage.states.stream().filter(s -> s.json().contains("\"n\":4,\"f\""))).isEmpty();
  }
}
