package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContextTest {
  private static final String STARTED =
      "{\"iso8601\":\"2026-01-02T03:04:05Z\",\"epoch\":{\"seconds\":1767323045,\"milliseconds\":1767323045000}}";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
"""
no context is null            | `do: [{a: {set: {c: '${ $context }'}}}]` | `{"c":null}`
export replaces the context   | `do: [{a: {set: {x: 1}, export: {as: '${ {seen: .x} }'}}}, {b: {set: '${ $context }'}}]` | `{"seen":1}`
export sees the old context   | `do: [{a: {set: {x: 1}, export: {as: '[.x]'}}}, {b: {set: {x: 2}, export: {as: '$context + [.x]'}}}, {c: {set: '${ $context }'}}]` | `[1,2]`
export sees the output        | `do: [{a: {set: {x: 1}, output: {as: .x}, export: {as: '${ {out: ., same: $output, task: $task.output, in: $input} }'}}}, {b: {set: '${ $context }'}}]` | `{"out":1,"same":1,"task":{"x":1},"in":{}}`
output.as of the whole sees it| `{output: {as: '${ $context }'}, do: [{a: {set: {x: 1}, export: {as: .x}}}]}` | `1`
input.from sees it            | `do: [{a: {set: {x: 1}, export: {as: .x}}}, {b: {input: {from: $context}, set: '${ . }'}}]` | `1`
if and switch see it          | `do: [{a: {set: {x: 1}, export: {as: .x}}}, {b: {if: $context == 2, set: {y: 1}}}, {s: {switch: [{one: {when: $context == 1, then: d}}]}}, {c: {set: {n: c}, then: end}}, {d: {set: {n: d}}}]` | `{"n":"d"}`
$task in the task             | `do: [{a: {input: {from: '${ 5 }'}, set: '${ $task | del(.startedAt) }'}}]` | `{"name":"a","reference":"/do/0/a","definition":{"input":{"from":"${ 5 }"},"set":"${ $task | del(.startedAt) }"},"input":{}}`
$task.startedAt               | `do: [{a: {set: '${ $task.startedAt }'}}]` | STARTED
$workflow                     | `{input: {from: '${ 1 }'}, do: [{a: {set: '${ $workflow | del(.definition) }'}}]}` | `{"id":"i","input":{},"startedAt":STARTED}`
$workflow.definition          | `do: [{a: {set: '${ $workflow.definition.document.name }'}}]` | `"play"`
$runtime                      | `do: [{a: {set: '${ $runtime }'}}]` | `{"name":"corale","version":"0.1.0","metadata":{}}`
input.from of the whole       | `{input: {from: '${ [$workflow.id, $runtime.name] }'}, do: [{a: {set: '${ . }'}}]}` | `["i","corale"]`
""")
  void expressionsSee(String promise, String source, String expected) {
    String body = source.startsWith("{") ? source.substring(1, source.length() - 1) : source;
    String document =
        "{document: {dsl: '1.0.3', namespace: test, name: play, version: 1.0.0}, " + body + "}";

    assertThat(Stage.echoing(Stage.compiled(document)).play("{}").outputJson())
        .isEqualTo(expected.replace("STARTED", STARTED));
  }

  @Test
  void theContextLivesAcrossTheLog() {
    Stage stage =
        Stage.echoing(
                Plays.calling(
                    "do: [{a: {call: f, with: {x: 1}, export: {as: '${ {x} }'}}}, {b: {call: f,"
                        + " with: {y: 2}}}, {c: {set: '${ [$context.x, .y] }'}}]"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[1,2]");
  }

  /** Rule 18: what read or replaced the context holds only while nobody else replaced it. */
  @Test
  void whatReadsOrReplacesTheContextGuardsIt() {
    Stage stage =
        Stage.echoing(
                Plays.calling(
                    "do: [{a: {call: f}}, {b: {set: {x: 1}, export: {as: .x}}}, {c: {call: f, with:"
                        + " {x: '${ $context }'}}}, {d: {call: f, with: {y: 1}}}]"))
            .play("{}");

    assertThat(stage.transitions.stream().map(Transition::contextVersion).map(v -> v.orElse(-1)))
        .containsExactly(-1L, 0L, -1L, -1L);
    assertThat(stage.transitions.get(1).steps().get(0))
        .isEqualTo(new Step.Export(io.corale.model.Payload.ofJson("1")));
  }

  @Test
  void branchesThatExportAtOnceLoseNothing() {
    Stage stage =
        Stage.echoing(
                Plays.calling(
                    """
                    do:
                      - all:
                          for: {in: '[range(20)]'}
                          metadata: {parallelism: 20}
                          do: [{c: {call: f, with: {n: '${ $item }'}, export: {as: '($context // []) + [.n]'}}}]
                          output: {as: '${ $context | sort | [length, add] }'}
                    """))
            .taking(call -> 1_000)
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[20,190]");
    assertThat(stage.stale).isPositive();
  }

  @Test
  void whatNobodyLooksAtIsNotRemembered() {
    Stage plain = Stage.echoing(Plays.calling("do: [{a: {call: f}}]")).play("{\"secret\":1}");
    Stage looks =
        Stage.echoing(
                Plays.calling(
                    "do: [{a: {call: f, with: {}, output: {as: '${ [$task.input, $workflow.input]"
                        + " }'}}}]"))
            .play("{\"secret\":1}");

    assertThat(plain.states.get(0).json()).doesNotContain("secret");
    assertThat(looks.outputJson()).isEqualTo("[{\"secret\":1},{\"secret\":1}]");
  }

  @Test
  void theTimeOfATaskIsWhenItBegan() {
    Stage stage =
        Stage.echoing(
                Plays.calling(
                    "do: [{w: {wait: PT1M}}, {a: {call: f, with: {}, output: {as: '${"
                        + " $task.startedAt.epoch.seconds - $workflow.startedAt.epoch.seconds"
                        + " }'}}}]"))
            .taking(call -> 3_000_000)
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("60");
  }

  @Test
  void theContextHasTheBoundOfPayloads() {
    Stage large =
        Stage.echoing(Plays.pure("do: [{a: {set: {t: '${ \"x\" * 40000 }'}, export: {as: .t}}}]"))
            .play("{}");
    assertThat(large.fault().detail()).contains("the context is 40002 bytes long");
    assertThat(large.fault().instance()).isEqualTo("/do/0/a/export/as");
  }

  /** A new context takes its room in the entry: what does not fit beside it is written later. */
  @Test
  void aForkBesideANewContextBeginsBranchByBranch() {
    String call = ": {call: f, with: {x: '${ \"x\" * 20000 }'}}}";
    Stage stage =
        Stage.echoing(
                Plays.calling(
                    "do: [{e: {set: '${ \"c\" * 30000 }', export: {as: $task.output}, output: {as:"
                        + " '${ 0 }'}}}, {k: {fork: {branches: [{a"
                        + call
                        + ", {b"
                        + call
                        + ", {c"
                        + call
                        + "]}, output: {as: length}}}]"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("3");
  }

  @Test
  void whatDoesNotFitBesideANewContextIsAnErrorThatCanBeCaught() {
    Stage stage =
        Stage.echoing(
                Plays.calling(
                    "do: [{t: {try: [{e: {set: '${ \"c\" * 30000 }', export: {as: .}}}, {c: {call:"
                        + " f, output: {as: '${ $input }'}}}], catch: {do: [{h: {set: '${"
                        + " $error.instance }'}}]}}}]"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("\"/do/0/t/try/1/c\"");
  }
}
