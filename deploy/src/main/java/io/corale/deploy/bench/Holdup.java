package io.corale.deploy.bench;

import io.corale.client.cli.Scraped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Where the time of the quiet owners' requests is at a node: what it measures of a place where they
 * wait or are served, alone and beside the flood.
 */
record Holdup(String what, Mean alone, Mean beside) {
  /** How often, and how long in all. */
  record Mean(double count, double seconds) {
    Mean plus(Mean other) {
      return new Mean(count + other.count, seconds + other.seconds);
    }

    double millis() {
      return count == 0 ? Double.NaN : 1e3 * seconds / count;
    }
  }

  /** A place, and of which series it is the sum. */
  private record Where(String what, String metric, Map<String, String> labels, boolean isOfOwner) {
    Where(String what, String metric) {
      this(what, metric, Map.of(), false);
    }
  }

  private static final List<Where> PLACES =
      List.of(
          new Where("door: a request waits for a thread", "corale_door_wait_seconds"),
          new Where(
              "pool admit: a submit waits for a thread",
              "corale_pool_wait_seconds",
              Map.of("pool", "admit"),
              true),
          new Where(
              "pool evaluate: a branch waits for a thread",
              "corale_pool_wait_seconds",
              Map.of("pool", "evaluate"),
              true),
          new Where("log: an entry until applied", "corale_cell_commit_seconds", Map.of(), true),
          new Where("Ratis: a write waits for the log's thread", "corale_raft_log_queue_seconds"),
          new Where("Ratis: a sync of the log", "corale_raft_log_sync_seconds"),
          new Where("Ratis: followers answer an entry", "corale_raft_append_rpc_seconds"),
          new Where("calls: wait for a slot", "corale_account_wait_seconds", Map.of(), true),
          new Where("calls: from the decision to leaving", "corale_attempt_send_wait_seconds"),
          new Where("calls: at the provider", "corale_attempt_seconds"));

  private Where whereOf() {
    return PLACES.stream().filter(where -> where.what.equals(what)).findFirst().orElseThrow();
  }

  /** What a node measured between two looks, in each place, of all owners but one. */
  static List<Mean> between(Scraped before, Scraped after, String except) {
    List<Mean> means = new ArrayList<>();
    for (Where where : PLACES) {
      means.add(
          new Mean(
              total(after, where, "_count", except) - total(before, where, "_count", except),
              total(after, where, "_sum", except) - total(before, where, "_sum", except)));
    }
    return means;
  }

  private static double total(Scraped said, Where where, String suffix, String except) {
    Predicate<Scraped.Value> isMeant =
        value ->
            value.labels().entrySet().containsAll(where.labels.entrySet())
                && !(where.isOfOwner && except.equals(value.labels().get("owner")));
    return said.all(where.metric + suffix).stream()
        .filter(isMeant)
        .mapToDouble(Scraped.Value::value)
        .sum();
  }

  /** In each place, over all rounds. */
  static List<Holdup> of(List<List<Mean>> alone, List<List<Mean>> beside) {
    List<Holdup> all = new ArrayList<>();
    for (int i = 0; i < PLACES.size(); i++) {
      all.add(new Holdup(PLACES.get(i).what, sum(alone, i), sum(beside, i)));
    }
    return all;
  }

  private static Mean sum(List<List<Mean>> rounds, int place) {
    return rounds.stream().map(round -> round.get(place)).reduce(new Mean(0, 0), Mean::plus);
  }

  /** By how much longer it takes beside the flood, in milliseconds. */
  double moreMillis() {
    double more = beside.millis() - alone.millis();
    return Double.isNaN(more) ? 0 : more;
  }

  /** As a row of a table. */
  String text() {
    return String.format(
        Locale.ROOT,
        "  %-46s %10.3f %10.3f %+10.3f   %s",
        what,
        alone.millis(),
        beside.millis(),
        moreMillis(),
        whereOf().isOfOwner ? "of the quiet owners" : "of all");
  }
}
