package io.corale.node.provider.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.provider.Calls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimBehaviourTest {
  private static final Payload ARGUMENTS = Payload.ofJson("{\"latencyMillis\": 250}");

  @Test
  void lastsAsDeclaredAndTheImplementationsWordCountsMore() {
    SimBehaviour behaviour =
        SimBehaviour.of(
            new TreeMap<>(Map.of("latency", "PT0.1S")), new TreeMap<>(Map.of("latency", "PT0.3S")));

    assertThat(behaviour.latency(Calls.attempt("a", 1), ARGUMENTS))
        .isEqualTo(Duration.ofMillis(300));
  }

  @Test
  void standsInForAnAccountOfAnotherProvider() {
    TreeMap<String, String> target = new TreeMap<>(Map.of("path", "/label", "latency", "PT0.3S"));

    SimBehaviour standIn = SimBehaviour.of(new TreeMap<>(Map.of("standIn", "true")), target);
    SimBehaviour strict = SimBehaviour.of(new TreeMap<>(Map.of("standIn", "false")), target);

    assertThat(standIn.faults()).isEmpty();
    assertThat(standIn.latency(Calls.attempt("a", 1), ARGUMENTS)).isEqualTo(Duration.ofMillis(300));
    assertThat(strict.faults()).singleElement().asString().contains("'path' is not known");
  }

  /** What the account itself says must be known in any case. */
  @Test
  void aStandInsOwnSettingsAreChecked() {
    assertThat(of(Map.of("standIn", "true", "latncy", "PT1S")).faults()).hasSize(1);
    assertThat(of(Map.of("standIn", "perhaps")).faults())
        .containsExactly("setting 'standIn' must be true or false, was 'perhaps'");
  }

  @Test
  void lastsAsItsArgumentSays() {
    assertThat(of(Map.of("latency", "argument")).latency(Calls.attempt("a", 1), ARGUMENTS))
        .isEqualTo(Duration.ofMillis(250));
    assertThat(of(Map.of("latency", "argument")).latency(Calls.attempt("a", 1), Payload.NULL))
        .isZero();
  }

  @Test
  void jittersWithinItsBoundAndTheSameWayEveryTime() {
    SimBehaviour behaviour = of(Map.of("latency", "PT0.1S", "jitter", "PT0.05S"));

    for (int i = 0; i < 100; i++) {
      Duration latency = behaviour.latency(Calls.attempt("inv-" + i, 1), ARGUMENTS);
      assertThat(latency).isBetween(Duration.ofMillis(100), Duration.ofMillis(150));
      assertThat(behaviour.latency(Calls.attempt("inv-" + i, 1), ARGUMENTS)).isEqualTo(latency);
    }
  }

  @Test
  void failsAboutAsOftenAsDeclaredAndAnotherAttemptHasAnotherChance() {
    SimBehaviour behaviour = of(Map.of("failures", "25"));
    List<Integer> failed =
        IntStream.rangeClosed(1, 2_000)
            .filter(
                number ->
                    behaviour.outcome(Calls.attempt("a", number), ARGUMENTS)
                        instanceof Outcome.FunctionError)
            .boxed()
            .toList();

    assertThat(failed).hasSizeBetween(400, 600);
  }

  @Test
  void answersItsArgumentsOrNothing() {
    assertThat(of(Map.of()).outcome(Calls.attempt("a", 1), ARGUMENTS))
        .isEqualTo(new Outcome.Success(ARGUMENTS));
    assertThat(of(Map.of("result", "empty")).outcome(Calls.attempt("a", 1), ARGUMENTS))
        .isEqualTo(new Outcome.Success(Payload.ofJson("{}")));
  }

  @Test
  void namesEverythingThatIsWrongAtOnce() {
    assertThat(
            of(Map.of("latancy", "PT1S", "jitter", "1s", "failures", "101", "result", "all"))
                .faults())
        .satisfiesExactlyInAnyOrder(
            fault -> assertThat(fault).contains("'latancy' is not known"),
            fault -> assertThat(fault).contains("'jitter'").contains("PT0.1S"),
            fault -> assertThat(fault).contains("'failures'").contains("100"),
            fault -> assertThat(fault).contains("'result'").contains("echo"));
  }

  private static SimBehaviour of(Map<String, String> settings) {
    return new SimBehaviour(new TreeMap<>(settings));
  }
}
