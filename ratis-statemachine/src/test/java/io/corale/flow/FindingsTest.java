package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.flow.Compilation.Broken;
import java.util.List;
import org.junit.jupiter.api.Test;

/** However much is wrong with a source, what is said of it is short. */
class FindingsTest {
  @Test
  void keepsTheFirstInTheOrderOfPlaces() {
    Findings findings = new Findings();

    for (int line = 3 * Findings.MAX; line > 0; line--) {
      findings.add(line, 1, "wrong", "");
    }

    assertThat(findings.inOrder())
        .hasSize(Findings.MAX)
        .extracting(Diagnostic::line)
        .startsWith(1, 2, 3)
        .endsWith(Findings.MAX);
  }

  @Test
  void whatIsSaidOfOneIsBounded() {
    Findings findings = new Findings();

    findings.add(1, 1, "m".repeat(50_000), "h".repeat(50_000));

    assertThat(findings.inOrder().get(0).message()).hasSize(Findings.MAX_TEXT_CHARS);
    assertThat(findings.inOrder().get(0).hint()).hasSize(Findings.MAX_TEXT_CHARS).endsWith("h...");
  }

  /** Each of the tasks would be told the names of all functions, some 750 MB together. */
  @Test
  void manyNamesInManyFindingsAreNoBomb() {
    StringBuilder source =
        new StringBuilder("document: {dsl: '1.0.3', namespace: test, name: p, version: 1.0.0}\n");
    source.append("use:\n  functions:\n");
    for (int i = 0; i < 500; i++) {
      source.append("    %s%03d: 0\n".formatted("f".repeat(247), i));
    }
    source.append("do:\n");
    for (int i = 0; i < 6_000; i++) {
      source.append("- t%d: {call: q}\n".formatted(i));
    }

    List<Diagnostic> found = ((Broken) Compiler.compile(source.toString())).diagnostics();

    assertThat(found).hasSize(Findings.MAX);
    assertThat(found)
        .allSatisfy(
            each -> assertThat(each.hint()).hasSizeLessThanOrEqualTo(Findings.MAX_TEXT_CHARS));
  }
}
