package io.corale.deploy.bench;

import io.corale.deploy.bench.NodeReading.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What came of a {@link DensityRun}.
 *
 * @param born until all cells had a superpeer, from when the first was asked for
 * @param elapsed between the two looks at each node
 */
record DensityFigures(
    DensityLoad load,
    Duration born,
    Standings before,
    Standings after,
    List<Node> nodes,
    Duration elapsed,
    OpenLoop.Result result,
    Percentiles latency) {
  private static final double MEGA = 1 << 20;

  /** A kind of threads that is small in all nodes is told with others of its owner. */
  private static final int FEW_THREADS = 4;

  private static final double LITTLE_PERCENT = 0.3;

  /** A node, when the measured time began and when it was over. */
  record Node(String name, NodeReading before, NodeReading after) {}

  String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "density: %d cells of 3 replicas on %d processes, elections after %s, %.2f invocations/s each, for %s:"
            .formatted(load.cells(), load.nodes(), load.elections(), load.rate(), load.measured()));
    lines.add("  all had a superpeer after %.1f s".formatted(born.toMillis() / 1e3));
    lines.add(
        "  %d terms were begun in %d cells, %d cells have another superpeer than before"
            .formatted(
                after.termsSince(before), after.electedSince(before), after.movedSince(before)));
    lines.add("  invocations: " + result.text());
    lines.add("  from when it was due to its end: " + latency.text());
    lines.add("");
    lines.add(row("", Node::name));
    lines.add(row("cells led, before", node -> String.valueOf(before.ledBy(node.name))));
    lines.add(row("cells led, after", node -> String.valueOf(after.ledBy(node.name))));
    lines.add(row("CPU, % of a core", node -> "%.1f".formatted(percent(worked(node)))));
    lines.add(row("threads, before", node -> String.valueOf(node.before.allThreads())));
    lines.add(row("threads, after", node -> String.valueOf(node.after.allThreads())));
    lines.add(megabytes("heap in use, MB, before", node -> node.before.heapBytes()));
    lines.add(megabytes("heap in use, MB, after", node -> node.after.heapBytes()));
    lines.add(megabytes("direct buffers, MB", node -> node.after.directBytes()));
    lines.add(megabytes("resident, MB, before", node -> node.before.residentBytes()));
    lines.add(megabytes("resident, MB, after", node -> node.after.residentBytes()));
    lines.add(row("open files", node -> String.valueOf(node.after.openFiles())));
    lines.add(row("beans of JMX", node -> String.valueOf(node.after.beans())));
    lines.add(megabytes("files, MB, before", node -> node.before.diskBytes()));
    lines.add(megabytes("files, MB, after", node -> node.after.diskBytes()));
    lines.add("");
    lines.add(row("threads, and their CPU in % of a core", Node::name));
    shares().forEach((kind, shares) -> lines.add(shareRow(kind, shares)));
    lines.add(row("the runtime's own, and who has ended", this::unshared));
    return String.join(System.lineSeparator(), lines);
  }

  private String row(String name, Function<Node, String> cell) {
    StringBuilder line = new StringBuilder("  %-52s".formatted(name));
    nodes.forEach(node -> line.append("%16s".formatted(cell.apply(node))));
    return line.toString().stripTrailing();
  }

  private String megabytes(String name, ToDoubleFunction<Node> bytes) {
    return row(name, node -> String.format(Locale.ROOT, "%.0f", bytes.applyAsDouble(node) / MEGA));
  }

  private static long worked(Node node) {
    return node.after.processorTime().minus(node.before.processorTime()).toNanos();
  }

  private double percent(long processorNanos) {
    return processorNanos * 100.0 / elapsed.toNanos();
  }

  /** Of each kind, those of each node; small ones together. */
  private SortedMap<ThreadKind, List<Share>> shares() {
    List<SortedMap<ThreadKind, Share>> all =
        nodes.stream().map(node -> node.after.sharesSince(node.before)).toList();
    SortedSet<ThreadKind> kinds = new TreeSet<>();
    all.forEach(shares -> kinds.addAll(shares.keySet()));
    SortedMap<ThreadKind, List<Share>> rows = new TreeMap<>();
    for (ThreadKind kind : kinds) {
      List<Share> row =
          all.stream().map(shares -> shares.getOrDefault(kind, new Share(0, 0))).toList();
      rows.merge(row.stream().allMatch(this::isSmall) ? kind.other() : kind, row, this::sum);
    }
    return rows;
  }

  private boolean isSmall(Share share) {
    return share.threads() <= FEW_THREADS && percent(share.processorNanos()) < LITTLE_PERCENT;
  }

  private List<Share> sum(List<Share> some, List<Share> others) {
    List<Share> sum = new ArrayList<>();
    for (int i = 0; i < some.size(); i++) {
      sum.add(some.get(i).plus(others.get(i)));
    }
    return sum;
  }

  private String shareRow(ThreadKind kind, List<Share> shares) {
    StringBuilder line = new StringBuilder("  %-52s".formatted(kind));
    shares.forEach(share -> line.append("%16s".formatted(told(share))));
    return line.toString();
  }

  private String told(Share share) {
    return "%d / %.1f".formatted(share.threads(), percent(share.processorNanos()));
  }

  private String unshared(Node node) {
    long shared =
        node.after.sharesSince(node.before).values().stream()
            .mapToLong(Share::processorNanos)
            .sum();
    int threads = node.after.allThreads() - node.after.threads().size();
    return told(new Share(Math.max(0, threads), Math.max(0, worked(node) - shared)));
  }
}
