package io.corale.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void noEntriesAreNoFigures() {
    Duration second = Duration.ofSeconds(1);
    FloorLoad load = new FloorLoad(1, 100, 1, second, second);
    FloorFigures none = FloorFigures.ofLine("RESULT 0 1000000000 0 0 0 0");
    assertThatThrownBy(() -> FloorRun.Result.of(load, none, second))
        .hasMessageContaining("no figures");
  }

  @Test
  void aPayloadFitsIntoACall() {
    Duration second = Duration.ofSeconds(1);
    int most = ClusterRun.Load.MOST_PAYLOAD_BYTES;
    assertThat(new ClusterRun.Load(1, most, 1, second, second).payloadBytes()).isEqualTo(most);
    for (int bytes : List.of(-1, most + 1)) {
      assertThatThrownBy(() -> new ClusterRun.Load(1, bytes, 1, second, second))
          .hasMessageContaining("from 0 to 32704 bytes");
    }
  }

  @Test
  void segmentsSayWhatAnEntryTakes(@TempDir Path directory) throws IOException {
    Path current = Files.createDirectories(directory.resolve("groups/g/current"));
    Files.write(current.resolve("log_0-99"), new byte[7]);
    Files.write(current.resolve("log_100-109"), new byte[1_000]);
    Files.write(current.resolve("log_110-119"), new byte[3_000]);
    Files.write(current.resolve("log_inprogress_120"), new byte[1 << 16]);

    assertThat(LogSegments.bytesOfAnEntry(directory, 99)).hasValue(200);
    assertThat(LogSegments.bytesOfAnEntry(directory, 119)).isEmpty();
  }

  @Test
  void anEntryIsNoLongerThanABatch() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new FloorLoad(1_000, 100, 4, second, second))
        .hasMessageContaining("longer than a batch of 98304 bytes");
  }
}
