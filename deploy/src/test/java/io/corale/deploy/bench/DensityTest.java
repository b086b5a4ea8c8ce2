package io.corale.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.ClientOutcome;
import io.corale.deploy.bench.NodeReading.JavaThread;
import io.corale.deploy.bench.NodeReading.Share;
import io.corale.model.Payload;
import io.corale.node.cell.ElectionTimeouts;
import io.corale.wire.Door;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What of the density bench needs no processes. */
class DensityTest {
  private static final String REPLICA = "localhost_15001@group-0A1B2C3D4E5F";

  @ParameterizedTest
  @CsvSource({
    REPLICA + "-StateMachineUpdater, 'Ratis, of a replica: StateMachineUpdater'",
    "localhost_15001-server-thread1, 'Ratis, of a replica: server'",
    REPLICA + "-LeaderElection17, 'Ratis, of a replica: LeaderElection'",
    REPLICA
        + "->localhost_15003-GrpcLogAppender-LogAppenderDaemon,"
        + " 'Ratis, of a replica: GrpcLogAppender-LogAppenderDaemon'",
    "localhost_15001-impl-thread3, 'Ratis, of the process: impl'",
    "grpc-default-worker-ELG-1-2, 'Ratis, of the process: grpc-default-worker-ELG'",
    "grpc-default-executor-12, 'Ratis, of the process: grpc-default-executor'",
    "timer7, 'Ratis, of the process: timer'",
    "JvmPauseMonitor0, 'Ratis, of the process: JvmPauseMonitor'",
    "cell-owner-017/0, 'Corale: cell-owner'",
    "cell-12, 'Corale: cell'",
    "timer-1-1, 'Corale: timer'",
    "n1-door-3, 'Corale: door'",
    "door-io-1-2, 'Corale: door-io'",
    "RMI TCP Connection(3)-127.0.0.1, 'Java: RMI TCP Connection'",
    "Reference Handler, 'Java: Reference Handler'"
  })
  void threadsOfOneKindAreAlike(String name, String kind) {
    assertThat(ThreadKind.of(name)).hasToString(kind);
  }

  @Test
  void aThreadHasWorkedSinceTheLastLook() {
    NodeReading before = reading(Map.of(1L, new JavaThread("cell-1", 5)));
    NodeReading after =
        reading(
            Map.of(
                1L, new JavaThread("cell-1", 7),
                2L, new JavaThread("cell-2", 3),
                3L, new JavaThread("floors-1", 11)));

    assertThat(after.sharesSince(before))
        .containsEntry(ThreadKind.of("cell-9"), new Share(2, 5))
        .containsEntry(ThreadKind.of("floors-1"), new Share(1, 11));
  }

  private static NodeReading reading(Map<Long, JavaThread> threads) {
    long mega = 1 << 20;
    return new NodeReading(
        threads,
        threads.size() + 6,
        50 * mega,
        200 * mega,
        10 * mega,
        77,
        88,
        99 * mega,
        Duration.ofSeconds(threads.size()));
  }

  @Test
  void theNewestWordOnACellCounts() {
    Standings before =
        Standings.of(
            List.of(
                List.of(cell("a", 1, "n1"), cell("b", 1, "n2")),
                List.of(cell("a", 1, ""), cell("b", 1, "n2"))));
    Standings after =
        Standings.of(
            List.of(
                List.of(cell("a", 1, "n1"), cell("b", 4, "")),
                List.of(cell("a", 3, "n3"), cell("b", 4, "n2"))));

    assertThat(before.ledBy("n1")).isEqualTo(1);
    assertThat(after.ledBy("n3")).isEqualTo(1);
    assertThat(after.led()).isEqualTo(2);
    assertThat(after.termsSince(before)).isEqualTo(5);
    assertThat(after.electedSince(before)).isEqualTo(2);
    assertThat(after.movedSince(before)).isEqualTo(1);
  }

  @Test
  void aCellOfUnknownSuperpeerIsNotLed() {
    assertThat(Standings.of(List.of(List.of(cell("a", 1, "")))).led()).isZero();
  }

  private static Door.CellReport cell(String owner, long term, String superpeer) {
    return Door.CellReport.newBuilder()
        .setOwner(owner)
        .setTerm(term)
        .setSuperpeer(superpeer)
        .build();
  }

