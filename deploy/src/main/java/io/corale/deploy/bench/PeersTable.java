package io.corale.deploy.bench;

import io.corale.deploy.bench.PeersRun.Figures;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Figures of several systems side by side, as a table of Markdown; rounds stand in their order. */
final class PeersTable {
  private final int steps;
  private final List<Figures> figures;

  PeersTable(int steps, List<Figures> figures) {
    this.steps = steps;
    this.figures = figures;
  }

  /** One table for each number in flight. */
  String text() {
    return figures.stream()
        .map(Figures::inFlight)
        .distinct()
        .map(this::text)
        .collect(Collectors.joining("\n"));
  }

  private String text(int inFlight) {
    List<Figures> these = figures.stream().filter(each -> each.inFlight() == inFlight).toList();
    List<String> names = these.stream().map(Figures::name).distinct().toList();
    StringBuilder table = new StringBuilder();
    line(table, inFlight + " in flight", names);
    line(table, "---", names.stream().map(name -> "---").toList());
    row(table, "steps/s", these, each -> whole(each.loop().perSecond() * steps));
    row(table, "invocations/s", these, each -> whole(each.loop().perSecond()));
    row(table, "latency p50, ms", these, each -> millis(each.loop().latency().p50Micros()));
    row(table, "latency p99, ms", these, each -> millis(each.loop().latency().p99Micros()));
    row(
        table,
        "steps per CPU-second of the servers",
        these,
        each -> perProcessorSecond(each, each.servers()));
    row(
        table,
        "steps per CPU-second of all processes",
        these,
        each -> perProcessorSecond(each, each.servers().plus(each.drivers())));
    row(table, "processors busy: servers", these, each -> busy(each, each.servers().toNanos()));
    row(
        table,
        "processors busy: load and functions",
        these,
        each -> busy(each, each.drivers().toNanos()));
    row(table, "syncs of each server for a chain", these, PeersTable::syncs);
    row(table, "failed", these, each -> String.valueOf(each.loop().failed()));
    return table.toString();
  }

  private static void row(
      StringBuilder table, String label, List<Figures> these, Function<Figures, String> cell) {
    List<String> names = these.stream().map(Figures::name).distinct().toList();
    line(
        table,
        label,
        names.stream()
            .map(
                name ->
                    these.stream()
                        .filter(each -> each.name().equals(name))
                        .map(cell)
                        .collect(Collectors.joining("; ")))
            .toList());
  }

  private static void line(StringBuilder table, String label, List<String> cells) {
    table.append("| ").append(label);
    cells.forEach(cell -> table.append(" | ").append(cell));
    table.append(" |\n");
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String few(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String millis(long micros) {
    return String.format(Locale.ROOT, "%.2f", micros / 1e3);
  }

  private String perProcessorSecond(Figures each, Duration processorTime) {
    double seconds = Math.max(1e-9, processorTime.toNanos() / 1e9);
    return whole(each.loop().count() * (double) steps / seconds);
  }

  private static String busy(Figures each, long nanos) {
    return String.format(Locale.ROOT, "%.2f", nanos / (double) each.loop().elapsed().toNanos());
  }

  private static String syncs(Figures each) {
    return each.syncs()
        .map(seen -> seen.perChain().map(PeersTable::few).collect(Collectors.joining(" + ")))
        .orElse("not seen");
  }
}
