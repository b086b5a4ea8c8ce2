package io.corale.deploy.bench;

import java.util.List;
import java.util.Locale;

/**
 * What a node took of the memory while it was overloaded.
 *
 * @param resident by the operating system, in bytes
 * @param heap after a collection, in bytes
 */
record MemorySamples(String node, List<Trend.Point> resident, List<Trend.Point> heap) {
  private static final double MEGA = 1 << 20;

  /** What receipts and compiled code may add within a minute; 100,000 leaked requests have more. */
  private static final double MOST_GROWTH = 16 * MEGA;

  /** Whether neither grew by more than that. */
  boolean isFlat() {
    return Trend.growth(resident) <= MOST_GROWTH && Trend.growth(heap) <= MOST_GROWTH;
  }

  /** The most that one of them grew, in MB. */
  double growth() {
    return Math.max(Trend.growth(resident), Trend.growth(heap)) / MEGA;
  }

  /** As a row of a table. */
  String text() {
    return String.format(
        Locale.ROOT,
        "  %-4s resident %s, %+.2f MB/min; heap after a collection %s, %+.2f MB/min",
        node,
        range(resident),
        60 * Trend.slope(resident) / MEGA,
        range(heap),
        60 * Trend.slope(heap) / MEGA);
  }

  private static String range(List<Trend.Point> points) {
    return points.isEmpty()
        ? "not looked at"
        : String.format(
            Locale.ROOT,
            "%.1f to %.1f MB (%d looks)",
            points.get(0).value() / MEGA,
            points.get(points.size() - 1).value() / MEGA,
            points.size());
  }
}
