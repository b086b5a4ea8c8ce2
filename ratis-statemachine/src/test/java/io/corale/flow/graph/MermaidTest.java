package io.corale.flow.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.flow.Outline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MermaidTest {
  private static final Path EXPECTED = Path.of("src/test/resources/graph");

  static Stream<String> golden() throws IOException {
    try (Stream<Path> files = Files.list(EXPECTED)) {
      return files
          .map(file -> file.getFileName().toString().replace(".mmd", ""))
          .sorted()
          .toList()
          .stream();
    }
  }

  /** After a change that is meant, copy what it says into the file and look at it. */
  @ParameterizedTest
  @MethodSource("golden")
  void drawsTheExamples(String name) throws IOException {
    assertThat(Mermaid.text(Outlines.example(name)))
        .isEqualTo(Files.readString(EXPECTED.resolve(name + ".mmd")));
  }

  @Test
  void showsEveryWay() {
    Outline outline =
        Outlines.ofTasks(
            """
              - first: {set: {a: 1}, if: .x, then: last}
              - choose:
                  switch:
                    - one: {when: .a == 1, then: first}
                    - two: {when: .a == 2, then: last}
                    - three: {when: .a == 3, then: last}
                    - four: {when: .a == 4, then: end}
              - group:
                  do:
                    - all:
                        for: {in: .items}
                        do:
                          - stop: {set: {a: 1}, if: .done, then: exit}
                          - halt: {set: {a: 1}, if: .broken, then: end}
                          - go: {set: {a: 1}}
              - last: {set: {a: 1}}
            """);

    assertThat(Mermaid.text(outline).lines().map(String::strip).filter(line -> line.contains(">")))
        .containsExactly(
            "n1[\"first<br/>set, if\"]",
            "n2{{\"choose<br/>switch\"}}",
            "subgraph n3[\"group<br/>do\"]",
            "subgraph n5[\"all<br/>for each item\"]",
            "n7[\"stop<br/>set, if\"]",
            "n8[\"halt<br/>set, if\"]",
            "n9[\"go<br/>set\"]",
            "n6 --> n7",
            "n7 -->|\"skipped\"| n8",
            "n7 -->|\"exit\"| n10",
            "n8 -->|\"skipped\"| n9",
            "n8 -->|\"then\"| n12",
            "n9 --> n10",
            "n10 --> n6",
            "n10 -->|\"after the last\"| n11",
            "n4 --> n5",
            "n5 --> n13",
            "n14[\"last<br/>set\"]",
            "n0 --> n1",
            "n1 -->|\"skipped\"| n2",
            "n1 -->|\"then\"| n14",
            "n2 -->|\"one\"| n1",
            "n2 -->|\"otherwise\"| n3",
            "n2 -->|\"two, three\"| n14",
            "n2 -->|\"four\"| n15",
            "n3 --> n14",
            "n14 --> n15");
  }

  @Test
  void namesCannotLeaveTheirLabels() {
    String name = "\"]; <script>alert('1')</script> %%{init}%% `x` #quot; | end\n\u0000 \u202e";

    String text = Mermaid.text(new Outline(name, Outlines.nested(2, name)));

    List<String> lines = text.lines().toList();
    assertThat(lines).hasSize(2 + 3 + 3 + 2 + 2 + 1);
    assertThat(text)
        .contains("\"#34;#93;#59; #60;script#62;alert#40;#39;1#39;#41;#60;/script#62; ")
        .doesNotContain("<script", "%%{", "`", "\u0000", "\u202e");
    assertThat(lines).allMatch(line -> line.chars().filter(c -> c == '"').count() % 2 == 0);
  }

  @Test
  void lettersOfAllAlphabetsStay() {
    String text = Mermaid.text(new Outline("t", Outlines.nested(1, "größe 中文 🎉")));

    assertThat(text).contains("\"größe 中文 #127881;<br/>größe 中文 #127881;\"");
  }

  @Test
  void longNamesAreCut() {
    String text = Mermaid.text(new Outline("t", Outlines.nested(1, "🎉x".repeat(1000))));

    assertThat(text).hasSizeLessThan(1500).contains("\u2026".codePointAt(0) + ";");
  }
}
