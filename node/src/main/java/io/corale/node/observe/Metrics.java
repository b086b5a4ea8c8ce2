package io.corale.node.observe;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * All series of a node, in one Dropwizard registry. However many owners come and go, a measure has
 * at most {@link #MAX_SERIES} series; what exceeds them goes to one labelled {@code other}.
 *
 * <p>Thread-safe. Counting and recording look a series up and add to it; only the first value of a
 * series takes a lock.
 */
public final class Metrics {
  /** At some hundred bytes a line and a dozen measures by owner, a scrape stays below 2 MB. */
  static final int MAX_SERIES = 1_000;

  private final MetricRegistry registry = new MetricRegistry();
  private final ConcurrentMap<Series, Metric> bySeries = new ConcurrentHashMap<>();
  private final Map<Measure, AtomicInteger> sizes = new ConcurrentHashMap<>();

  /** Where every series can be found under its name by Dropwizard's own reporters. */
  MetricRegistry registry() {
    return registry;
  }

  /** Counts. */
  public void add(Measure measure, long n, String... labels) {
    ((Counter) find(Series.of(measure, labels))).inc(n);
  }

  /** Counts one. */
  public void count(Measure measure, String... labels) {
    add(measure, 1, labels);
  }

  /** Records a value of a summary; a duration in nanoseconds. */
  public void record(Measure measure, long value, String... labels) {
    ((Distribution) find(Series.of(measure, labels))).update(value);
  }

  private Metric find(Series series) {
    Metric known = bySeries.get(series);
    return known != null ? known : admit(series);
  }

  private synchronized Metric admit(Series series) {
    Metric known = bySeries.get(series);
    if (known != null) {
      return known;
    }
    Series folded = series.folded();
    if (folded.equals(series) || size(series.measure()).get() < MAX_SERIES) {
      return enter(series, made(series.measure()));
    }
    count(Measure.OVERFLOW, series.measure().exposed());
    return find(folded);
  }

  private static Metric made(Measure measure) {
    return switch (measure.kind()) {
      case COUNTER -> new Counter();
      case SUMMARY -> new Distribution();
      case GAUGE -> new Level();
    };
  }

  /** Has measures without labels at zero before they are first told of. */
  public void prepare(List<Measure> measures) {
    measures.forEach(measure -> find(Series.of(measure)));
  }

  /** Shows the series of others, who go on counting with them, among its own. */
  public void adopt(Metrics others) {
    others.bySeries.forEach(this::enter);
  }

  private synchronized Metric enter(Series series, Metric metric) {
    registry.register(series.toString(), metric);
    bySeries.put(series, metric);
    size(series.measure()).incrementAndGet();
    return metric;
  }

  /** Puts what was read in the place of all that was read before. */
  synchronized void replace(Readings readings) {
    SortedMap<Series, Double> read = readings.bounded(MAX_SERIES);
    readings
        .overflow()
        .forEach((measure, values) -> add(Measure.OVERFLOW, values, measure.exposed()));
    remove(series -> bySeries.get(series) instanceof Level && !read.containsKey(series));
    read.forEach(
        (series, value) -> {
          Metric known = bySeries.get(series);
          ((Level) (known != null ? known : enter(series, new Level()))).set(value);
        });
  }

  /**
   * Forgets what was counted for owners of whom this node holds no cell any more, so that those who
   * come later have room.
   */
  synchronized void keepOwners(Set<String> owners) {
    remove(
        series -> {
          int at = series.measure().labels().indexOf("owner");
          return at >= 0
              && !owners.contains(series.values().get(at))
              && !series.values().get(at).equals(Series.OTHER);
        });
  }

  private void remove(Predicate<Series> gone) {
    for (Series series : bySeries.keySet()) {
      if (gone.test(series)) {
        bySeries.remove(series);
        registry.remove(series.toString());
        size(series.measure()).decrementAndGet();
      }
    }
  }

  private AtomicInteger size(Measure measure) {
    return sizes.computeIfAbsent(measure, any -> new AtomicInteger());
  }

  /** Everything at this moment, ordered by measure and labels. */
  SortedMap<Series, Metric> all() {
    return new TreeMap<>(bySeries);
  }
}
