package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Outcome;
import io.corale.scheduler.Transition.CallSpec;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whenever another superpeer takes over, a composition decides the same, gives the same, and ends
 * once: all that an evaluation needs is in the log, and pending signals are given again (rules 9,
 * 11, 19).
 */
class TakeOverTest {
  private static final long SEED = Long.getLong("seed", 7);

  /** Bodies whose outcome does not hang on how long a lost call holds its slot. */
  private static Stream<Arguments> bodies() {
    return Stream.of(
        Arguments.of(
            "chain", "do: [{a: {call: f, with: {n: 1}}}, {b: {call: g, with: {m: '${ .n }'}}}]"),
        Arguments.of(
            "fork",
            "do: [{p: {fork: {branches: [{a: {call: f, with: {n: 1}}}, {b: {do: [{c: {call: g,"
                + " with: {n: 2}}}, {d: {wait: PT1S}}]}}]}}}]"),
        Arguments.of(
            "try and retry",
            "do: [{t: {try: [{a: {call: bad, with: {n: 1}}}], catch: {retry: {delay: PT1S, jitter:"
                + " {from: PT0S, to: PT1S}, backoff: {exponential: {}}, limit: {attempt: {count:"
                + " 2}}}, do: [{h: {call: f, with: {sorry: '${ $error.status }'}}}]}}}]"),
        Arguments.of(
            "error in a branch",
            "do: [{t: {try: [{p: {fork: {branches: [{a: {call: bad}}, {b: {wait: P1D}}]}}}], catch:"
                + " {do: [{h: {set: {at: '${ $error.instance }'}}}]}}}]"),
        Arguments.of("wait", "do: [{w: {wait: PT1H}}, {a: {call: f, with: {x: 1}}}]"),
        Arguments.of(
            "timeout",
            "do: [{t: {try: [{a: {timeout: {after: PT1H}, wait: P1D}}], catch: {do: [{h: {set:"
                + " {late: '${ $error.status }'}}}]}}}]"),
        Arguments.of(
            "whole timeout", "timeout: {after: PT1H}\ndo: [{a: {call: f}}, {w: {wait: P1D}}]"),
        Arguments.of(
            "race",
            "do: [{r: {fork: {compete: true, branches: [{a: {wait: P1D}}, {b: {do: [{w: {wait:"
                + " PT1H}}, {s: {set: {won: b}}}]}}]}}}]"),
        Arguments.of(
            "loop",
            "do: [{l: {for: {in: '[1, 2, 3]'}, while: '$item < 3', do: [{a: {call: f, with: {n: '${"
                + " $item }'}}}]}}]"),
        Arguments.of(
            "parallel for",
            "do: [{l: {for: {in: '[1, 2, 3, 4, 5]'}, metadata: {parallelism: 2}, do: [{a: {call: f,"
                + " with: {n: '${ $item }'}}}, {b: {set: '${ .n * 10 }'}}]}}]"),
        Arguments.of(
            "context",
            "do: [{a: {call: f, with: {n: 1}, export: {as: '[.n]'}}}, {b: {call: g, with: {n: 2},"
                + " export: {as: '$context + [.n]'}}}, {c: {set: {all: '${ $context }', id: '${"
                + " $workflow.id }'}}}]"),
        Arguments.of(
            "end in a fork",
            "do: [{p: {fork: {branches: [{a: {wait: P1D}}, {b: {call: f, with: {x: 1}, then:"
                + " end}}]}}}]"),
        Arguments.of(
            "turns",
            "do: [{a: {set: {n: '${ .n + 1 }'}}}, {s: {switch: [{more: {when: .n < 15000, then:"
                + " a}}]}}, {c: {call: f}}]"));
  }

  private static Outcome answer(CallSpec call) {
    return call.function().equals("bad")
        ? Plays.failure("bad")
        : new Outcome.Success(call.arguments());
  }

  private static Stage stage(String body) {
    Composition composition =
        Stage.compiled(
            """
            document: {dsl: '1.0.3', namespace: test, name: play, version: 1.0.0}
            use:
              functions:
                f: {call: faas, with: {implementations: [{id: one, account: a, timeout: PT5S}]}}
                g: {call: faas, with: {implementations: [{id: one, account: b, timeout: PT9S}]}}
                bad: {call: faas, with: {implementations: [{id: one, account: b, timeout: PT2S}]}}
            """
                + body);
    return Plays.with(composition, TakeOverTest::answer).taking(call -> 1_000_000);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void anotherSuperpeerAtAnyEntryDecidesTheSame(String name, String body) {
    Stage calm = stage(body).play("{\"n\":0}");

    for (long index = 1; index <= calm.entries(); index++) {
      assertSame(stage(body).takenOverAt(index).play("{\"n\":0}"), calm, "at entry " + index);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void superpeersThatComeAndGoDecideTheSame(String name, String body) {
    Stage calm = stage(body).play("{\"n\":0}");

    for (int round = 0; round < 10; round++) {
      Random random = new Random(SEED + round);
      Stage stage = stage(body);
      IntStream.range(0, 5)
          .forEach(i -> stage.takenOverAt(1 + random.nextInt((int) calm.entries() + 10)));
      assertSame(stage.play("{\"n\":0}"), calm, "seed " + (SEED + round));
    }
  }

  private static void assertSame(Stage stage, Stage calm, String when) {
    assertThat(stage.output).as(when).isEqualTo(calm.output);
    assertThat(stage.problem).as(when).isEqualTo(calm.problem);
    assertThat(stage.callsMade()).as(when).isEqualTo(calm.callsMade());
    assertThat(stage.decisions.atAnyTime()).as(when).isEqualTo(calm.decisions.atAnyTime());
  }
}
