package io.corale.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.deploy.bench.PeersRun.Figures;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeersTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void figuresSurviveTheLineOfAnotherProcess() {
    LoopFigures figures = new LoopFigures(50, SECOND, new Percentiles(1, 2, 3, 4), 7);

    assertThat(LoopFigures.ofLine(figures.line())).isEqualTo(figures);
  }

  @Test
  void syncsAreAddedUpFromTheSummaryOfStrace() {
    String summary =
        """
        strace: Process 4711 attached with 12 threads
        % time     seconds  usecs/call     calls    errors syscall
        ------ ----------- ----------- --------- --------- ----------------
         97.02    1.953211         312      6260           fdatasync
          2.98    0.060000         600       100         2 msync
          0.00    0.000000           0         9           futex
        ------ ----------- ----------- --------- --------- ----------------
        100.00    2.013211         316      6369         2 total
        """;

    assertThat(Syncs.count(summary.lines().toList())).isEqualTo(6_360);
    assertThat(Syncs.count(List.of("strace: attach: Operation not permitted"))).isZero();
  }

  @Test
  void roundsStandInOneCellAndSystemsSideBySide() {
    List<Figures> figures =
        List.of(figures("A 1", 10, 0), figures("B 2", 20, 3), figures("A 1", 30, 0));

    assertThat(new PeersTable(5, figures).text())
        .isEqualTo(
            """
            | 256 in flight | A 1 | B 2 |
            | --- | --- | --- |
            | steps/s | 50; 150 | 100 |
            | invocations/s | 10; 30 | 20 |
            | latency p50, ms | 1.50; 1.50 | 1.50 |
            | latency p99, ms | 3.50; 3.50 | 3.50 |
            | steps per CPU-second of the servers | 100; 300 | 200 |
            | steps per CPU-second of all processes | 67; 200 | 133 |
            | processors busy: servers | 0.50; 0.50 | 0.50 |
            | processors busy: load and functions | 0.25; 0.25 | 0.25 |
            | syncs of each server for a chain | 4.00 + 2.00 + 0.00; 4.00 + 2.00 + 0.00 | 4.00 + 2.00 + 0.00 |
            | failed | 0; 0 | 3 |
            """);
  }

  @Test
  void failuresAndServersThatDoNotSyncAreNotSound() {
    assertThat(figures("A", 10, 0).doubt(5)).isEmpty();
    assertThat(figures("A", 10, 1).doubt(5)).contains("1 failed");
    assertThat(figures("A", 0, 0).doubt(5)).contains("nothing was done");
    assertThat(synced(256, List.of(8L, 0L, 0L)).doubt(5)).isPresent();
    assertThat(synced(256, List.of(8L, 8L, 0L)).doubt(5)).isEmpty();
  }

  @Test
  void oneThatIsAloneSharesNoSync() {
    assertThat(synced(1, List.of(10L, 9L, 9L)).doubt(5)).isPresent();
    assertThat(synced(1, List.of(10L, 10L, 0L)).doubt(5)).isEmpty();
  }

  @Test
  void whatNobodySawIsNotTakenForSound() {
    LoopFigures loop = new LoopFigures(1, SECOND, latency(), 0);
    Figures figures = new Figures("A", 1, loop, SECOND, SECOND, Optional.empty());

    assertThat(figures.doubt(5)).contains("nobody saw its servers sync");
  }

  private static Figures figures(String name, long count, long failed) {
    return figures(
        name, 256, new LoopFigures(count, SECOND, latency(), failed), List.of(8L, 4L, 0L));
  }

  private static Figures synced(int inFlight, List<Long> calls) {
    return figures("A", inFlight, new LoopFigures(1, SECOND, latency(), 0), calls);
  }

  private static Figures figures(String name, int inFlight, LoopFigures loop, List<Long> calls) {
    Duration half = Duration.ofMillis(500);
    Duration quarter = Duration.ofMillis(250);
    return new Figures(name, inFlight, loop, half, quarter, Optional.of(new Syncs(calls, 2)));
  }

  private static Percentiles latency() {
    return new Percentiles(1_500, 2_500, 3_500, 4_500);
  }
}
