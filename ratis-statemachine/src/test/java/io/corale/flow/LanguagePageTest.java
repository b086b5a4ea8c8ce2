package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the page on the language shows is the language. */
class LanguagePageTest {
  private static final Path PAGE = Path.of("../docs/language.md");
  private static final Pattern SNIPPET = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern PROMISE = Pattern.compile("^# (.+) -> (.+)$", Pattern.MULTILINE);
  private static final JsonMapper JSON = new JsonMapper();

  static Stream<String> snippets() throws IOException {
    return SNIPPET.matcher(Files.readString(PAGE)).results().map(match -> match.group(1));
  }

  static Stream<String> promises() throws IOException {
    return snippets().filter(snippet -> PROMISE.matcher(snippet).find());
  }

  static String source(String snippet) {
    String head = "document: {dsl: '1.0.3', namespace: docs, name: snippet, version: 1.0.0}\n";
    return snippet.startsWith("document:") ? snippet : head + snippet;
  }

  @ParameterizedTest
  @MethodSource("snippets")
  void everySnippetCompiles(String snippet) {
    assertThat(Compiler.compile(source(snippet))).isInstanceOf(Compilation.Compiled.class);
  }

  @ParameterizedTest
  @MethodSource("promises")
  void everyPromiseIsKept(String snippet) throws IOException {
    Matcher promise = PROMISE.matcher(snippet);
    assertThat(promise.find()).isTrue();

    Stage stage = Stage.echoing(Stage.compiled(source(snippet))).play(promise.group(1));

    assertThat(JSON.readTree(stage.outputJson())).isEqualTo(JSON.readTree(promise.group(2)));
  }

  @Test
  void thePageMakesPromises() throws IOException {
    assertThat(promises()).hasSizeGreaterThan(11);
  }
}
