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

  @Test
  void aRuntimeWorksForItselfInItsCompilersAndCollectors(@TempDir Path tasks) throws IOException {
    stat(tasks, 1, "C2 CompilerThre", 300, 20);
    stat(tasks, 2, "GC Thread#1", 50, 0);
    stat(tasks, 3, "VM Thread", 30, 1);
    stat(tasks, 4, "cell-a) b (", 1_000, 1_000);

    RuntimeTime runtime = RuntimeTime.ofThreads(tasks);

    assertThat(runtime)
        .isEqualTo(new RuntimeTime(Duration.ofMillis(3_200), Duration.ofMillis(810)));
    assertThat(runtime.text(Duration.ofSeconds(32))).isEqualTo("compilers 10 %, collectors 3 %");
    assertThat(RuntimeTime.ofThreads(tasks.resolve("absent")).compilers()).isZero();
  }

  private static void stat(Path tasks, int thread, String name, int user, int kernel)
      throws IOException {
    String zeros = "0 ".repeat(10);
    Files.writeString(
        Files.createDirectories(tasks.resolve(Integer.toString(thread))).resolve("stat"),
        "%d (%s) S %s%d %d 0 0".formatted(thread, name, zeros, user, kernel));
  }
}
