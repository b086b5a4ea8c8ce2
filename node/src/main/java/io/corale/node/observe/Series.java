package io.corale.node.observe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One measure for one combination of label values.
 *
 * @param values of the measure's labels, in their order
 */
record Series(Measure measure, List<String> values) implements Comparable<Series> {
  /** Where everything is counted that does not fit. */
  static final String OTHER = "other";

  private static final Comparator<Series> ORDER =
      Comparator.comparing(Series::measure).thenComparing(Series::values, Series::compare);

  Series {
    values = List.copyOf(values);
    if (values.size() != measure.labels().size()) {
      throw new IllegalArgumentException(
          measure + " has labels " + measure.labels() + ", was given " + values);
    }
  }

  static Series of(Measure measure, String... values) {
    return new Series(measure, List.of(values));
  }

  /** The series that stands in for it, and for all others that do not fit. */
  Series folded() {
    List<String> folded = new ArrayList<>(values);
    for (int i = 0; i < folded.size(); i++) {
      if (Measure.OPEN_LABELS.contains(measure.labels().get(i))) {
        folded.set(i, OTHER);
      }
    }
    return new Series(measure, folded);
  }

  @Override
  public int compareTo(Series other) {
    return ORDER.compare(this, other);
  }

  private static int compare(List<String> one, List<String> other) {
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      int order = one.get(i).compareTo(other.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(one.size(), other.size());
  }

  /** As in the text format. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(measure.exposed());
    Exposition.appendLabels(text, this, "");
    return text.toString();
  }
}
