package io.corale.deploy.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the leader measured.
 *
 * @param entries how many were committed, applied and answered
 */
record FloorFigures(long entries, Duration elapsed, Percentiles latency) {
  private static final Pattern LINE =
      Pattern.compile("RESULT (\\d+) (\\d+) (\\d+) (\\d+) (\\d+) (\\d+)");

  double entriesPerSecond() {
    return entries * 1e9 / elapsed.toNanos();
  }

  /** As the leader tells it to the process that started it. */
  String line() {
    return String.format(
        Locale.ROOT,
        "RESULT %d %d %d %d %d %d",
        entries,
        elapsed.toNanos(),
        latency.p50Micros(),
        latency.p90Micros(),
        latency.p99Micros(),
        latency.mostMicros());
  }

  static FloorFigures ofLine(String line) {
    Matcher matcher = LINE.matcher(line.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a result: '" + line + "'");
    }
    MatchResult found = matcher.toMatchResult();
    return new FloorFigures(
        number(found, 1),
        Duration.ofNanos(number(found, 2)),
        new Percentiles(number(found, 3), number(found, 4), number(found, 5), number(found, 6)));
  }

  private static long number(MatchResult found, int group) {
    return Long.parseLong(found.group(group));
  }
}
