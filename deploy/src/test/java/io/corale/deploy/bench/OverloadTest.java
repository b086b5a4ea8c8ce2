package io.corale.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.corale.client.cli.Scraped;
import io.corale.deploy.recorder.Event;
import io.corale.model.Refusal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What of the overload bench needs no processes; whole runs are in {@link OverloadFiguresTest}. */
class OverloadTest {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;

  @Test
  void aTrendIsTheLineThatLiesNearest() {
    List<Trend.Point> noisy =
        List.of(
            new Trend.Point(0, 10),
            new Trend.Point(1, 13),
            new Trend.Point(2, 13),
            new Trend.Point(3, 16));

    assertThat(Trend.slope(noisy)).isCloseTo(1.8, within(1e-9));
    assertThat(Trend.growth(noisy)).isCloseTo(5.4, within(1e-9));
    assertThat(Trend.growth(List.of(new Trend.Point(5, 7)))).isZero();
    assertThat(Trend.growth(List.of())).isZero();
  }

  @Test
  void aWindowCountsWhatHappenedInItAndTimesWhatWasDueInIt() {
    List<Offer.View> offers =
        List.of(
            view("a", 100, 110, 1_200, Offer.Fate.COMPLETED),
            view("b", 900, 0, 950, Offer.Fate.REFUSED),
            view("c", 950, 0, 1_050, Offer.Fate.REFUSED),
            view("d", 1_100, 0, 1_100, Offer.Fate.UNSENT),
            view("e", 1_150, 1_160, 0, Offer.Fate.OPEN),
            view("beyond", 2_500, 2_600, 2_700, Offer.Fate.COMPLETED));
    List<QueueSample> samples =
        List.of(
            new QueueSample(100 * MILLI, 5, 500, 9),
            new QueueSample(800 * MILLI, 7, 400, 9),
            new QueueSample(3 * SECOND, 99, 99, 99));

    List<Window> windows = Window.of(offers, samples, SECOND, 0, 2 * SECOND, SECOND);

    assertThat(windows)
        .containsExactly(
            new Window(
                -1,
                3,
                0,
                1,
                1,
                0,
                new Percentiles(1_100_000, 1_100_000, 1_100_000, 1_100_000),
                7,
                500),
            new Window(0, 2, 1, 1, 1, 1, new Percentiles(0, 0, 0, 0), -1, -1));
  }

  private static Offer.View view(
      String id, long dueMillis, long acceptedMillis, long endedMillis, Offer.Fate fate) {
    return new Offer.View(
        Offer.Phase.OVERLOAD,
        id,
        dueMillis * MILLI,
        dueMillis * MILLI,
        acceptedMillis * MILLI,
        endedMillis * MILLI,
        endedMillis,
        fate,
        false);
  }

  @Test
  void itHasRecoveredInTheFirstOfThreeSecondsInARowThatAreAsBefore() {
    List<Window> before = List.of(second(0, 40, 10), second(0, 60, 20));
    Window longer = second(0, 91, 20);
    Window asBefore = second(0, 90, 84);
    Window refuses = second(1, 50, 10);
    Window queues = second(0, 50, 85);

    assertThat(
            Recovery.after(
                before, List.of(refuses, longer, asBefore, queues, asBefore, asBefore, asBefore)))
        .isEqualTo(OptionalDouble.of(4));
    assertThat(Recovery.after(before, List.of(asBefore, asBefore, asBefore)))
        .isEqualTo(OptionalDouble.of(0));
    assertThat(Recovery.after(before, List.of(asBefore, asBefore, longer))).isEmpty();
  }

  @Test
  void aSecondInWhichNothingCompletesIsNoRecovery() {
    Window nothing = new Window(0, 9, 0, 0, 0, 0, new Percentiles(0, 0, 0, 0), 0, 0);

    assertThat(Recovery.after(List.of(second(0, 40, 10)), List.of(nothing, nothing, nothing)))
        .isEmpty();
  }

  private static Window second(int refused, long p99Millis, long queued) {
    Percentiles latency = new Percentiles(1_000, 1_000, p99Millis * 1_000, p99Millis * 1_000);
    return new Window(0, 9, 0, 9, refused, 9, latency, queued, queued);
  }

  @Test
  void aRefusalSaysWhatIsFullAndWhenToComeBack() {
    Duration soon = Duration.ofMillis(100);
    assertThat(fault(Refusal.Code.OVERLOADED, "queue: 9 calls wait", soon)).isEmpty();
    assertThat(fault(Refusal.Code.OVERLOADED, "queue: 9 calls wait", Duration.ZERO))
        .hasValueSatisfying(said -> assertThat(said).startsWith("no time to come back"));
    assertThat(fault(Refusal.Code.OVERLOADED, "n1 has too many requests", soon))
        .hasValueSatisfying(said -> assertThat(said).startsWith("no scope"));
    assertThat(fault(Refusal.Code.UNAVAILABLE, "node: it leaves", soon))
        .hasValueSatisfying(said -> assertThat(said).startsWith("not OVERLOADED"));
    assertThat(
            RefusalShape.isOurOwn(
                Refusal.later(
                    Refusal.Code.OVERLOADED, "the connection to n1:7 is full: 9 requests", soon)))
        .isTrue();
  }

  private static java.util.Optional<String> fault(
      Refusal.Code code, String message, Duration after) {
    return RefusalShape.fault(new Refusal(code, message, after));
  }

