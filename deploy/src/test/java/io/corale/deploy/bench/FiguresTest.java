package io.corale.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void aPercentileIsTheLeastValueThatSoManyDoNotExceed() {
    long[] nanos = LongStream.rangeClosed(1, 200).map(i -> (201 - i) * 1_000).toArray();
    assertThat(Percentiles.ofNanos(nanos, 200)).isEqualTo(new Percentiles(100, 180, 198, 200));
    assertThat(Percentiles.ofNanos(nanos, 1)).isEqualTo(new Percentiles(200, 200, 200, 200));
    assertThat(Percentiles.ofNanos(nanos, 0)).isEqualTo(new Percentiles(0, 0, 0, 0));
  }

  @Test
  void figuresSurviveTheirLine() {
    FloorFigures figures =
        new FloorFigures(5_000, Duration.ofSeconds(10), new Percentiles(1, 2, 3, 4));
    assertThat(FloorFigures.ofLine(figures.line())).isEqualTo(figures);
    assertThat(figures.entriesPerSecond()).isEqualTo(500);
  }

  @Test
  void anEntryIsNoLongerThanABatch() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new FloorLoad(1_000, 100, 4, second, second))
        .hasMessageContaining("longer than a batch of 98304 bytes");
  }
}
