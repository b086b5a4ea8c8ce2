package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.examples.Example;
import io.corale.model.Ending;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.scheduler.Transition.CallSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every example runs, gives what it promises at the cost that it names, and survives take-overs.
 */
class ExamplesTest {
  static List<Example> examples() throws IOException {
    return Example.all();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void givesWhatItPromisesAtItsCost(Example example) throws IOException {
    Composition composition = compiled(example);
    List<Composition> parts = parts(example);

    Stage stage =
        stage(composition, parts, example)
            .taking(call -> call.function().equals("far") ? 20_000 : 10_000)
            .play(example.input());

    assertThat(stage.outputJson()).isEqualTo(example.output());
    assertThat(stage.cost()).isEqualTo(example.entries());
  }

  private static List<Composition> parts(Example example) throws IOException {
    return example.parts().stream().map(Stage::compiled).toList();
  }

  private static Composition compiled(Example example) throws IOException {
    SortedMap<String, String> resources = Example.joined();
    return Stage.compiled(example.source(), address -> Optional.ofNullable(resources.get(address)));
  }

  private static Stage stage(Composition composition, List<Composition> parts, Example example)
      throws IOException {
    SortedMap<String, List<String>> neighbours = example.neighbours();
    Stage stage =
        onStage(
            new Stage(
                composition,
                call -> {
                  List<String> there = neighbours.get(call.account().value());
                  return new Outcome.Success(
                      there == null ? call.arguments() : ranElsewhere(there.get(0), call));
                },
                Stage.ALL),
            parts);
    example.events(Example.Hearer.INVOCATION).forEach(stage::addressed);
    example.events(Example.Hearer.ALL).forEach(stage::told);
    return stage;
  }

  /** What the provider {@code corale} would answer. */
  private static Payload ranElsewhere(String composition, CallSpec call) {
    Stage there = Stage.echoing(Stage.compiled(composition)).play(call.arguments().json());
    return Payload.ofJson("{\"output\":" + there.outputJson() + "}");
  }

  private static Composition composition(String name) throws IOException {
    for (Example example : Example.all()) {
      if (example.name().equals(name)) {
        return compiled(example);
      }
    }
    throw new IllegalArgumentException("no example " + name);
  }

  /** Those whose own clock does not care that a lost call keeps its slot for its timeout. */
  static List<Example> patient() throws IOException {
    return Example.all().stream()
        .filter(each -> !List.of("timeout", "nested").contains(each.name()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("patient")
  void survivesTheDeathOfTheSuperpeerAtAnyEntry(Example example) throws IOException {
    Composition composition = compiled(example);
    List<Composition> parts = parts(example);
    Stage calm = stage(composition, parts, example).play(example.input());

    for (long index = 1; index <= calm.entries(); index++) {
      Stage stage = stage(composition, parts, example).takenOverAt(index).play(example.input());

      assertThat(stage.outputJson()).as("at entry " + index).isEqualTo(example.output());
      assertThat(stage.callsMade()).as("at entry " + index).isEqualTo(calm.callsMade());
      assertThat(stage.decisions.atAnyTime())
          .as("at entry " + index)
          .isEqualTo(calm.decisions.atAnyTime());
    }
  }

  /** Its time goes on while the lost call may still run. */
  @Test
  void timeoutAnswersInTimeThoughTheSuperpeerDies() throws IOException {
    Composition composition = composition("timeout");
    Stage calm = stage(composition, List.of()).play("{}");

    for (long index = 1; index <= calm.entries(); index++) {
      Stage stage = stage(composition, List.of()).takenOverAt(index).play("{}");

      assertThat(stage.outputJson())
          .as("at entry " + index)
          .isIn(calm.outputJson(), "{\"answer\":\"yesterday\",\"question\":\"?\"}");
      assertThat(stage.callsMade()).as("at entry " + index).isEqualTo(calm.callsMade());
      assertThat(stage.ageMicros()).as("at entry " + index).isLessThanOrEqualTo(500_000);
    }
  }

  /** The second runner of a race starts while the lost first one may still run. */
  @Test
  void nestedGivesTheSameThoughTheSuperpeerDies() throws IOException {
    Composition composition = composition("nested");
    Stage calm = stage(composition, List.of()).play("{}");

    for (long index = 1; index <= calm.entries(); index++) {
      Stage stage = stage(composition, List.of()).takenOverAt(index).play("{}");

      assertThat(stage.outputJson()).as("at entry " + index).isEqualTo(calm.outputJson());
      assertThat(stage.callsMade()).as("at entry " + index).containsAll(calm.callsMade());
    }
  }

  /** As above, but that calls in flight end when they would have: also those that must be early. */
  @ParameterizedTest
  @MethodSource("examples")
  void noticesNothingOfAnotherSuperpeerAtAnyEntry(Example example) throws IOException {
    Composition composition = compiled(example);
    List<Composition> parts = parts(example);
    Stage calm = stage(composition, parts, example).play(example.input());

    for (long index = 1; index <= calm.entries(); index++) {
      Stage stage = stage(composition, parts, example).handedOverAt(index).play(example.input());

      assertThat(stage.outputJson()).as("at entry " + index).isEqualTo(example.output());
      assertThat(stage.callsMade()).as("at entry " + index).isEqualTo(calm.callsMade());
      assertThat(stage.decisions.inOrder())
          .as("at entry " + index)
          .isEqualTo(calm.decisions.inOrder());
    }
  }

  static Stream<Example> scheduled() throws IOException {
    return Example.all().stream().filter(each -> each.name().startsWith("schedule-"));
  }

  /** Three times, or once where events say so, whoever is superpeer in between. */
  @ParameterizedTest
  @MethodSource("scheduled")
  void runsByItselfAlsoUnderAnotherSuperpeer(Example example) throws IOException {
    Composition composition = compiled(example);
    List<String> events = example.events(Example.Hearer.SCHEDULE);
    int turns = events.isEmpty() ? 3 : 1;
    Stage calm = stage(composition, List.of()).triggered(events).playTurns(turns);

    for (long index = 0; index <= calm.entries(); index++) {
      Stage stage =
          stage(composition, List.of()).triggered(events).takenOverAt(index).playTurns(turns);

      assertThat(stage.ended.keySet())
          .as("at entry " + index)
          .containsExactlyElementsOf(calm.ended.keySet());
      assertThat(stage.ended.values())
          .as("at entry " + index)
          .containsOnly(new Ending.Completed(Payload.ofJson(example.output())));
    }
  }

  private static Stage stage(Composition composition, List<Composition> parts) {
    return onStage(Stage.echoing(composition), parts);
  }

  private static Stage onStage(Stage stage, List<Composition> parts) {
    return stage.with(parts).untilAllHasEnded().taking(call -> 10_000);
  }

  @Test
  void tryCatchNotesWhatItCouldNotReserve() throws IOException {
    Stage stage = failing("try-catch", call -> call.function().equals("reserve"), "{\"order\":7}");

    assertThat(stage.outputJson())
        .isEqualTo(
            "{\"at\":\"/do/0/order/try/0/reserve\",\"order\":7,\"why\":\"Communication error\"}");
    assertThat(stage.cost()).isEqualTo(4);
  }

  @Test
  void retryGivesUpAfterFiveRetries() throws IOException {
    Stage stage = failing("retry", call -> true, "{}");

    assertThat(stage.outputJson()).isEqualTo("{\"missing\":true,\"page\":1}");
    assertThat(stage.calls).hasSize(6);
    assertThat(stage.cost()).isEqualTo(1 + 6 * 2 + 5 * 2);
  }

  @Test
  void raiseRefusesAnEmptyOrder() throws IOException {
    Stage stage = failing("raise", call -> false, "{\"items\":[],\"customer\":\"ada\"}");

    assertThat(stage.fault().status()).isEqualTo(422);
    assertThat(stage.fault().detail()).isEqualTo("customer ada ordered nothing");
  }

  @Test
  void timeoutAnswersWithWhatItHas() throws IOException {
    Stage stage =
        Stage.echoing(composition("timeout"))
            .taking(call -> 2_000_000)
            .play("{\"question\":\"how\"}");

    assertThat(stage.outputJson()).isEqualTo("{\"answer\":\"yesterday\",\"question\":\"how\"}");
    assertThat(stage.ageMicros()).isEqualTo(500_000);
    assertThat(stage.cost()).isEqualTo(3);
  }

  private static Stage failing(String name, Function<CallSpec, Boolean> fails, String input)
      throws IOException {
    return new Stage(
            composition(name),
            call ->
                fails.apply(call) ? Plays.failure("down") : new Outcome.Success(call.arguments()),
            Stage.ALL)
        .play(input);
  }
}
