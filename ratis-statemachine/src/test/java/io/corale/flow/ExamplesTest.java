package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Outcome;
import io.corale.scheduler.Transition.CallSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every example runs, gives what it promises at the cost that it names, and survives take-overs.
 */
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("../examples");

  /** Entries that {@link Stage} writes before the invocation begins, without its accounts. */
  private static final int BEFORE = 3;

  /**
   * What to expect of an example.
   *
   * @param entries of the invocation alone
   */
  private record Expected(String input, long entries, String output) {}

  private static SortedMap<String, Expected> expected() {
    SortedMap<String, Expected> expected = new TreeMap<>();
    expected.put(
        "chain",
        new Expected(
            "{}",
            4,
            "{\"before\":{\"before\":{\"name\":\"first\",\"text\":\"nothing\"},\"name\":\"second\"},\"name\":\"third\"}"));
    expected.put(
        "fork",
        new Expected(
            "{}", 5, "{\"reported\":true,\"from\":{\"left\":{\"n\":1},\"right\":{\"n\":1}}}"));
    expected.put("greeting", new Expected("{\"name\":\"Ada\"}", 2, "{\"text\":\"Hello, Ada\"}"));
    expected.put(
        "loop",
        new Expected(
            "{}",
            4,
            "{\"count\":3,\"results\":[{\"item\":\"a\",\"number\":0},{\"item\":\"b\",\"number\":1},{\"item\":\"c\",\"number\":2}]}"));
    expected.put(
        "thumbnail",
        new Expected(
            "{\"picture\":\"p\"}",
            4,
            "{\"picture\":\"p\",\"thumbnail\":{\"picture\":\"p\",\"width\":96},\"label\":{\"picture\":\"p\"}}"));
    expected.put("try-catch", new Expected("{\"order\":7}", 2, "{\"order\":7}"));
    expected.put("retry", new Expected("{}", 2, "{\"page\":1}"));
    expected.put("raise", new Expected("{\"items\":[1]}", 2, "{\"items\":[1]}"));
    expected.put(
        "wait",
        new Expected(
            "{\"after\":\"PT2S\"}",
            4,
            "{\"began\":\"2026-01-02T03:04:05Z\",\"text\":\"it is time\"}"));
    expected.put("timeout", new Expected("{}", 2, "{\"question\":\"?\"}"));
    expected.put("compete", new Expected("{\"n\":3}", 3, "{\"n\":3}"));
    expected.put("while", new Expected("{}", 3, "{\"spent\":30}"));
    expected.put(
        "parallel-for",
        new Expected("{}", 14, "{\"count\":6,\"pictures\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]}"));
    expected.put(
        "context",
        new Expected(
            "{}",
            6,
            "{\"by\":\"context/report\",\"found\":{\"stock\":{\"place\":\"stock\"},\"price\":{\"place\":\"price\"}}}"));
    expected.put("nested", new Expected("{}", 11, "[\"Linz\",\"Graz\",\"Wien\"]"));
    return expected;
  }

  static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .map(name -> name.substring(0, name.length() - ".yaml".length()))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void givesWhatItPromisesAtItsCost(String name) throws IOException {
    Expected expected = Objects.requireNonNull(expected().get(name), name);
    Composition composition = composition(name);

    Stage stage =
        Stage.echoing(composition)
            .taking(call -> call.function().equals("far") ? 20_000 : 10_000)
            .play(expected.input());

    assertThat(stage.outputJson()).isEqualTo(expected.output());
    assertThat(cost(stage, composition)).isEqualTo(expected.entries());
  }

  private static long cost(Stage stage, Composition composition) {
    return stage.entries() - BEFORE - accounts(composition);
  }

  private static Composition composition(String name) throws IOException {
    return Stage.compiled(Files.readString(EXAMPLES.resolve(name + ".yaml")));
  }

  private static long accounts(Composition composition) {
    return composition.functions().values().stream()
        .flatMap(function -> function.implementations().stream())
        .map(Implementation::account)
        .distinct()
        .count();
  }

  @ParameterizedTest
  @MethodSource("names")
  void survivesAnotherSuperpeerAtAnyEntry(String name) throws IOException {
    Expected expected = Objects.requireNonNull(expected().get(name), name);
    Composition composition = composition(name);
    Stage calm = Stage.echoing(composition).taking(call -> 10_000).play(expected.input());

    for (long index = 1; index <= calm.entries(); index++) {
      Stage stage =
          Stage.echoing(composition)
              .taking(call -> 10_000)
              .takenOverAt(index)
              .play(expected.input());
      if (!LATE.contains(name)) {
        assertThat(stage.outputJson()).as("at entry " + index).isEqualTo(expected.output());
      }
    }
  }

  /** A call that was lost is late for its timeout: this one may answer otherwise, but ends once. */
  private static final List<String> LATE = List.of("timeout", "retry", "nested");

  @Test
  void tryCatchNotesWhatItCouldNotReserve() throws IOException {
    Stage stage = failing("try-catch", call -> call.function().equals("reserve"), "{\"order\":7}");

    assertThat(stage.outputJson())
        .isEqualTo(
            "{\"at\":\"/do/0/order/try/0/reserve\",\"order\":7,\"why\":\"Communication error\"}");
    assertThat(cost(stage, composition("try-catch"))).isEqualTo(4);
  }

  @Test
  void retryGivesUpAfterFiveRetries() throws IOException {
    Stage stage = failing("retry", call -> true, "{}");

    assertThat(stage.outputJson()).isEqualTo("{\"missing\":true,\"page\":1}");
    assertThat(stage.calls).hasSize(6);
    assertThat(cost(stage, composition("retry"))).isEqualTo(1 + 6 * 2 + 5 * 2);
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
    assertThat(cost(stage, composition("timeout"))).isEqualTo(3);
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
