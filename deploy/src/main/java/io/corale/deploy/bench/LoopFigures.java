package io.corale.deploy.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a closed loop measured.
 *
 * @param count how many operations ended well while it was measured
 * @param failed how many did not, since the loop began
 */
public record LoopFigures(long count, Duration elapsed, Percentiles latency, long failed) {
  private static final Pattern LINE =
      Pattern.compile("RESULT (\\d+) (\\d+) (\\d+) (\\d+) (\\d+) (\\d+) (\\d+)");

  /** The same, with what failed until the loop's end. */
  LoopFigures withFailed(long untilItsEnd) {
    return new LoopFigures(count, elapsed, latency, untilItsEnd);
  }

  double perSecond() {
    return count * 1e9 / elapsed.toNanos();
  }

  /** As a process that runs the loop tells it to the one that started it. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "RESULT %d %d %d %d %d %d %d",
        count,
        elapsed.toNanos(),
        latency.p50Micros(),
        latency.p90Micros(),
        latency.p99Micros(),
        latency.mostMicros(),
        failed);
  }

  static LoopFigures ofLine(String line) {
    Matcher matcher = LINE.matcher(line.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a result: '" + line + "'");
    }
    long[] numbers = new long[matcher.groupCount()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Long.parseLong(matcher.group(i + 1));
    }
    return new LoopFigures(
        numbers[0],
        Duration.ofNanos(numbers[1]),
        new Percentiles(numbers[2], numbers[3], numbers[4], numbers[5]),
        numbers[6]);
  }
}
