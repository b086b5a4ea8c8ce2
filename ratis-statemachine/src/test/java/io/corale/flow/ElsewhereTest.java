package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Outcome;
import io.corale.scheduler.Transition.CallSpec;
import org.junit.jupiter.api.Test;

/** Compositions that run those of other owners: calls, whose results say how it ended. */
class ElsewhereTest {
  private static final String RUN =
      """
      do:
        - t:
            try:
              - pay:
                  run: {workflow: {namespace: bank, name: pay, version: 1.0.0, input: {sum: '${ .sum }'}}}
                  metadata: {account: bank, timeout: PT10M, expected: PT3S, retry: {attempts: 3}}
                  output: {as: '{paid: ., sum: $input.sum}'}
            catch: {do: [{h: {set: '${ $error }'}}]}
      """;

  private static Stage play(String body, String result) {
    return Plays.with(Plays.pure(body), call -> Plays.success(result)).play("{\"sum\":7}");
  }

  @Test
  void isACallOnTheAccountThatItsTaskNames() {
    Stage stage = play(RUN, "{\"output\":{\"ok\":true}}");

    assertThat(stage.outputJson()).isEqualTo("{\"paid\":{\"ok\":true},\"sum\":7}");
    CallSpec call = stage.calls.get(0);
    assertThat(call.account().value()).isEqualTo("bank");
    assertThat(call.arguments().json()).isEqualTo("{\"sum\":7}");
    assertThat(call.timeoutMicros()).isEqualTo(600_000_000L);
    assertThat(call.retry().attempts()).isEqualTo(3);
    assertThat(call.place()).isEqualTo("/do/0/t/try/0/pay");
  }

  @Test
  void tellsItsProviderWhatToRun() {
    Composition composition = Plays.pure(RUN);

    FunctionSpec function = composition.functions().values().iterator().next();

    assertThat(function.implementations().get(0).settings())
        .containsEntry("composition", "pay")
        .containsEntry("version", "1.0.0")
        .doesNotContainKey("await");
  }

  /** Nothing of the problem is lost on its way, but the place, which is the task's. */
  @Test
  void itsFaultIsTheSameErrorAtTheTask() {
    Stage stage =
        play(
            RUN,
            "{\"problem\":{\"type\":\"https://bank/broke\",\"status\":402,\"title\":\"Broke\","
                + "\"detail\":\"no money\"}}");

    assertThat(stage.outputJson())
        .isEqualTo(
            "{\"type\":\"https://bank/broke\",\"status\":402,\"title\":\"Broke\",\"detail\":\"no"
                + " money\",\"instance\":\"/do/0/t/try/0/pay\"}");
  }

  /** A request there was answered by a response that points elsewhere. */
  @Test
  void itsStatusIsTheSameAlsoWhereItIsNoFailureOfHttp() {
    Stage stage =
        play(RUN, "{\"problem\":{\"type\":\"https://bank/moved\",\"status\":304,\"title\":\"\"}}");

    assertThat(stage.outputJson()).contains("\"status\":304");
  }

  @Test
  void itsCancelIsAnError() {
    Stage stage = play(RUN, "{\"cancelled\":\"by the bank\"}");

    assertThat(stage.outputJson())
        .contains("\"detail\":\"it was cancelled: by the bank\"", "/errors/runtime");
  }

  @Test
  void anAnswerThatIsNoEndIsAnError() {
    assertThat(play(RUN, "[1]").outputJson()).contains("is no end of an invocation");
  }

  @Test
  void givesItsInputWhereItDoesNotAwait() {
    Stage stage =
        play(
            "do: [{a: {run: {workflow: {namespace: bank, name: pay}, await: false}, metadata:"
                + " {account: bank}}}]",
            "{\"output\":null}");

    assertThat(stage.outputJson()).isEqualTo("{\"sum\":7}");
  }

  @Test
  void aCallThatFailsIsAnErrorOfTheTask() {
    Stage stage =
        Plays.with(Plays.pure(RUN), call -> new Outcome.FunctionError("NOT_FOUND: no pay", false))
            .play("{\"sum\":7}");

    assertThat(stage.outputJson())
        .contains("NOT_FOUND: no pay", "\"instance\":\"/do/0/t/try/0/pay\"");
  }
}
