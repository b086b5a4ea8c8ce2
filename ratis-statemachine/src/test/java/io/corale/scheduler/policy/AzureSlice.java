package io.corale.scheduler.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Reads a slice of the Azure Functions trace of 2019 (M. Shahrad et al., <i>Serverless in the
 * Wild</i>, ATC 2020; CC-BY). What cannot be read is named by file and line.
 */
final class AzureSlice {
  private static final String KEY = "HashFunction";
  private static final int LEAST_FUNCTIONS = 10;

  private final Path directory;

  private AzureSlice(Path directory) {
    this.directory = directory;
  }

  static Slice read(Path directory) {
    return new AzureSlice(directory).read();
  }

  /**
   * A row of a file.
   *
   * @param at file and line
   */
  private record Row(String at, Map<String, String> fields) {
    String get(String column) {
      String value = fields.get(column);
      if (value == null) {
        throw new BadInput(at + ": there is no column '" + column + "'");
      }
      return value;
    }

    double number(String column) {
      try {
        double number = Double.parseDouble(get(column));
        if (number >= 0 && number <= 1e9) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Said below, as what is out of range.
      }
      throw new BadInput(
          at + ": '" + column + "' must be a number from 0 to 10^9, was '" + get(column) + "'");
    }
  }

  private Slice read() {
    Map<String, Row> durations = byFunction("durations.csv");
    Map<String, Row> invocations = byFunction("invocations.csv");
    List<Slice.Function> functions = new ArrayList<>();
    int withoutDurations = 0;
    int neverCalled = 0;
    for (Map.Entry<String, Row> each : invocations.entrySet()) {
      Row lasting = durations.get(each.getKey());
      List<Integer> perMinute = perMinute(each.getValue());
      if (lasting == null) {
        withoutDurations++;
      } else if (perMinute.stream().allMatch(count -> count == 0)) {
        neverCalled++;
      } else {
        functions.add(
            new Slice.Function(each.getValue().get("HashOwner"), perMinute, durations(lasting)));
      }
    }
    if (functions.size() < LEAST_FUNCTIONS) {
      throw new BadInput(
          directory
              + ": has "
              + functions.size()
              + " functions that are called and have durations, needs "
              + LEAST_FUNCTIONS);
    }
    List<String> skipped = new ArrayList<>();
    note(skipped, withoutDurations, "functions that are called have no durations");
    note(skipped, neverCalled, "functions are never called");
    return new Slice("the slice of the Azure trace", functions, skipped);
  }

  private static void note(List<String> skipped, int count, String words) {
    if (count > 0) {
      skipped.add(count + " " + words);
    }
  }

  private static Durations durations(Row row) {
    List<Double> millis = new ArrayList<>();
    for (int percentile : Durations.PERCENTILES) {
      String column = "percentile_Average_" + percentile;
      double next = row.number(column);
      if (!millis.isEmpty() && next < millis.get(millis.size() - 1)) {
        throw new BadInput(row.at + ": '" + column + "' is below the percentile before it");
      }
      millis.add(next);
    }
    return new Durations(millis);
  }

  private static List<Integer> perMinute(Row row) {
    TreeSet<Integer> minutes = new TreeSet<>();
    for (String column : row.fields.keySet()) {
      if (column.matches("[0-9]{1,6}")) {
        minutes.add(Integer.parseInt(column));
      }
    }
    if (minutes.isEmpty()) {
      throw new BadInput(row.at + ": there is no column of a minute, such as '480'");
    }
    return minutes.stream().map(minute -> (int) row.number(minute.toString())).toList();
  }

  private Map<String, Row> byFunction(String name) {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (Row row : rows(directory.resolve(name))) {
      Row twice = rows.put(row.get(KEY), row);
      if (twice != null) {
        throw new BadInput(row.at + ": the function of " + twice.at + " again");
      }
    }
    return rows;
  }

  private static List<Row> rows(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new BadInput(file + ": cannot be read: " + e);
    }
    if (lines.size() < 2) {
      throw new BadInput(file + ": needs a line of names and lines of values, has " + lines.size());
    }
    List<String> names = List.of(lines.get(0).split(",", -1));
    List<Row> rows = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String at = file + ", line " + (i + 1);
      List<String> values = List.of(lines.get(i).split(",", -1));
      if (values.size() != names.size()) {
        throw new BadInput(at + ": has " + values.size() + " fields, line 1 names " + names.size());
      }
      Map<String, String> fields = new LinkedHashMap<>();
      for (int column = 0; column < names.size(); column++) {
        fields.put(names.get(column), values.get(column));
      }
      rows.add(new Row(at, fields));
    }
    return rows;
  }
}
