package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way to get a composition wrong that we thought of, with the place and the words it gets.
 */
class BrokenDocumentsTest {
  private static final Path DOCUMENTS = Path.of("src/test/resources/broken");

  /** One line of {@code expected.csv}. */
  record Expected(String document, String place, String message, String hint) {
    static Expected of(String line) {
      String[] parts = line.split(" \\| ", 4);
      return new Expected(parts[0], parts[1], parts[2], parts[3].strip());
    }

    @Override
    public String toString() {
      return document;
    }
  }

  static Stream<Expected> expected() throws IOException {
    return Files.readAllLines(DOCUMENTS.resolve("expected.csv")).stream()
        .filter(line -> !line.startsWith("#"))
        .map(Expected::of);
  }

  @ParameterizedTest
  @MethodSource("expected")
  void namesPlaceCauseAndCure(Expected expected) throws IOException {
    String source = Files.readString(DOCUMENTS.resolve(expected.document() + ".yaml"));

    Compilation compilation = Compiler.compile(source);

    assertThat(compilation).isInstanceOf(Compilation.Broken.class);
    List<Diagnostic> diagnostics = ((Compilation.Broken) compilation).diagnostics();
    assertThat(diagnostics).as("one mistake, one finding").hasSize(1);
    Diagnostic found = diagnostics.get(0);
    assertThat(found.line() + ":" + found.column() + " " + found.message())
        .startsWith(expected.place() + " ")
        .contains(expected.message());
    assertThat(found.hint()).contains(expected.hint());
  }

  @Test
  void everyDocumentIsExpected() throws IOException {
    try (Stream<Path> files = Files.list(DOCUMENTS)) {
      List<String> documents =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".yaml"))
              .map(name -> name.substring(0, name.length() - ".yaml".length()))
              .toList();
      assertThat(expected().map(Expected::document).toList())
          .containsExactlyInAnyOrderElementsOf(documents);
    }
  }

  @Test
  void aBrokenTaskHidesNothingOfItsList() {
    Compilation compilation =
        Compiler.compile(
            """
            document: {dsl: '1.0.3', namespace: test, name: bad, version: 1.0.0}
            do:
              - one: {set: {x: 1}, tehn: end}
              - two: {set: {x: '${ .y | }'}, then: end}
              - three: {set: {x: 1}}
              - four: {for: {each: n, in: '.a |'}, do: [{use: {set: {y: '${ $n + $index }'}}}]}
            """);

    assertThat(((Compilation.Broken) compilation).diagnostics())
        .extracting(found -> found.line() + " " + found.message().replaceAll(":.*", ""))
        .containsExactly(
            "3 unknown key 'tehn' in task 'one'",
            "4 the expression of set has its end where a value was expected",
            "5 task 'three' is never reached",
            "6 task 'four' is never reached",
            "6 the expression of for.in has its end where a value was expected");
  }

  /**
   * Several documents become one, each as a task; not those that end all reading, or contend for
   * one resource.
   */
  @Test
  void findsTheMistakesOfManyTogetherAndNoOther() throws IOException {
    List<Expected> joinable = new ArrayList<>();
    Expected other =
        expected().filter(each -> each.document().equals("run-return")).findFirst().orElseThrow();
    for (Expected each : expected().toList()) {
      String source = joined(List.of(each, other));
      List<String> both = List.of(each.message(), other.message());
      if (!source.contains("content:") && messages(source).equals(both)) {
        joinable.add(each);
      }
    }
    assertThat(joinable).hasSizeGreaterThan(100);
    long only = Long.getLong("seed", -1);
    for (long seed = Math.max(0, only); seed < (only < 0 ? 200 : only + 1); seed++) {
      List<Expected> some = new ArrayList<>(joinable);
      Collections.shuffle(some, new Random(seed));
      some = some.subList(0, 12);

      assertThat(messages(joined(some)))
          .as("seed %d", seed)
          .containsExactlyElementsOf(some.stream().map(Expected::message).toList());
    }
  }

  private static String joined(List<Expected> documents) throws IOException {
    StringBuilder joined =
        new StringBuilder(
            "document: {dsl: '1.0.3', namespace: test, name: joined, version: 1.0.0}\ndo:\n");
    for (int i = 0; i < documents.size(); i++) {
      String source = Files.readString(DOCUMENTS.resolve(documents.get(i).document() + ".yaml"));
      int tasks = source.indexOf("\ndo:\n");
      joined.append("  - t").append(i).append(":\n      do:\n");
      joined.append(source.substring(tasks < 0 ? 0 : tasks + 5).indent(6)).append('\n');
    }
    return joined.toString();
  }

  /** Each cut as the table of expectations has it, as far as it is of the table. */
  private List<String> messages(String source) throws IOException {
    if (!(Compiler.compile(source) instanceof Compilation.Broken broken)) {
      return List.of();
    }
    List<String> known = expected().map(Expected::message).toList();
    return broken.diagnostics().stream()
        .map(Diagnostic::message)
        .map(found -> known.stream().filter(found::contains).findFirst().orElse(found))
        .toList();
  }

  @Test
  void findsAllMistakesAtOnceInTheOrderOfReading() {
    Compilation compilation =
        Compiler.compile(
            """
            document: {dsl: '1.0.3', namespace: test, name: BAD_ONE, version: 1.0.0}
            use: {functions: {f: {call: faas, with: {implementations: [{id: a, account: b}]}}}}
            do:
              - one: {call: g}
              - two: {set: {x: '${ .y | }'}, then: thre}
              - three: {listen: {}}
            """);

    assertThat(((Compilation.Broken) compilation).diagnostics())
        .extracting(Diagnostic::line)
        .containsExactly(1, 2, 4, 5, 5, 6);
  }
}
