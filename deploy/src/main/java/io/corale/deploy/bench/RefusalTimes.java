package io.corale.deploy.bench;

import io.corale.client.cli.Scraped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long a node took from a decoded request to its written refusal, by its own measure.
 *
 * @param asker a client or a node
 * @param count of refusals that were so measured, of which {@code late} took more than 5 ms
 * @param p99Millis of the last 512 at each look, in increasing order
 */
record RefusalTimes(String node, String asker, long count, long late, List<Double> p99Millis) {
  private static final String SECONDS = "corale_door_refusal_seconds";
  private static final String LATE = "corale_door_late_refusals_total";
  private static final double MOST_LATE = 0.01;
  private static final List<String> ASKERS = List.of("client", "node");

  /** Of a node, by what it said again and again, oldest first; no rows where it refused nobody. */
  static List<RefusalTimes> of(String node, List<Scraped> said) {
    List<RefusalTimes> rows = new ArrayList<>();
    for (String asker : ASKERS) {
      Map<String, String> labels = Map.of("asker", asker, "code", "overloaded");
      if (said.isEmpty()) {
        return rows;
      }
      Scraped first = said.get(0);
      Scraped last = said.get(said.size() - 1);
      long count = grown(first, last, SECONDS + "_count", labels);
      if (count > 0) {
        Map<String, String> worst =
            Map.of("asker", asker, "code", "overloaded", "quantile", "0.99");
        List<Double> p99 =
            said.stream()
                .map(each -> 1e3 * each.sum(SECONDS, worst))
                .filter(Double::isFinite)
                .sorted()
                .toList();
        rows.add(new RefusalTimes(node, asker, count, grown(first, last, LATE, labels), p99));
      }
    }
    return rows;
  }

  private static long grown(
      Scraped first, Scraped last, String metric, Map<String, String> labels) {
    return (long) (orZero(last.sum(metric, labels)) - orZero(first.sum(metric, labels)));
  }

  private static double orZero(double value) {
    return Double.isNaN(value) ? 0 : value;
  }

  /** Whether 99 of 100 were written within 5 ms. */
  boolean isInTime() {
    return late <= MOST_LATE * count;
  }

  /** As a row of a table. */
  String text() {
    return String.format(
        Locale.ROOT,
        "  %-4s asked by a %-6s %9d refusals, %6.2f %% later than 5 ms; p99 of 512 at each look:"
            + " median %.2f ms, highest %.2f ms",
        node,
        asker,
        count,
        100.0 * late / count,
        p99Millis.isEmpty() ? Double.NaN : p99Millis.get(p99Millis.size() / 2),
        p99Millis.isEmpty() ? Double.NaN : p99Millis.get(p99Millis.size() - 1));
  }
}
