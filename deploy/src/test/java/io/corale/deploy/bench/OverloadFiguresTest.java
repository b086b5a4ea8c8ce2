package io.corale.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A run of an overload, made up: which line says so when one thing is wrong with it. */
class OverloadFiguresTest {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;
  private static final int CALM = 5;
  private static final int OVERLOAD = 10;
  private static final int PEAK = 100;

  private static final OverloadPlan PLAN =
      new OverloadPlan(
          Duration.ZERO,
          Duration.ofSeconds(CALM),
          Duration.ofSeconds(CALM),
          Duration.ofSeconds(OVERLOAD),
          3,
          10,
          Duration.ofMillis(100),
          50);

  private final List<Offer.View> fates = new ArrayList<>();
  private final List<QueueSample> queue = new ArrayList<>();
  private final Failures faults = new Failures();
  private final Failures failed = new Failures();
  private List<RefusalTimes> refusals =
      List.of(new RefusalTimes("n1", "client", 1_000, 10, List.of(1.0)));
  private List<MemorySamples> memory = List.of();
  private ResultAges results = ages(100, 0);

  private static ResultAges ages(long mostMillis, int uncalled) {
    Percentiles ages = new Percentiles(1_000, 2_000, 3_000, mostMillis * 1_000);
    return new ResultAges(ages, 1_000, uncalled, 0);
  }

  /** As it should be: what is beyond the peak is refused. */
  private void asPromised() {
    for (int second = 0; second < CALM; second++) {
      offers(Offer.Phase.BEFORE, second, PEAK / 2, 0);
    }
    for (int second = CALM; second < CALM + OVERLOAD; second++) {
      offers(Offer.Phase.OVERLOAD, second, PEAK, 2 * PEAK);
    }
    for (int second = CALM + OVERLOAD; second < 3 * CALM + OVERLOAD; second++) {
      offers(Offer.Phase.AFTER, second, PEAK / 2, 0);
    }
  }

  private void offers(Offer.Phase phase, int second, int completed, int refused) {
    queue.add(new QueueSample(second * SECOND, refused == 0 ? 0 : 50, 100, 10));
    for (int i = 0; i < completed; i++) {
      long due = second * SECOND + i * SECOND / completed;
      fates.add(offer(phase, due, due + MILLI, due + 2 * MILLI, Offer.Fate.COMPLETED));
    }
    for (int i = 0; i < refused; i++) {
      long due = second * SECOND + i * SECOND / refused;
      fates.add(offer(phase, due, 0, due + MILLI, Offer.Fate.REFUSED));
    }
  }

  private Offer.View offer(
      Offer.Phase phase, long due, long accepted, long ended, Offer.Fate fate) {
    return new Offer.View(
        phase, "offer-" + fates.size(), due, due, accepted, ended, ended / MILLI, fate, false);
  }

  private OverloadFigures figures() {
    SortedMap<String, Integer> scopes = new TreeMap<>();
    scopes.put("queue", 2_000);
    return new OverloadFigures(
        PLAN,
        new LoopFigures(500, Duration.ofSeconds(5), new Percentiles(1, 2, 3, 4), 0),
        new OverloadFigures.Times(
            0, CALM * SECOND, (CALM + OVERLOAD) * SECOND, (3 * CALM + OVERLOAD) * SECOND),
        fates,
        queue,
        results,
        refusals,
        memory,
        scopes,
        faults,
        failed,
        new Failures());
  }

  private List<String> missed() {
    return figures().verdicts().stream()
        .filter(verdict -> !verdict.isKept())
        .map(Verdict::what)
        .toList();
  }

  private void assertMisses(String what) {
    assertThat(missed()).singleElement().asString().contains(what);
  }

  @Test
  void allIsKept() {
    asPromised();

    assertThat(missed()).isEmpty();
    assertThat(figures().isKept()).isTrue();
    assertThat(figures().text())
        .contains("peak 100 invocations/s", "3.0 times that for 10 s")
        .contains("kept   goal    goodput in overload is at least 80 % of the peak: 100.0 %")
        .contains("all is as before within 10 s of its end: 0 s (a full queue of 50 takes 1.0 s)");
  }

