package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the page on the language shows is the language. */
class LanguagePageTest {
  private static final Path PAGE = Path.of("../docs/language.md");
  private static final Pattern SNIPPET = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  static Stream<String> snippets() throws IOException {
    return SNIPPET.matcher(Files.readString(PAGE)).results().map(match -> match.group(1));
  }

  @ParameterizedTest
  @MethodSource("snippets")
  void everySnippetCompiles(String snippet) {
    String head = "document: {dsl: '1.0.3', namespace: docs, name: snippet, version: 1.0.0}\n";
    String source = snippet.startsWith("document:") ? snippet : head + snippet;

    assertThat(Compiler.compile(source)).isInstanceOf(Compilation.Compiled.class);
  }
}
