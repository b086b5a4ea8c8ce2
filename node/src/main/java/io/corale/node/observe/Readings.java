package io.corale.node.observe;

import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What samplers read for one scrape. Not thread-safe. */
final class Readings {
  private final SortedMap<Series, Double> read = new TreeMap<>();
  private final Map<Measure, Integer> overflow = new EnumMap<>(Measure.class);

  /** A level, or a count that is kept elsewhere; exact up to 2^53. */
  void add(Measure measure, long value, String... labels) {
    add(measure, (double) value, labels);
  }

  /** A level, or a count that is kept elsewhere. */
  void add(Measure measure, double value, String... labels) {
    read.put(Series.of(measure, labels), value);
  }

  /** All of it, with no more series of one measure than this and one for the rest. */
  SortedMap<Series, Double> bounded(int maxSeries) {
    SortedMap<Series, Double> bounded = new TreeMap<>();
    Map<Measure, Integer> sizes = new EnumMap<>(Measure.class);
    overflow.clear();
    read.forEach(
        (series, value) -> {
          Measure measure = series.measure();
          if (sizes.merge(measure, 1, Integer::sum) <= maxSeries) {
            bounded.put(series, value);
          } else {
            overflow.merge(measure, 1, Integer::sum);
            bounded.merge(
                series.folded(),
                value,
                measure.fold() == Measure.Fold.SUM ? Double::sum : Math::max);
          }
        });
    return bounded;
  }

  /** How many series of which measure did not fit, the last time it was bounded. */
  Map<Measure, Integer> overflow() {
    return overflow;
  }
}
