package io.corale.deploy.bench;

import io.corale.model.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * What came of an overload.
 *
 * @param peak of the closed loop
 * @param fates of all that was offered, after those without an end were asked for again
 * @param times when which load began and ended
 * @param scopes what was full, and how often
 * @param faults refusals that are not as they should be
 * @param failed what ended, and not by success
 * @param unknown what was said of those of which nobody knew at first
 */
record OverloadFigures(
    OverloadPlan plan,
    LoopFigures peak,
    Times times,
    List<Offer.View> fates,
    List<QueueSample> queue,
    ResultAges results,
    List<RefusalTimes> refusals,
    List<MemorySamples> memory,
    SortedMap<String, Integer> scopes,
    Failures faults,
    Failures failed,
    Failures unknown) {
  private static final long SECOND = 1_000_000_000L;
  private static final double LEAST_GOODPUT = 0.8;
  private static final double LONGEST_RECOVERY = 10;

  /** Ten times what new work may take on its way into the log before it is cut down. */
  private static final double OLDEST_RESULT_MILLIS = 2_000;

  /** Who sends later than that offers another load than was wanted. */
  private static final double LATEST_MILLIS = 50;

  /** Arrivals are drawn: of 10,000 there may be 300 less. */
  private static final double LEAST_OFFERED = 0.97;

  private static final int ROWS = 30;

  /** When the calm before it, the overload and the calm after it began, and when that ended. */
  record Times(long beforeNanos, long overloadNanos, long afterNanos, long endNanos) {}

  /** Whether no promise was broken. */
  boolean isKept() {
    return Verdict.areKept(verdicts());
  }

  List<Verdict> verdicts() {
    return List.of(
        offered(),
        bounded(),
        goodput(),
        heard(),
        memoryFlat(),
        recovered(),
        inTime(),
        shaped(),
        nothingLost());
  }

  private List<Window> windows(long fromNanos, long untilNanos, long widthNanos) {
    return Window.of(fates, queue, times.overloadNanos, fromNanos, untilNanos, widthNanos);
  }

  private Window overload() {
    long span = times.afterNanos - times.overloadNanos;
    return windows(times.overloadNanos, times.afterNanos, span).get(0);
  }

  private double overloadSeconds() {
    return (times.afterNanos - times.overloadNanos) / 1e9;
  }

  private Verdict offered() {
    Window window = overload();
    double wanted = plan.factor() * peak.perSecond() * overloadSeconds();
    Percentiles late = lateness();
    return Verdict.promise(
        window.unsent() == 0
            && window.due() >= LEAST_OFFERED * wanted
            && late.p99Micros() <= LATEST_MILLIS * 1e3,
        "the load is offered as it is due, so that these figures are of the cluster",
        String.format(
            Locale.ROOT,
            "%.0f/s of %.0f/s, %d not sent; sent late by %s",
            window.due() / overloadSeconds(),
            wanted / overloadSeconds(),
            window.unsent(),
            late.text()));
  }

  private Percentiles lateness() {
    Samples late = new Samples();
    fates.stream()
        .filter(offer -> offer.phase() == Offer.Phase.OVERLOAD)
        .forEach(offer -> late.add(offer.sentNanos() - offer.dueNanos()));
    return late.percentiles();
  }

  private Verdict bounded() {
    long calls = queue.stream().mapToLong(QueueSample::calls).max().orElse(-1);
    long bytes = queue.stream().mapToLong(QueueSample::bytes).max().orElse(-1);
    int most = plan.queue() + plan.limit(); // What was throttled or lost comes back to its place.
    return Verdict.promise(
        calls >= 0 && calls <= most && bytes <= Terms.STANDARD.maxQueuedBytes(),
        "the queue is bounded",
        "at most %d calls of %d and %d KB of %d KB, in %d looks"
            .formatted(
                calls,
                plan.queue(),
                bytes / 1024,
                Terms.STANDARD.maxQueuedBytes() / 1024,
                queue.size()));
  }

  private Verdict goodput() {
    double share = overload().completed() / overloadSeconds() / peak.perSecond();
    return Verdict.goal(
        share >= LEAST_GOODPUT,
        "goodput in overload is at least 80 % of the peak",
        String.format(Locale.ROOT, "%.1f %%", 100 * share));
  }

  private Verdict heard() {
    long open = fates.stream().filter(offer -> offer.isAccepted() && !offer.isDone()).count();
    return Verdict.promise(
        open == 0 && results.ages().mostMicros() <= OLDEST_RESULT_MILLIS * 1e3,
        "results never starve: each is heard within 2 s of its end at the provider, and all that"
            + " was accepted ends",
        "%s of %d; %d without an end".formatted(results.ages().text(), results.count(), open));
  }

  private Verdict memoryFlat() {
    return Verdict.promise(
        memory.stream().allMatch(MemorySamples::isFlat),
        "memory is flat: neither the heap nor all of a node grows by more than 16 MB meanwhile",
        memory.stream()
            .map(node -> String.format(Locale.ROOT, "%s %+.1f MB", node.node(), node.growth()))
            .collect(Collectors.joining(", ")));
  }

  private Verdict recovered() {
    OptionalDouble seconds =
        Recovery.after(
            windows(times.beforeNanos, times.overloadNanos, SECOND),
            windows(times.afterNanos, times.endNanos, SECOND));
    double least = plan.queue() / (peak.perSecond() * (1 - OverloadPlan.CALM_LOAD));
    return Verdict.goal(
        seconds.isPresent() && seconds.getAsDouble() <= LONGEST_RECOVERY,
        "all is as before within 10 s of its end",
        (seconds.isPresent()
                ? String.format(Locale.ROOT, "%.0f s", seconds.getAsDouble())
                : "not while it was looked at")
            + String.format(
                Locale.ROOT, " (a full queue of %d takes %.1f s)", plan.queue(), least));
  }

  private Verdict inTime() {
    return Verdict.goal(
        !refusals.isEmpty() && refusals.stream().allMatch(RefusalTimes::isInTime),
        "99 of 100 refusals are written within 5 ms of the decoded request, at each node",
        refusals.stream()
            .map(
                each ->
                    String.format(
                        Locale.ROOT,
                        "%s (%s) %.2f %% late",
                        each.node(),
                        each.asker(),
                        100.0 * each.late() / each.count()))
            .collect(Collectors.joining(", ", "", refusals.isEmpty() ? "none was refused" : "")));
  }

  private Verdict shaped() {
    return Verdict.promise(
        faults.count() == 0,
        "each refusal is OVERLOADED and says what is full and when to come back",
        scopes + ", " + faults.text());
  }

  private Verdict nothingLost() {
    Map<Offer.Fate, Long> counts =
        fates.stream().collect(Collectors.groupingBy(Offer.View::fate, Collectors.counting()));
    long accepted = fates.stream().filter(Offer.View::isAccepted).count();
    long found = fates.stream().filter(offer -> offer.isAccepted() && offer.isDone()).count();
    return Verdict.promise(
        accepted == found && results.uncalled() == 0 && failed.count() == 0,
        "nothing that was accepted is lost: each has completed, and was called",
        "%d accepted, %d found (%s), %d of them never called, %d called again; of %d nobody knows"
            .formatted(
                accepted,
                found,
                failed.text(),
                results.uncalled(),
                results.repeated(),
                counts.getOrDefault(Offer.Fate.UNKNOWN, 0L)));
  }

  /** For people. */
  String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "overload: peak %.0f invocations/s with %d in flight (%s; %d failed), then %.1f times"
                + " that for %.0f s",
            peak.perSecond(),
            plan.inFlight(),
            peak.latency().text(),
            peak.failed(),
            plan.factor(),
            overloadSeconds()));
    lines.add(Window.HEADING);
    double all = (times.endNanos - times.beforeNanos) / 1e9;
    double width = Math.max(1, Math.ceil(all / ROWS));
    windows(times.beforeNanos, times.endNanos, (long) (width * SECOND))
        .forEach(window -> lines.add(window.text(width)));
    refusals.forEach(each -> lines.add(each.text()));
    memory.forEach(each -> lines.add(each.text()));
    lines.add("  of unknown end at first: " + unknown.text());
    verdicts().forEach(verdict -> lines.add(verdict.text()));
    return String.join("\n", lines);
  }
}
