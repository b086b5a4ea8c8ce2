package io.corale.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.corale.client.cli.Scraped;
import io.corale.deploy.bench.NodeReading.Share;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What of the bench of neighbours needs no processes. */
class NeighboursTest {
  private static final NeighboursPlan PLAN =
      new NeighboursPlan(4, 5, 3, Duration.ZERO, Duration.ofSeconds(10), 16, 4, 256);

  private static NeighboursFigures.Round round(double perSecond, long p99Millis) {
    NeighboursFigures.Group beside =
        new NeighboursFigures.Group(
            100, perSecond, new Percentiles(1_000, 2_000, p99Millis * 1_000, 9_999));
    NeighboursFigures.Group elsewhere =
        new NeighboursFigures.Group(50, 5, new Percentiles(1_000, 2_000, 3_000, 4_000));
    return new NeighboursFigures.Round(beside, elsewhere, 0, new Failures());
  }

  private static NeighboursFigures figures(
      List<NeighboursFigures.Round> alone, List<NeighboursFigures.Round> flooded) {
    SortedMap<ThreadKind, Share> none = new TreeMap<>();
    SortedMap<ThreadKind, Share> door = new TreeMap<>();
    door.put(ThreadKind.of("n1-door-3"), new Share(8, 5_000_000_000L));
    return new NeighboursFigures(
        PLAN,
        "n1",
        2,
        0,
        alone,
        flooded,
        flooded.stream().map(each -> new Flood.Answers(300, 29_700, 0)).toList(),
        List.of(
            new Holdup(
                "door: a request waits for a thread",
                new Holdup.Mean(10, 0.001),
                new Holdup.Mean(100, 2))),
        new NeighboursFigures.Threads(none, door, Duration.ofSeconds(10)));
  }

  private static List<String> missed(NeighboursFigures figures) {
    return figures.verdicts().stream()
        .filter(verdict -> !verdict.isKept())
        .map(Verdict::what)
        .toList();
  }

  @Test
  void mediansOfTheRoundsDecide() {
    NeighboursFigures figures =
        figures(
            List.of(round(10, 40), round(10, 50), round(10, 900)),
            List.of(round(9, 99), round(1, 1_000), round(9.5, 100)));

    assertThat(missed(figures)).isEmpty();
    assertThat(figures.text())
        .contains("beside the flood keep 90 % of their throughput: 90.0 % (10.0/s alone, 9.0/s)")
        .contains("no more than twice as long (p99): 2.00 times (50.0 ms alone, 100.0 ms)")
        .contains("most of it: door: a request waits for a thread")
        .containsPattern("Corale: door +0.0 +50.0\n")
        .containsPattern("beside a flood 1 .* 3000 +30\n");
  }

  @Test
  void lessThanNineTenthsOfTheThroughputIsMissed() {
    NeighboursFigures figures = figures(List.of(round(10, 40)), List.of(round(8.9, 40)));

    assertThat(missed(figures))
        .containsExactly("owners beside the flood keep 90 % of their throughput");
    assertThat(figures.isKept()).as("a goal depends on the machine").isTrue();
  }

  @Test
  void moreThanTwiceTheWaitIsMissed() {
    assertThat(missed(figures(List.of(round(10, 40)), List.of(round(10, 81)))))
        .containsExactly("owners beside the flood wait no more than twice as long (p99)");
  }

  @Test
  void anInvocationThatDoesNotCompleteBreaksAPromise() {
    NeighboursFigures.Round refused = round(10, 40);
    refused.failures().note("OVERLOADED: node: too much");

    NeighboursFigures figures = figures(List.of(round(10, 40)), List.of(refused));

    assertThat(figures.isKept()).isFalse();
    assertThat(figures.text())
        .contains("MISSED promise every invocation of the others completes")
        .contains("1 x OVERLOADED: node: too much");
  }

  @Test
  void anEvenNumberOfRoundsHasTwoInTheMiddle() {
    assertThat(
            NeighboursFigures.median(
                List.of(round(4, 1), round(1, 1), round(2, 1), round(9, 1)),
                round -> round.beside().perSecond()))
        .isCloseTo(3, within(1e-9));
  }

  @Test
  void aPlaceIsOfTheQuietOwnersWhereItIsToldByOwner() {
    Scraped before = scraped(10, 1, 100, 5);
    Scraped after = scraped(30, 2, 900, 85);

    List<Holdup.Mean> means = Holdup.between(before, after, "flood");
    List<Holdup> holdups = Holdup.of(List.of(means), List.of(means, means));

    Holdup evaluate =
        holdups.stream().filter(each -> each.what().contains("evaluate")).findFirst().orElseThrow();
    assertThat(evaluate.alone()).isEqualTo(new Holdup.Mean(20, 1));
    assertThat(evaluate.beside()).isEqualTo(new Holdup.Mean(40, 2));
    assertThat(evaluate.alone().millis()).isCloseTo(50, within(1e-9));
    assertThat(evaluate.moreMillis()).isZero();
    Holdup door = holdups.get(0);
    assertThat(door.alone()).isEqualTo(new Holdup.Mean(800, 80));
    assertThat(door.text()).contains("of all");
    assertThat(holdups.get(1).moreMillis()).as("of nothing there is no mean").isZero();
  }

  private static Scraped scraped(int count, int seconds, int ofAll, int secondsOfAll) {
    String quiet = "owner=\"quiet\",pool=\"evaluate\"";
    String flood = "owner=\"flood\",pool=\"evaluate\"";
    return Scraped.of(
        "n1",
        "corale_pool_wait_seconds_count{%s} %d%n".formatted(quiet, count)
            + "corale_pool_wait_seconds_sum{%s} %d%n".formatted(quiet, seconds)
            + "corale_pool_wait_seconds_count{%s} %d%n".formatted(flood, 1_000 * count)
            + "corale_pool_wait_seconds_sum{%s} %d%n".formatted(flood, 1_000 * seconds)
            + "corale_door_wait_seconds_count %d%n".formatted(ofAll)
            + "corale_door_wait_seconds_sum %d%n".formatted(secondsOfAll));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--owners=0",
        "--owners=101",
        "--rate=0",
        "--rate=NaN",
        "--rate=84",
        "--rounds=0",
        "--seconds=0",
        "--warm-up=PT-1S",
        "--connections=0",
        "--threads=9",
        "--each=4001"
      })
  void refusesWhatMakesNoSenseBeforeAnythingStarts(String option) {
    StringWriter out = new StringWriter();
    int exit =
        new CommandLine(new NeighboursCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(new StringWriter()))
            .execute(option);

    assertThat(exit).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(out.toString()).isEmpty();
  }
}
