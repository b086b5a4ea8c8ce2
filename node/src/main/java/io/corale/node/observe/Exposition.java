package io.corale.node.observe;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.Snapshot;
import java.util.Locale;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes series in Prometheus' text format, version 0.0.4.
 *
 * <p>Our own because the bridges that exist either refuse two Dropwizard metrics that are one
 * measure with different labels, or are not kept any more.
 */
final class Exposition {
  /** What the response's header says. */
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final double[] QUANTILES = {0.5, 0.9, 0.99};

  private Exposition() {}

  static String of(SortedMap<Series, Metric> all) {
    StringBuilder text = new StringBuilder();
    @Nullable Measure last = null;
    for (var each : all.entrySet()) {
      Measure measure = each.getKey().measure();
      if (measure != last) {
        head(text, measure);
        last = measure;
      }
      body(text, each.getKey(), each.getValue());
    }
    return text.toString();
  }

  private static void head(StringBuilder text, Measure measure) {
    text.append("# HELP ").append(measure.exposed()).append(' ');
    text.append(measure.help().replace("\\", "\\\\").replace("\n", "\\n")).append('\n');
    text.append("# TYPE ").append(measure.exposed()).append(' ');
    text.append(measure.kind().name().toLowerCase(Locale.ROOT)).append('\n');
  }

  private static void body(StringBuilder text, Series series, Metric metric) {
    if (metric instanceof Distribution distribution) {
      summary(text, series, distribution);
    } else if (metric instanceof Counter counter) {
      line(text, series, "", "", (double) counter.getCount());
    } else if (metric instanceof Gauge<?> gauge && gauge.getValue() instanceof Number number) {
      line(text, series, "", "", number.doubleValue());
    } else {
      throw new IllegalArgumentException(series + " is a " + metric.getClass());
    }
  }

  private static void summary(StringBuilder text, Series series, Distribution distribution) {
    double scale = series.measure().scale();
    Snapshot snapshot = distribution.getSnapshot();
    for (double quantile : QUANTILES) {
      // Of nothing there is no median: NaN, as Prometheus' own summaries say.
      double value = snapshot.size() == 0 ? Double.NaN : snapshot.getValue(quantile) / scale;
      line(text, series, "", "quantile=\"" + quantile + "\"", value);
    }
    line(text, series, "_sum", "", distribution.sum() / scale);
    line(text, series, "_count", "", (double) distribution.getCount());
  }

  private static void line(
      StringBuilder text, Series series, String suffix, String extraLabel, double value) {
    text.append(series.measure().exposed()).append(suffix);
    appendLabels(text, series, extraLabel);
    text.append(' ').append(number(value)).append('\n');
  }

  /** Labels in braces; nothing where there are none. */
  static void appendLabels(StringBuilder text, Series series, String extraLabel) {
    if (series.values().isEmpty() && extraLabel.isEmpty()) {
      return;
    }
    text.append('{');
    for (int i = 0; i < series.values().size(); i++) {
      text.append(i == 0 ? "" : ",").append(series.measure().labels().get(i)).append("=\"");
      appendEscaped(text, series.values().get(i));
      text.append('"');
    }
    if (!extraLabel.isEmpty()) {
      text.append(series.values().isEmpty() ? "" : ",").append(extraLabel);
    }
    text.append('}');
  }

  private static void appendEscaped(StringBuilder text, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '"' -> text.append("\\\"");
        case '\n' -> text.append("\\n");
        default -> text.append(c);
      }
    }
  }

  private static String number(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    boolean isWhole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return isWhole ? Long.toString((long) value) : Double.toString(value);
  }
}
