package io.corale.client.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One cell in {@code corale top}: how it stands, and how it went between two looks at its
 * superpeer. What is not known is NaN.
 *
 * @param queued ready calls that wait, at all accounts of the owner; the three that follow likewise
 * @param commandsPerEntry of the entries between the looks
 * @param commitP50 seconds, over the last some hundred entries
 */
record TopRow(
    String owner,
    String cell,
    String node,
    String standing,
    double term,
    double live,
    double queued,
    double running,
    double leased,
    double limit,
    double entriesPerSecond,
    double commandsPerEntry,
    double commitP50,
    double commitP99) {
  /** The scope of an account that holds all others. */
  private static final String ROOT_SCOPE = "account";

  private static final String COMMANDS = "corale_cell_entry_commands";

  /** By owner, for people who look for one. */
  static final Comparator<TopRow> ORDER =
      Comparator.comparing(TopRow::owner).thenComparing(TopRow::cell);

  /** The cells that a node leads. */
  static List<TopRow> of(Optional<Scraped> before, Scraped now, double seconds) {
    List<TopRow> rows = new ArrayList<>();
    for (Scraped.Value each : now.all("corale_cell_standing")) {
      String standing = each.label("standing");
      if (standing.equals("superpeer") || standing.equals("taking_over")) {
        rows.add(row(before, now, each, seconds));
      }
    }
    return rows;
  }

  private static TopRow row(
      Optional<Scraped> before, Scraped now, Scraped.Value standing, double seconds) {
    Map<String, String> cell = new TreeMap<>();
    cell.put("owner", standing.label("owner"));
    cell.put("cell", standing.label("cell"));
    Map<String, String> root = with(cell, "scope", ROOT_SCOPE);
    double entries = rise(before, now, COMMANDS + "_count", cell);
    double commands = rise(before, now, COMMANDS + "_sum", cell);
    return new TopRow(
        standing.label("owner"),
        standing.label("cell"),
        now.node(),
        standing.label("standing"),
        now.sum("corale_cell_term", cell),
        now.sum("corale_cell_live_invocations", cell),
        now.sum("corale_scope_queued_calls", root),
        now.sum("corale_scope_running_calls", root),
        now.sum("corale_scope_leased_calls", root),
        now.sum("corale_scope_limit_calls", root),
        entries / seconds,
        commands / entries,
        now.sum("corale_cell_commit_seconds", with(cell, "quantile", "0.5")),
        now.sum("corale_cell_commit_seconds", with(cell, "quantile", "0.99")));
  }

  private static Map<String, String> with(Map<String, String> labels, String name, String value) {
    Map<String, String> more = new TreeMap<>(labels);
    more.put(name, value);
    return more;
  }

  /** Of a counter that was not there it is all; one that fell belongs to another life. */
  private static double rise(
      Optional<Scraped> before, Scraped now, String metric, Map<String, String> labels) {
    if (before.isEmpty()) {
      return Double.NaN;
    }
    double after = now.sum(metric, labels);
    double first = before.get().sum(metric, labels);
    double rise = Double.isNaN(first) ? after : after - first;
    return rise < 0 ? Double.NaN : rise;
  }
}
