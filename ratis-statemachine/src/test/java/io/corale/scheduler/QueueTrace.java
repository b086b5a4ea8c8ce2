package io.corale.scheduler;

import io.corale.sim.Chance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Calls as the functions of a recorded production trace make them: which function, and how long it
 * takes. The Azure Functions trace of 2019 (M. Shahrad et al., <i>Serverless in the Wild</i>, ATC
 * 2020; CC-BY), a slice of 500 functions over eight hours.
 *
 * @param functions which function each call is of, below {@link #count}
 * @param durationMicros how long each takes
 */
record QueueTrace(int count, List<Integer> functions, List<Long> durationMicros) {
  private static final List<String> PERCENTILES = List.of("0", "1", "25", "50", "75", "99", "100");

  /** One function of the trace: how often it was called, and its durations at the percentiles. */
  private record Function(long invocations, List<Long> millis) {
    /** A duration at this part of the distribution, between the percentiles on a straight line. */
    long micros(double part) {
      double percent = 100 * part;
      int above = 1;
      while (Double.parseDouble(PERCENTILES.get(above)) < percent) {
        above++;
      }
      double low = Double.parseDouble(PERCENTILES.get(above - 1));
      double high = Double.parseDouble(PERCENTILES.get(above));
      double between = (percent - low) / (high - low);
      double millisThere =
          millis.get(above - 1) + between * (millis.get(above) - millis.get(above - 1));
      return Math.max(100, (long) (1_000 * millisThere));
    }
  }

  /**
   * Draws calls from the trace in a directory, each function as often as it was called.
   *
   * @param calls how many
   */
  static QueueTrace draw(Path directory, int calls) {
    List<Function> functions = functions(directory);
    long all = functions.stream().mapToLong(Function::invocations).sum();
    RandomGenerator chance = new Chance(1).of("trace");
    List<Integer> which = new ArrayList<>(calls);
    List<Long> micros = new ArrayList<>(calls);
    long[] upTo = new long[functions.size()];
    long sum = 0;
    for (int i = 0; i < upTo.length; i++) {
      sum += functions.get(i).invocations();
      upTo[i] = sum;
    }
    for (int i = 0; i < calls; i++) {
      int found = Arrays.binarySearch(upTo, chance.nextLong(all) + 1);
      int function = found >= 0 ? found : -found - 1;
      which.add(function);
      micros.add(functions.get(function).micros(chance.nextDouble()));
    }
    return new QueueTrace(functions.size(), which, micros);
  }

  private static List<Function> functions(Path directory) {
    Map<String, List<Long>> millis = new LinkedHashMap<>();
    for (Map<String, String> row : rows(directory.resolve("durations.csv"))) {
      List<Long> each =
          PERCENTILES.stream()
              .map(p -> (long) Double.parseDouble(row.get("percentile_Average_" + p)))
              .toList();
      millis.put(row.get("HashFunction"), each);
    }
    List<Function> functions = new ArrayList<>();
    for (Map<String, String> row : rows(directory.resolve("invocations.csv"))) {
      long invocations =
          row.entrySet().stream()
              .filter(e -> Character.isDigit(e.getKey().charAt(0)))
              .mapToLong(e -> Long.parseLong(e.getValue()))
              .sum();
      List<Long> each = millis.get(row.get("HashFunction"));
      if (each != null && invocations > 0) {
        functions.add(new Function(invocations, each));
      }
    }
    return functions;
  }

  private static List<Map<String, String>> rows(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      List<String> names = fields(lines.get(0));
      List<Map<String, String>> rows = new ArrayList<>();
      for (String line : lines.subList(1, lines.size())) {
        List<String> values = fields(line);
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
          row.put(names.get(i), values.get(i));
        }
        rows.add(row);
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException("the trace cannot be read: " + file, e);
    }
  }

  private static List<String> fields(String line) {
    return List.of(line.split(",", -1));
  }
}
