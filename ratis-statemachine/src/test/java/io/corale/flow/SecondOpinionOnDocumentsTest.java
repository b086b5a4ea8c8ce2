package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.examples.Example;
import io.corale.flow.Compilation.Broken;
import io.corale.flow.Compilation.Compiled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What we show as compositions are compositions for the standard's own SDK, too, and what we refuse
 * beyond it is of a few kinds that are named here.
 */
class SecondOpinionOnDocumentsTest {
  private static final Path BROKEN = Path.of("src/test/resources/broken");

  /** Deeper than {@link SecondParser} can be asked about. */
  private static final List<String> TOO_DEEP = List.of("too-deep");

  /** Parts of the SDK's reasons where it refuses what it does not know. */
  private static List<String> unknown() throws IOException {
    return Tables.section(Tables.SPECIFICATION, "What we show", 2).stream()
        .map(cells -> cells[0])
        .toList();
  }

  /** Enough to meet each way in which the grammar of chance is wider than the SDK. */
  private static final int BY_CHANCE = 300;

  /** Longer ones nest deeper, which takes the SDK long. */
  private static final int MOST_CHARS = 900;

  static List<Example> examples() throws IOException {
    return Example.all();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void ourExamplesAreCompositionsForTheSdk(Example example) throws IOException {
    Optional<String> refusal = SecondParser.refusal(example.source());

    List<String> unknown = unknown();
    assertThat(refusal.stream()).allMatch(why -> unknown.stream().anyMatch(why::contains));
  }

  @Test
  void whatWeShowAndWhatChanceWritesIsTheStandardsLanguage() throws IOException {
    List<String> refusals =
        Stream.of(
                LanguagePageTest.snippets().map(LanguagePageTest::source),
                ofExamples().stream(),
                byChance().stream())
            .flatMap(Function.identity())
            .map(SecondParser::refusal)
            .flatMap(Optional::stream)
            .toList();

    List<String> unknown = unknown();
    assertThat(refusals).allMatch(why -> unknown.stream().anyMatch(why::contains));
    assertThat(unknown).allMatch(part -> refusals.stream().anyMatch(why -> why.contains(part)));
  }

  /** Compositions that the grammar and chance have made, short ones because those are flat. */
  private static List<String> byChance() {
    List<String> sources = new ArrayList<>();
    for (long seed = 0; sources.size() < BY_CHANCE; seed++) {
      String source = new RandomSources(List.of("do: []\n"), seed).next();
      if (source.length() < MOST_CHARS && Compiler.compile(source) instanceof Compiled) {
        sources.add(source);
      }
    }
    return sources;
  }

  private static List<String> ofExamples() throws IOException {
    List<String> sources = new ArrayList<>();
    for (Example example : Example.all()) {
      sources.add(example.source());
    }
    return sources;
  }

  /** Of what we refuse, the SDK accepts what is wrong in one of these ways. */
  record Kind(String name, Pattern message) {}

  private static List<Kind> kinds() throws IOException {
    return Tables.rows(BROKEN.resolve("second-opinion.csv"), 2).stream()
        .map(cells -> new Kind(cells[0], Pattern.compile(cells[1])))
        .toList();
  }

  @Test
  void whatOnlyWeRefuseIsOfANamedKind() throws IOException {
    List<Kind> unused = new ArrayList<>(kinds());
    List<String> unexplained = new ArrayList<>();
    int refusedByBoth = 0;
    for (String name : Tables.documents(BROKEN)) {
      String source = Tables.document(BROKEN, name);
      if (TOO_DEEP.contains(name)) {
        continue;
      }
      if (SecondParser.refusal(source).isPresent()) {
        refusedByBoth++;
        continue;
      }
      String message = ((Broken) Compiler.compile(source)).diagnostics().get(0).message();
      Optional<Kind> kind =
          kinds().stream().filter(each -> each.message().matcher(message).find()).findFirst();
      kind.ifPresentOrElse(
          found -> unused.removeIf(each -> each.name().equals(found.name())),
          () -> unexplained.add(name + ": " + message));
    }

    assertThat(unexplained).as("accepted by the SDK, of no kind in second-opinion.csv").isEmpty();
    assertThat(unused).as("kinds of which there is no document any more").isEmpty();
    assertThat(refusedByBoth).as("documents that both refuse").isGreaterThan(30);
  }
}