  @Test
  void aResultIsAsOldAsTheTimeFromItsEndAtTheProvider() {
    List<Event> events =
        List.of(
            event(Event.Kind.START, "a/1", 1_000),
            event(Event.Kind.END, "a/1", 1_100),
            event(Event.Kind.START, "b/1", 1_000),
            event(Event.Kind.END, "b/1", 1_050),
            event(Event.Kind.START, "b/1", 1_200),
            event(Event.Kind.END, "b/1", 1_300));

    ResultAges ages =
        ResultAges.of(
            events,
            List.of(
                view("a", 900, 950, 1_140, Offer.Fate.COMPLETED),
                view("b", 900, 950, 1_301, Offer.Fate.COMPLETED),
                view("c", 900, 950, 1_301, Offer.Fate.COMPLETED),
                view("d", 900, 0, 1_301, Offer.Fate.REFUSED)),
            Offer.Phase.OVERLOAD);

    assertThat(ages)
        .isEqualTo(new ResultAges(new Percentiles(1_000, 40_000, 40_000, 40_000), 2, 1, 1));
    assertThat(ResultAges.of(events, List.of(), Offer.Phase.BEFORE).count()).isZero();
  }

  private static Event event(Event.Kind what, String key, long wallMillis) {
    return new Event(what, "f", key, 1, 0, 0, 0, wallMillis, 0, 0, "");
  }

  @Test
  void aNodeIsInTimeWhereNoMoreThanOneOfAHundredRefusalsIsLate() {
    List<Scraped> said = List.of(scraped(100, 50, 9), scraped(300, 52, 4), scraped(500, 54, 6));

    RefusalTimes times = RefusalTimes.of("n1", said).get(0);

    assertThat(times).isEqualTo(new RefusalTimes("n1", "client", 400, 4, List.of(4.0, 6.0, 9.0)));
    assertThat(times.isInTime()).isTrue();
    assertThat(new RefusalTimes("n1", "client", 399, 4, List.of()).isInTime()).isFalse();
    assertThat(times.text()).contains("1.00 % later", "median 6.00 ms, highest 9.00 ms");
    assertThat(RefusalTimes.of("n1", List.of())).isEmpty();
  }

  private static Scraped scraped(int count, int late, int p99Millis) {
    String labels = "asker=\"client\",code=\"overloaded\"";
    return Scraped.of(
        "n1",
        "corale_door_refusal_seconds{%s,quantile=\"0.99\"} 0.00%d%n".formatted(labels, p99Millis)
            + "corale_door_refusal_seconds_count{%s} %d%n".formatted(labels, count)
            + "corale_door_late_refusals_total{%s} %d%n".formatted(labels, late));
  }

  @Test
  void whatIsDueIsBegunWhenItIsDueWhateverTheOthersDo() throws Exception {
    List<Long> due = new ArrayList<>();
    List<Duration> looked = new ArrayList<>();
    long began = System.nanoTime();

    Paced.run(
        new Arrivals(1, 1e6, java.util.random.RandomGeneratorFactory.of("Random").create(1)),
        Duration.ofNanos(100_000),
        Duration.ofNanos(60_000),
        looked::add,
        (cell, dueNanos) -> due.add(dueNanos - began));

    assertThat(due).hasSizeBetween(60, 140).isSorted();
    assertThat(looked).extracting(Duration::toNanos).containsExactly(60_000L, 100_000L);
  }

  @Test
  void anOfferKnowsWhatBecameOfItWhateverComesFirst() {
    Offer offer = new Offer(Offer.Phase.AFTER, "x", 7);
    offer.sent(8);
    boolean isAcceptedAtFirst = offer.view().isAccepted();
    offer.accepted(9);
    offer.over(Offer.Fate.UNKNOWN, 10, 11);
    Offer.View unknown = offer.view();
    offer.over(Offer.Fate.COMPLETED, 12, 13);

    assertThat(isAcceptedAtFirst).isFalse();
    assertThat(unknown.isAccepted()).isTrue();
    assertThat(unknown.isDone()).isFalse();
    assertThat(offer.view())
        .isEqualTo(
            new Offer.View(Offer.Phase.AFTER, "x", 7, 8, 9, 12, 13, Offer.Fate.COMPLETED, false));
  }

  @Test
  void memoryIsFlatWhereNeitherHeapNorProcessGrows() {
    double mega = 1 << 20;
    List<Trend.Point> flat = points(200 * mega, 0.01 * mega);
    List<Trend.Point> rises = points(200 * mega, 0.3 * mega);

    assertThat(new MemorySamples("n1", flat, flat).isFlat()).isTrue();
    assertThat(new MemorySamples("n1", rises, flat).isFlat()).isFalse();
    assertThat(new MemorySamples("n1", flat, rises).isFlat()).isFalse();
    assertThat(new MemorySamples("n1", rises, flat).text())
        .contains("resident 200.0 to 218.0 MB (61 looks), +18.00 MB/min");
  }

  private static List<Trend.Point> points(double first, double perSecond) {
    return IntStream.rangeClosed(0, 60)
        .mapToObj(second -> new Trend.Point(second, first + second * perSecond))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--seconds=0",
        "--seconds=1801",
        "--warm-up=PT-1S",
        "--factor=1",
        "--factor=11",
        "--limit=0",
        "--limit=10001",
        "--latency=PT-1S",
        "--latency=PT11S",
        "--queue=0"
      })
  void refusesWhatMakesNoSenseBeforeAnythingStarts(String option) {
    StringWriter out = new StringWriter();
    int exit =
        new CommandLine(new OverloadCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(new StringWriter()))
            .execute(option);

    assertThat(exit).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(out.toString()).isEmpty();
  }
}
