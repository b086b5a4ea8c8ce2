package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
