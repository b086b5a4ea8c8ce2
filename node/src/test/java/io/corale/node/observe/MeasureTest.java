package io.corale.node.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MeasureTest {
  private static final Path PAGE = Path.of("..", "docs", "metrics.md");

  @Test
  void thePageForOperatorsHasExactlyTheseRows() throws IOException {
    String rows =
        Files.readString(PAGE)
            .lines()
            .filter(line -> line.startsWith("| `"))
            .collect(Collectors.joining("\n"));

    assertThat(rows)
        .isEqualTo(
            Arrays.stream(Measure.values())
                .map(MeasureTest::row)
                .collect(Collectors.joining("\n")));
  }

  private static String row(Measure measure) {
    return Stream.of(
            "`" + measure.exposed() + "`",
            measure.kind().name().toLowerCase(Locale.ROOT),
            String.join(", ", measure.labels()),
            measure.help())
        .collect(Collectors.joining(" | ", "| ", " |"))
        .replace("|  |", "| |");
  }

  @ParameterizedTest
  @EnumSource
  void namesAndLabelsAreAsPrometheusWantsThem(Measure measure) {
    assertThat(measure.exposed()).matches("(corale|jvm|process)_[a-z_]+");
    assertThat(measure.exposed().endsWith("_total"))
        .isEqualTo(measure.kind() == Measure.Kind.COUNTER);
    assertThat(measure.labels()).isSorted().doesNotHaveDuplicates();
    assertThat(measure.help()).endsWith(".");
  }
}
