package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.corale.examples.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
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
  private static final Pattern PROMISE =
      Pattern.compile("^# (.+?) -> (.+?)(?:, (\\d+) entr(?:y|ies))?$", Pattern.MULTILINE);
  private static final Pattern FIRST_TASK = Pattern.compile("(?m)^do:\n  - ([A-Za-z]+):");

  private static final Pattern COST =
      Pattern.compile("(?m)^\\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|$");

  /** In a row of the table of costs: a snippet by its first task, or an example, and its cost. */
  private static final Pattern SHOWN =
      Pattern.compile("`([A-Za-z-]+)`(]\\(\\.\\./examples/\\1\\.yaml\\))? (\\d+)(?:, |$)");

  private static final Pattern EXAMPLE =
      Pattern.compile("\\[`([a-z-]+)`]\\(\\.\\./examples/\\1\\.yaml\\)");

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
    if (promise.group(3) != null) {
      assertThat(stage.cost()).as("entries").isEqualTo(Long.parseLong(promise.group(3)));
    }
  }

  /** But where something else must be there: a composition that is run, or an event. */
  @Test
  void everySnippetThatCanRunAloneMakesAPromise() throws IOException {
    assertThat(snippets())
        .allMatch(
            snippet ->
                PROMISE.matcher(snippet).find()
                    || snippet.contains("workflow:")
                    || snippet.contains("listen:"));
  }

  /** The example's cost is that of its page, which {@link ExamplesTest} holds to the scheduler. */
  @Test
  void everyRowOfTheCostsIsShownWithWhatItReallyCosts() throws IOException {
    SortedMap<String, Long> snippets = costsOfSnippets();
    SortedMap<String, Long> examples = new TreeMap<>();
    Example.all().forEach(each -> examples.put(each.name(), each.entries()));

    List<MatchResult> rows = rows();
    assertThat(rows).hasSizeGreaterThan(20);
    for (MatchResult row : rows) {
      String shownBy = row.group(3);
      List<MatchResult> shown = SHOWN.matcher(shownBy).results().toList();
      assertThat(shown).as(row.group(1) + " is shown").hasSize(shownBy.split(", ").length);
      for (MatchResult each : shown) {
        SortedMap<String, Long> costs = each.group(2) == null ? snippets : examples;
        assertThat(costs).as(row.group(1)).containsEntry(each.group(1), cost(each));
      }
    }
  }

  private static long cost(MatchResult shown) {
    return Long.parseLong(shown.group(3));
  }

  private static List<MatchResult> rows() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf("| construct | commands |");
    String table = page.substring(begin, page.indexOf("\n\n", begin));
    return COST.matcher(table).results().skip(1).filter(LanguagePageTest::isNoRule).toList();
  }

  private static boolean isNoRule(MatchResult row) {
    return !row.group(1).startsWith("-");
  }

  /** By their first tasks; those that do not tell theirs are not there. */
  private static SortedMap<String, Long> costsOfSnippets() throws IOException {
    SortedMap<String, Long> costs = new TreeMap<>();
    for (String snippet : promises().toList()) {
      Matcher promise = PROMISE.matcher(snippet);
      Matcher first = FIRST_TASK.matcher(snippet);
      if (promise.find() && promise.group(3) != null && first.find()) {
        Long before = costs.put(first.group(1), Long.parseLong(promise.group(3)));
        assertThat(before).as(first.group(1) + " is the name of one snippet").isNull();
      }
    }
    return costs;
  }

  @Test
  void everyConstructLinksToAnExample() throws IOException {
    String page = Files.readString(PAGE);
    String constructs =
        page.substring(
            page.indexOf("## The constructs and their cost"),
            page.indexOf("## What stands elsewhere"));
    List<String> sections =
        new ArrayList<>(List.of(constructs.split("\n(?=\\*\\*(`|A function|Of another))")));
    sections.remove(0);

    assertThat(sections).hasSizeGreaterThan(20);
    assertThat(sections).allMatch(section -> EXAMPLE.matcher(section).find());
  }

  @Test
  void everyExampleIsLinkedFromThePage() throws IOException {
    List<String> linked =
        EXAMPLE.matcher(Files.readString(PAGE)).results().map(link -> link.group(1)).toList();

    assertThat(linked)
        .containsAll(Example.all().stream().map(Example::name).toList())
        .allMatch(name -> Files.exists(Path.of("../examples", name + ".yaml")));
  }
}