  @Test
  void arrivalsComeAtTheirRateToAllCells() {
    Arrivals arrivals = arrivals(1);
    List<Arrivals.Arrival> all = IntStream.range(0, 6_000).mapToObj(i -> arrivals.next()).toList();

    assertThat(all).isSortedAccordingTo((a, b) -> Long.compare(a.atNanos(), b.atNanos()));
    assertThat(all.get(5_999).atNanos() / 1e9).isBetween(95.0, 105.0);
    assertThat(all.stream().map(Arrivals.Arrival::cell).distinct()).hasSize(30);
    assertThat(arrivals(1).next()).as("one seed, one run").isEqualTo(all.get(0));
    assertThat(arrivals(2).next()).isNotEqualTo(all.get(0));
  }

  private static Arrivals arrivals(long seed) {
    return new Arrivals(30, 60, RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
  }

  @Test
  void whatDoesNotCompleteIsToldByHowItEnded() throws Exception {
    List<CompletableFuture<ClientOutcome>> begun = new ArrayList<>();
    OpenLoop loop =
        new OpenLoop(
            List.of(
                () -> {
                  CompletableFuture<ClientOutcome> end = new CompletableFuture<>();
                  begun.add(end);
                  return end;
                }));
    List<Duration> looked = new ArrayList<>();
    Arrivals atOnce = new Arrivals(1, 1e12, RandomGeneratorFactory.of("Random").create(1));
    loop.run(atOnce, Duration.ofNanos(5), true, Duration.ofNanos(2), looked::add);
    assertThat(begun).hasSizeGreaterThan(3);
    assertThat(looked).extracting(Duration::toNanos).containsExactly(2L, 4L, 5L);
    begun.get(0).complete(new ClientOutcome.Unknown("lost its connection"));
    begun.get(1).complete(new ClientOutcome.Cancelled("by whom?"));
    begun.get(2).completeExceptionally(new IllegalStateException("planted"));
    begun.forEach(end -> end.complete(new ClientOutcome.Completed(Payload.NULL)));

    OpenLoop.Result result = loop.end(Duration.ofSeconds(1));

    assertThat(result.begun()).isEqualTo(begun.size());
    assertThat(result.completed()).isEqualTo(begun.size() - 3);
    assertThat(result.isWhole()).isFalse();
    assertThat(result.text()).contains("2 failed", "planted", "1 failed: 1 x Unknown");
  }

  @Test
  void figuresAreAtHandForEachNode() {
    Standings standings =
        Standings.of(List.of(List.of(cell("a", 1, "n1"), cell("b", 1, "n2"), cell("c", 1, "n1"))));
    NodeReading before = reading(Map.of(1L, new JavaThread(REPLICA + "-StateMachineUpdater", 0)));
    NodeReading after =
        reading(
            Map.of(
                1L, new JavaThread(REPLICA + "-StateMachineUpdater", 500_000_000),
                2L, new JavaThread("floors-1", 1_000_000)));
    DensityFigures figures =
        new DensityFigures(
            new DensityLoad(
                3, 3, 0.2, Duration.ZERO, Duration.ofSeconds(10), ElectionTimeouts.fitFor(3), 64),
            Duration.ofMillis(1_500),
            standings,
            standings,
            List.of(new DensityFigures.Node("n1", before, after)),
            Duration.ofSeconds(10),
            new OpenLoop.Result(6, 6, 0, new Failures(), new Failures()),
            new Percentiles(1_000, 2_000, 3_000, 4_000));

    assertThat(figures.result().isWhole()).isTrue();
    assertThat(figures.text())
        .contains("elections after PT0.5S to PT1S", "all had a superpeer after 1.5 s")
        .contains("0 terms were begun in 0 cells, 0 cells have another superpeer than before")
        .containsPattern("cells led, after +2\n")
        .containsPattern("CPU, % of a core +10.0\n")
        .containsPattern("heap in use, MB, after +50\n")
        .containsPattern("Ratis, of a replica: StateMachineUpdater +1 / 5.0\n")
        .containsPattern("Corale: ~ all others +1 / 0.0\n")
        .containsPattern("the runtime's own, and who has ended +6 / 5.0$");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--cells=0",
        "--cells=1001",
        "--nodes=2",
        "--nodes=10",
        "--rate=-1",
        "--rate=NaN",
        "--rate=7",
        "--settle=PT-1S",
        "--time=PT0S",
        "--election-min=PT0S",
        "--heap=1"
      })
  void refusesWhatMakesNoSenseBeforeAnythingStarts(String option) {
    StringWriter out = new StringWriter();
    int exit =
        new CommandLine(new DensityCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(new StringWriter()))
            .execute(option);

    assertThat(exit).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(out.toString()).isEmpty();
  }
}
