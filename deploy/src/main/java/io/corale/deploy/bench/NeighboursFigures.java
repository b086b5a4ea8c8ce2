package io.corale.deploy.bench;

import io.corale.deploy.bench.NodeReading.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What a flood costs its neighbours.
 *
 * @param node that is flooded, and how many quiet owners it leads
 * @param moved quiet owners whose superpeer was another node at last: they were told apart wrongly
 * @param alone rounds without the flood, as many as {@code flooded} beside it, in turns
 * @param answers to the flood in each of those
 * @param holdups where time is at that node
 * @param threads of that node, and what they worked
 */
record NeighboursFigures(
    NeighboursPlan plan,
    String node,
    int led,
    int moved,
    List<Round> alone,
    List<Round> flooded,
    List<Flood.Answers> answers,
    List<Holdup> holdups,
    Threads threads) {
  private static final double LEAST_THROUGHPUT = 0.9;
  private static final double MOST_P99 = 2;
  private static final int KINDS = 10;

  /**
   * Some of the owners in one time.
   *
   * @param perSecond how many completed in it
   */
  record Group(int due, double perSecond, Percentiles latency) {}

  /**
   * One time.
   *
   * @param beside owners whose superpeer is the node that is flooded
   * @param open invocations that have not ended a minute later
   */
  record Round(Group beside, Group elsewhere, int open, Failures failures) {
    boolean isWhole() {
      return open == 0 && failures.count() == 0;
    }
  }

  /** What threads of the node worked in one time alone and in one beside the flood. */
  record Threads(
      SortedMap<ThreadKind, Share> alone, SortedMap<ThreadKind, Share> flooded, Duration span) {}

  /** Whether no promise was broken. */
  boolean isKept() {
    return Verdict.areKept(verdicts());
  }

  List<Verdict> verdicts() {
    boolean isWhole =
        alone.stream().allMatch(Round::isWhole) && flooded.stream().allMatch(Round::isWhole);
    return List.of(
        Verdict.promise(
            isWhole, "every invocation of the others completes", isWhole ? "yes" : failures()),
        Verdict.goal(
            moved == 0, "every cell stays where it is", "%d of other superpeers".formatted(moved)),
        throughput("beside the flood", Round::beside),
        waits("beside the flood", Round::beside),
        throughput("of other nodes", Round::elsewhere),
        waits("of other nodes", Round::elsewhere));
  }

  private String failures() {
    List<String> said = new ArrayList<>();
    for (Round round : alone) {
      said.add("alone " + round.failures.text() + ", open " + round.open);
    }
    for (Round round : flooded) {
      said.add("flooded " + round.failures.text() + ", open " + round.open);
    }
    return String.join("; ", said);
  }

  private Verdict throughput(String whose, Function<Round, Group> group) {
    double before = median(alone, round -> group.apply(round).perSecond);
    double after = median(flooded, round -> group.apply(round).perSecond);
    double share = before == 0 ? 1 : after / before;
    return Verdict.goal(
        share >= LEAST_THROUGHPUT,
        "owners " + whose + " keep 90 % of their throughput",
        String.format(Locale.ROOT, "%.1f %% (%.1f/s alone, %.1f/s)", 100 * share, before, after));
  }

  private Verdict waits(String whose, Function<Round, Group> group) {
    double before = median(alone, round -> group.apply(round).latency.p99Micros());
    double after = median(flooded, round -> group.apply(round).latency.p99Micros());
    double times = before == 0 ? 1 : after / before;
    return Verdict.goal(
        times <= MOST_P99,
        "owners " + whose + " wait no more than twice as long (p99)",
        String.format(
            Locale.ROOT, "%.2f times (%.1f ms alone, %.1f ms)", times, before / 1e3, after / 1e3));
  }

  /** Of an even number of rounds, the mean of the two in the middle. */
  static double median(List<Round> rounds, ToDoubleFunction<Round> of) {
    double[] sorted = rounds.stream().mapToDouble(of).sorted().toArray();
    int half = sorted.length / 2;
    if (sorted.length == 0) {
      return 0;
    }
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** For people. */
  String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "neighbours: %d quiet owners of %.1f invocations/s each, %d of them led by %s, which is flooded over %d connections"
            .formatted(plan.owners(), plan.rate(), led, node, plan.connections()));
    lines.add(
        "  round                 beside: due   completed/s     p50 ms     p99 ms   elsewhere: due  "
            + " completed/s     p50 ms     p99 ms   flood/s  of those accepted");
    for (int i = 0; i < alone.size(); i++) {
      lines.add(row("alone " + (i + 1), alone.get(i), ""));
      lines.add(row("beside a flood " + (i + 1), flooded.get(i), flood(answers.get(i))));
    }
    lines.add(
        "  at %s, means in ms                                    alone    flooded       more"
            .formatted(node));
    holdups.forEach(holdup -> lines.add(holdup.text()));
    holdups.stream()
        .max(Comparator.comparingDouble(Holdup::moreMillis))
        .ifPresent(most -> lines.add("  most of it: " + most.what()));
    lines.addAll(threadLines());
    verdicts().forEach(verdict -> lines.add(verdict.text()));
    return String.join("\n", lines);
  }

  private static String row(String name, Round round, String flood) {
    return String.format(
        Locale.ROOT,
        "  %-18s %15d %13.1f %10.1f %10.1f %16d %13.1f %10.1f %10.1f %s",
        name,
        round.beside.due,
        round.beside.perSecond,
        round.beside.latency.p50Micros() / 1e3,
        round.beside.latency.p99Micros() / 1e3,
        round.elsewhere.due,
        round.elsewhere.perSecond,
        round.elsewhere.latency.p50Micros() / 1e3,
        round.elsewhere.latency.p99Micros() / 1e3,
        flood);
  }

  private String flood(Flood.Answers its) {
    double seconds = plan.span().toNanos() / 1e9;
    return String.format(
        Locale.ROOT,
        "%9.0f %18.0f%s",
        (its.accepted() + its.refused() + its.other()) / seconds,
        its.accepted() / seconds,
        its.other() == 0 ? "" : ", " + its.other() + " neither accepted nor refused");
  }

  /** The kinds that work most beside the flood. */
  private List<String> threadLines() {
    SortedSet<ThreadKind> kinds = new TreeSet<>(threads.alone.keySet());
    kinds.addAll(threads.flooded.keySet());
    List<String> lines = new ArrayList<>();
    lines.add(
        "  threads of %s, %% of a core                            alone    flooded"
            .formatted(node));
    kinds.stream()
        .sorted(
            Comparator.<ThreadKind>comparingDouble(kind -> -percent(threads.flooded, kind))
                .thenComparing(Comparator.naturalOrder()))
        .limit(KINDS)
        .forEach(
            kind ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "  %-46s %10.1f %10.1f",
                        kind,
                        percent(threads.alone, kind),
                        percent(threads.flooded, kind))));
    return lines;
  }

  private double percent(Map<ThreadKind, Share> shares, ThreadKind kind) {
    Share share = shares.get(kind);
    return share == null ? 0 : 100.0 * share.processorNanos() / threads.span.toNanos();
  }
}
