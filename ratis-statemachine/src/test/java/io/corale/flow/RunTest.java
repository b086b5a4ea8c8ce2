package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.scheduler.InvocationView.Phase;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Compositions that run others of their owner. */
class RunTest {
  private static final String USE =
      """
      use:
        functions:
          f: {call: faas, with: {implementations: [{id: one, account: a, timeout: PT5S, expected: PT2S}]}}
          bad: {call: faas, with: {implementations: [{id: one, account: a, timeout: PT5S}]}}
      """;

  private static Composition composition(String name, String version, String body) {
    return Stage.compiled(
        "document: {dsl: '1.0.3', namespace: test, name: %s, version: %s}\n%s%s"
            .formatted(name, version, body.contains("call: ") ? USE : "", body));
  }

  private static Stage stage(String body, Composition... others) {
    return Stage.echoing(composition("play", "1.0.0", body))
        .with(List.of(others))
        .untilAllHasEnded();
  }

  private static final Composition DOUBLE =
      composition(
          "double",
          "1.0.0",
          "do: [{ask: {call: f, with: {n: '${ .n }'}}}, {out: {set: '${ .n * 2 }'}}]");

  @Test
  void givesTheOutputOfWhatItRuns() {
    Stage stage =
        stage(
                "do: [{a: {run: {workflow: {namespace: test, name: double, version: 1.0.0, input:"
                    + " {n: '${ .x }'}}}, output: {as: '{y: ., x: $input.x}'}}}]",
                DOUBLE)
            .play("{\"x\":4}");

    assertThat(stage.outputJson()).isEqualTo("{\"y\":8,\"x\":4}");
    assertThat(stage.status("i~1").orElseThrow().phase()).isEqualTo(Phase.COMPLETED);
    assertThat(stage.status("i~1").orElseThrow().parent()).contains(Stage.ID);
  }

  @Test
  void passesTheInputOfItsTaskWhereItNamesNone() {
    Stage stage =
        stage(
                "do: [{a: {run: {workflow: {namespace: test, name: double, version: latest}}}}]",
                DOUBLE)
            .play("{\"n\":5}");

    assertThat(stage.outputJson()).isEqualTo("10");
  }

  /** A pre-release is run by its name only. */
  @Test
  void latestIsTheHighestRelease() {
    String run = "do: [{a: {run: {workflow: {namespace: test, name: v%s}}}}]";

    Stage stage =
        stage(
                run.formatted(""),
                composition("v", "1.2.0", "do: [{a: {set: {v: 2}}}]"),
                composition("v", "1.10.0", "do: [{a: {set: {v: 10}}}]"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("{\"v\":10}");
  }

  @Test
  void itsFaultIsAnErrorAtTheTaskThatCanBeCaught() {
    String run =
        "do: [{t: {try: [{a: {run: {workflow: {namespace: test, name: broken}}}}], catch: {do: [{h:"
            + " {set: '${ $error }'}}]}}}]";

    Stage stage =
        stage(
                run,
                composition(
                    "broken",
                    "1.0.0",
                    "do: [{no: {raise: {error: {type: 'https://e.org/no', status: 418, title:"
                        + " No}}}}]"))
            .play("{}");

    assertThat(stage.outputJson())
        .isEqualTo(
            "{\"type\":\"https://e.org/no\",\"status\":418,\"title\":\"No\",\"instance\":\"/do/0/t/try/0/a\"}");
  }

  @Test
  void whatIsNotPublishedIsAnErrorAtTheTask() {
    Stage stage =
        stage("do: [{a: {run: {workflow: {namespace: test, name: gone, version: 1.0.0}}}}]")
            .play("{}");

    assertThat(stage.fault().instance()).isEqualTo("/do/0/a");
    assertThat(stage.fault().detail())
        .isEqualTo("composition gone:1.0.0 cannot be run: it is not published");
  }

  @Test
  void anotherNamespaceIsAnErrorAtTheTask() {
    Stage stage =
        stage("do: [{a: {run: {workflow: {namespace: prod, name: double}}}}]", DOUBLE).play("{}");

    assertThat(stage.fault().detail())
        .isEqualTo("composition double:1.0.0 is of namespace 'test', not of 'prod'");
  }

  @Test
  void goesOnAtOnceWhereItDoesNotAwait() {
    Stage stage =
        stage(
                "do: [{a: {run: {workflow: {namespace: test, name: slow}, await: false}}}, {b:"
                    + " {set: {n: '${ .n + 1 }'}}}]",
                composition("slow", "1.0.0", "do: [{w: {wait: PT1H}}]"))
            .play("{\"n\":1}");

    assertThat(stage.outputJson()).isEqualTo("{\"n\":2}");
    assertThat(stage.ageMicros()).isEqualTo(3_600_000_000L);
    assertThat(stage.ended)
        .containsExactly(
            java.util.Map.entry(
                new InvocationId("i~1"), new Ending.Completed(Payload.ofJson("{\"n\":1}"))));
  }

  @Test
  void aTimeoutEndsWhatItAwaits() {
    Stage stage =
        stage(
                "do: [{t: {try: [{a: {timeout: {after: PT1S}, run: {workflow: {namespace: test,"
                    + " name: slow}}}}], catch: {do: [{h: {set: {late: '${ $error.status"
                    + " }'}}}]}}}]",
                composition("slow", "1.0.0", "do: [{w: {wait: PT1H}}]"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("{\"late\":408}");
    assertThat(stage.ageMicros()).isEqualTo(1_000_000);
    assertThat(stage.status("i~1").orElseThrow().phase()).isEqualTo(Phase.CANCELLED);
  }

  @Test
  void aWorkThatRunsItselfEndsAtItsBound() {
    Stage stage = stage("do: [{a: {run: {workflow: {namespace: test, name: play}}}}]").play("{}");

    assertThat(stage.fault().detail())
        .isEqualTo("invocations run each other more than 16 levels deep");
    assertThat(stage.ended).hasSize(16);
  }

  @Test
  void anItemOfAListMayRunAnother() {
    Stage stage =
        stage(
                "do: [{l: {for: {in: '[1, 2, 3]'}, metadata: {parallelism: 2}, do: [{a: {run:"
                    + " {workflow: {namespace: test, name: double, input: {n: '${ $item"
                    + " }'}}}}}]}}]",
                DOUBLE)
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[2,4,6]");
    assertThat(stage.ended.keySet())
        .extracting(InvocationId::value)
        .containsExactly("i~1", "i~2", "i~3");
  }

  /** Rule 17: what comes after it counts for its calls, too. */
  @Test
  void ranksWhatItRunsAndWhatFollowsIt() {
    Stage stage =
        stage(
                "do: [{a: {run: {workflow: {namespace: test, name: double, input: {n: 1}}}}}, {b:"
                    + " {call: f, with: {x: 1}}}]",
                DOUBLE)
            .play("{}");

    RunSpec spec =
        stage.transitions.stream()
            .flatMap(transition -> transition.steps().stream())
            .filter(Step.Run.class::isInstance)
            .map(step -> ((Step.Run) step).run())
            .findFirst()
            .orElseThrow();
    assertThat(spec.rankMicros()).isEqualTo(2_000_000);
    assertThat(spec.restMicros()).isEqualTo(2_000_000);
    assertThat(stage.calls.get(0).rankMicros()).isEqualTo(4_000_000);
    assertThat(Optional.of(stage.calls.get(1).rankMicros())).contains(2_000_000L);
  }
}
