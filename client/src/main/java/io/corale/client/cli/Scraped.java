package io.corale.client.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What one node measured at one moment, read from the text that Prometheus would read. */
public final class Scraped {
  private static final Pattern LINE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (\\S+)");

  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  private final String node;
  private final List<Value> values;

  private Scraped(String node, List<Value> values) {
    this.node = node;
    this.values = values;
  }

  /** One line of the text. */
  public record Value(String metric, SortedMap<String, String> labels, double value) {
    String label(String name) {
      return labels.getOrDefault(name, "");
    }
  }

  /** Reads it; lines that are none of ours are passed over. */
  public static Scraped of(String node, String text) {
    List<Value> values = new ArrayList<>();
    text.lines().forEach(line -> read(line).ifPresent(values::add));
    return new Scraped(node, values);
  }

  private static Optional<Value> read(String line) {
    Matcher matcher = LINE.matcher(line);
    if (line.startsWith("#") || !matcher.matches()) {
      return Optional.empty();
    }
    SortedMap<String, String> labels = new TreeMap<>();
    if (matcher.group(2) != null) {
      Matcher label = LABEL.matcher(matcher.group(2));
      while (label.find()) {
        labels.put(label.group(1), unescaped(label.group(2)));
      }
    }
    try {
      return Optional.of(new Value(matcher.group(1), labels, number(matcher.group(3))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        i++;
        c = text.charAt(i) == 'n' ? '\n' : text.charAt(i);
      }
      plain.append(c);
    }
    return plain.toString();
  }

  String node() {
    return node;
  }

  /** All lines of a metric. */
  public List<Value> all(String metric) {
    return values.stream().filter(value -> value.metric.equals(metric)).toList();
  }

  /** The sum of all lines of a metric that have these labels; NaN where there is none. */
  public double sum(String metric, Map<String, String> labels) {
    List<Value> found =
        values.stream()
            .filter(value -> value.metric.equals(metric))
            .filter(value -> value.labels.entrySet().containsAll(labels.entrySet()))
            .toList();
    return found.isEmpty() ? Double.NaN : found.stream().mapToDouble(Value::value).sum();
  }
}