  @Test
  void aLoadThatWasNotOfferedTellsNothing() {
    asPromised();
    fates.removeIf(
        offer -> offer.fate() == Offer.Fate.REFUSED && Math.floorMod(offer.dueNanos(), 5) == 0);

    assertMisses("the load is offered as it is due");
    assertThat(figures().isKept()).isFalse();
  }

  @Test
  void aQueueIsBoundedByTermsAndWhatRan() {
    asPromised();
    queue.add(new QueueSample(CALM * SECOND, 61, 100, 10));

    assertMisses("the queue is bounded");
  }

  @Test
  void aQueueAtWhichNobodyLookedIsNotBounded() {
    asPromised();
    queue.clear();

    assertThat(missed()).contains("the queue is bounded");
  }

  @Test
  void goodputIsWhatCompletesMeanwhile() {
    asPromised();
    fates.replaceAll(
        offer ->
            offer.phase() == Offer.Phase.OVERLOAD
                    && offer.fate() == Offer.Fate.COMPLETED
                    && Math.floorMod(offer.dueNanos() / MILLI, 40) == 0
                ? offer(offer.phase(), offer.dueNanos(), 0, offer.endedNanos(), Offer.Fate.REFUSED)
                : offer);

    assertMisses("goodput in overload");
    assertThat(figures().isKept()).as("a goal depends on the machine").isTrue();
  }

  @Test
  void aResultThatWaitsForLongStarves() {
    asPromised();
    results = ages(2_001, 0);

    assertMisses("results never starve");
  }

  @Test
  void whatWasAcceptedAndHasNoEndIsLost() {
    asPromised();
    fates.add(offer(Offer.Phase.BEFORE, 1, 2, 3, Offer.Fate.UNKNOWN));

    assertThat(missed())
        .satisfiesExactly(
            first -> assertThat(first).contains("results never starve"),
            second -> assertThat(second).contains("nothing that was accepted is lost"));
  }

  @Test
  void whatNobodyAcceptedMayBeUnknown() {
    asPromised();
    fates.add(offer(Offer.Phase.BEFORE, 1, 0, 3, Offer.Fate.UNKNOWN));

    assertThat(missed()).isEmpty();
    assertThat(figures().text()).contains("of 1 nobody knows");
  }

  @Test
  void whatCompletesWasCalled() {
    asPromised();
    results = ages(100, 1);

    assertMisses("nothing that was accepted is lost");
  }

  @Test
  void whatEndsOtherwiseIsTold() {
    asPromised();
    failed.note("Faulted");

    assertMisses("nothing that was accepted is lost");
  }

  @Test
  void lateRefusalsMissAGoal() {
    asPromised();
    refusals = List.of(new RefusalTimes("n2", "node", 1_000, 11, List.of()));

    assertMisses("99 of 100 refusals");
    assertThat(figures().text()).contains("n2 (node) 1.10 % late");
  }

  @Test
  void anOverloadInWhichNothingIsRefusedTellsNothingOfRefusals() {
    asPromised();
    refusals = List.of();

    assertMisses("99 of 100 refusals");
  }

  @Test
  void aRefusalOfAnotherKindBreaksAPromise() {
    asPromised();
    faults.note("no scope");

    assertMisses("each refusal is OVERLOADED");
  }

  @Test
  void memoryThatGrowsBreaksAPromise() {
    asPromised();
    memory =
        List.of(
            new MemorySamples(
                "n3", List.of(new Trend.Point(0, 0), new Trend.Point(10, 17 << 20)), List.of()));

    assertMisses("memory is flat");
    assertThat(figures().text()).contains("n3 +17.0 MB");
  }

  @Test
  void whatStaysSlowHasNotRecovered() {
    asPromised();
    fates.replaceAll(
        offer ->
            offer.phase() == Offer.Phase.AFTER
                ? offer(
                    offer.phase(),
                    offer.dueNanos(),
                    offer.acceptedNanos(),
                    offer.dueNanos() + 4 * MILLI,
                    offer.fate())
                : offer);

    assertMisses("all is as before");
    assertThat(figures().text()).contains("not while it was looked at");
  }
}
