package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.corale.flow.jq.Budget;
import io.corale.flow.jq.ExpressionFailure;
import io.corale.flow.jq.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever it is given, the compiler answers, with places that are in the source; and what is a
 * composition after all can be played. {@code -Dseed=N} replays one input.
 */
class CompilerFuzzTest {
  private static final int INPUTS = 200_000;

  /** As many are a sample of all constructs, and half a minute. */
  private static final int PLAYS = 5_000;

  private static final int EXPRESSIONS = 20_000;
  private static final int GROWN = 2_000;

  /** Larger documents than this would make the run long without showing more. */
  private static final int MAX_SEED_CHARS = 800;

  private static List<String> seeds() throws IOException {
    List<String> seeds = new ArrayList<>(LanguagePageTest.snippets().toList());
    for (Path directory : List.of(Path.of("../examples"), Path.of("src/test/resources/broken"))) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file :
            files.filter(each -> each.toString().endsWith(".yaml")).sorted().toList()) {
          seeds.add(Files.readString(file));
        }
      }
    }
    seeds.removeIf(seed -> seed.length() > MAX_SEED_CHARS || seed.isEmpty());
    return seeds;
  }

  /** In two halves, for that is where most of the time of all these tests goes. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  @Execution(ExecutionMode.CONCURRENT)
  void everyInputIsCompiledOrBrokenAtAPlaceAndRunsWithoutHarm(int half) throws IOException {
    List<String> seeds = seeds();
    Long only = Long.getLong("seed");
    FuzzedRuns runs = new FuzzedRuns(PLAYS / 2);
    int compiled = 0;
    long begunNanos = System.nanoTime();
    long end = only == null ? INPUTS : only + 1;
    for (long seed = only == null ? half : only; seed < end; seed += 2) {
      String source = new RandomSources(seeds, seed).next();
      Optional<Composition> composition = checked(seed, source);
      if (composition.isPresent()) {
        compiled++;
        runs.play(seed, composition.get());
      }
    }
    System.out.println(
        "compiler fuzz: "
            + INPUTS / 2
            + " inputs, "
            + compiled
            + " of them compositions, "
            + runs
            + ", in "
            + (System.nanoTime() - begunNanos) / 1_000_000_000
            + " s");
    if (only == null) {
      assertThat(compiled).as("inputs that are compositions").isBetween(INPUTS / 100, INPUTS / 4);
      runs.requireEnough();
    }
  }

  /** The composition, where it is one. */
  private static Optional<Composition> checked(long seed, String source) {
    Compilation compilation;
    try {
      compilation = Compiler.compile(source, RandomCompositions::at);
    } catch (RuntimeException | Error e) {
      throw new AssertionError("seed " + seed + " throws: " + source, e);
    }
    if (compilation instanceof Compilation.Broken broken) {
      long lines = source.split("\r\n|[\r\n]", -1).length;
      for (Diagnostic found : broken.diagnostics()) {
        boolean isGood = found.line() <= lines && !found.message().contains(Compiler.UNEXPLAINED);
        assertThat(isGood).as("seed %d: %s of %s", seed, found, source).isTrue();
      }
    }
    if (compilation instanceof Compilation.Compiled done) {
      checkPublished(seed, done.composition());
      return Optional.of(done.composition());
    }
    return Optional.empty();
  }

  /** What is published is a source itself, of the same tasks under the same numbers. */
  private static void checkPublished(long seed, Composition composition) {
    Compilation again = Compiler.compile(composition.canonical().json());
    boolean isTheSame =
        again instanceof Compilation.Compiled same
            && same.composition().equals(composition)
            && places(same.composition()).equals(places(composition))
            && same.composition().functions().keySet().equals(composition.functions().keySet());
    assertThat(isTheSame)
        .as("seed %d: %s gives %s", seed, composition.canonical().json(), again)
        .isTrue();
  }

  private static List<String> places(Composition composition) {
    List<String> places = new ArrayList<>();
    for (int id = 1; id <= composition.size(); id++) {
      places.add(composition.task(id).orElseThrow().place());
    }
    return places;
  }

  /** Of what the grammar grows, enough is whole that what comes after reading is tried, too. */
  @Test
  void manyThatTheGrammarGrowsAreCompositions() {
    int whole = 0;
    for (long seed = 0; seed < GROWN; seed++) {
      String source = new RandomCompositions(new Random(seed), RandomSources.CAREFUL).next();
      if (Compiler.compile(source, RandomCompositions::at) instanceof Compilation.Compiled) {
        whole++;
      }
    }
    System.out.println("compiler fuzz: " + whole + " of " + GROWN + " grown are compositions");
    assertThat(whole).isGreaterThan(GROWN / 20);
  }

  @Test
  void theSameSeedGivesTheSameResult() throws IOException {
    List<String> seeds = seeds();
    for (long seed = 0; seed < 500; seed++) {
      String source = new RandomSources(seeds, seed).next();
      assertThat(new RandomSources(seeds, seed).next()).isEqualTo(source);
      assertThat(Compiler.compile(source)).as("seed %d", seed).isEqualTo(Compiler.compile(source));
    }
  }

  @Test
  void everyExpressionHasAValueOrFailsWithAReason() throws IOException {
    JsonNode input = new ObjectMapper().readTree("{\"a\": [1, {\"b\": \"aé😀\"}, null], \"k\": 2}");
    TreeMap<String, JsonNode> variables = new TreeMap<>();
    variables.put("input", input);
    Long only = Long.getLong("seed");
    int valued = 0;
    for (long seed = only == null ? 0 : only;
        seed < (only == null ? EXPRESSIONS : only + 1);
        seed++) {
      String text = new RandomJq(new Random(seed)).expression(5);
      try {
        // Given up at its first thousand steps.
        Query.compile(text, new TreeSet<>(List.of("input")))
            .evaluate(input, variables, new Budget(() -> true));
        valued++;
      } catch (ExpressionFailure e) {
        assertThat(e.reason()).as("seed %d: %s", seed, text).isNotBlank();
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed + " throws: " + text, e);
      }
    }
    if (only == null) {
      assertThat(valued).as("expressions with a value").isBetween(EXPRESSIONS / 50, EXPRESSIONS);
    }
  }
}
