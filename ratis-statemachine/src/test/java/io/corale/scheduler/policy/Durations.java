package io.corale.scheduler.policy;

import java.util.List;

/**
 * How long calls of a function take: a distribution by its percentiles, straight between them.
 *
 * @param millis at {@link #PERCENTILES}
 */
record Durations(List<Double> millis) {
  static final List<Integer> PERCENTILES = List.of(0, 1, 25, 50, 75, 99, 100);

  /** The trace counts whole milliseconds; what took none takes this. */
  private static final long LEAST_MICROS = 100;

  Durations {
    millis = List.copyOf(millis);
  }

  /** At this part of the distribution, 0 to 1. */
  long micros(double part) {
    double percent = 100 * part;
    int above = 1;
    while (PERCENTILES.get(above) < percent) {
      above++;
    }
    double low = PERCENTILES.get(above - 1);
    double between = (percent - low) / (PERCENTILES.get(above) - low);
    double below = millis.get(above - 1);
    return Math.max(LEAST_MICROS, (long) (1_000 * (below + between * (millis.get(above) - below))));
  }

  long meanMicros() {
    double sum = 0;
    for (int i = 1; i < PERCENTILES.size(); i++) {
      double width = PERCENTILES.get(i) - PERCENTILES.get(i - 1);
      sum += width / 100 * (millis.get(i - 1) + millis.get(i)) / 2;
    }
    return Math.max(LEAST_MICROS, (long) (1_000 * sum));
  }
}
