package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Payload;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What branches remembered in logs that were written before still means the same (rule 32). */
class MemoryTest {
  private static final Composition COMPOSITION =
      Plays.calling(
          """
          output: {as: '${ [., $input] }'}
          do:
            - first: {set: {x: 1}}
            - each:
                for: {each: n, in: '[1, 2, 3]', at: i}
                do: [{ask: {call: f, with: {n: '${ $n }'}, output: {as: '${ [., $input, $n, $i, $color] }'}}}]
          """
              .replace(", $color", ""));

  @Test
  void readsTheFirstForm() {
    Payload first =
        Payload.ofJson(
            "{\"v\":1,\"w\":{\"whole\":true},\"f\":[{\"t\":2,\"e\":2,\"n\":1,\"l\":[3]},"
                + "{\"t\":3,\"i\":{\"x\":1}}]}");

    Transition next = advance(first, new Signal.Returned(Payload.ofJson("\"two\"")));

    assertThat(next.steps()).hasSize(2);
    assertThat(((Step.Call) next.steps().get(0)).call().arguments().json()).isEqualTo("{\"n\":3}");
    assertThat(((Step.Remember) next.steps().get(1)).state().json())
        .isEqualTo(
            "{\"v\":2,\"w\":{\"whole\":true},\"f\":[{\"t\":2,\"e\":3,\"n\":2,\"l\":[]},"
                + "{\"t\":3,\"i\":[\"two\",{\"x\":1},2,1]}]}");
  }

  @Test
  void readsABranchOfTheFirstForm() {
    Payload branch =
        Payload.ofJson(
            "{\"v\":1,\"s\":{\"n\":7,\"i\":0},\"r\":120000,\"f\":[{\"t\":3,\"i\":null}]}");

    Transition next = advance(branch, new Signal.Returned(Payload.ofJson("5")));

    assertThat(next.steps())
        .containsExactly(new Step.End(0, Payload.ofJson("[[5,null,7,0],null]")));
  }

  @Test
  void aLaterFormIsAFaultAndNoGuess() {
    Transition next =
        advance(
            Payload.ofJson("{\"v\":3,\"f\":[{\"t\":3}]}"),
            new Signal.Returned(Payload.ofJson("5")));

    assertThat(next.steps()).singleElement().isInstanceOf(Step.Fault.class);
  }

  private static Transition advance(Payload state, Signal signal) {
    BranchView view =
        new BranchView(
            Stage.ID,
            COMPOSITION.ref(),
            0,
            4,
            state,
            BranchView.Context.NONE,
            new BranchView.Moment(0, 0));
    return Interpreter.advance(COMPOSITION, view, signal, Stage.ALL);
  }

  private static String nested(int levels) {
    return "[".repeat(levels) + "]".repeat(levels);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{w: {wait: PT1S}}",
        "{l: {for: {in: '[$input, $input]'}, do: [{w: {wait: PT1S}}], output: {as: .}}}",
        "{t: {try: [{w: {wait: PT1S}}], catch: {}}}",
        "{k: {fork: {branches: [{a: {wait: PT1S}}]}, output: {as: '.[0]'}}}"
      })
  void remembersValuesOfAnyDepthThatMayBeRead(String task) {
    Stage stage = Stage.echoing(Plays.pure("do: [" + task + "]")).play(nested(199));

    assertThat(stage.outputJson()).isEqualTo(nested(199));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT1S"})
  void whatGrowsDeeperThanMayBeReadIsAnErrorThatCanBeCaught(String pause) {
    Stage stage =
        Stage.echoing(
                Plays.pure(
                    "do: [{t: {try: [{l: {for: {in: '[range(1500)]'}, do: [{k: {fork: {branches:"
                        + " [{a: {wait: "
                        + pause
                        + "}}]}}}]}}], catch: {do: [{h: {set: '${ $error.instance }'}}]}}}]"))
            .play("0");

    assertThat(stage.outputJson()).isEqualTo("\"/do/0/t/try/0/l/do/0/k\"");
  }
}
