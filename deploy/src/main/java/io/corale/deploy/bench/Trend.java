package io.corale.deploy.bench;

import java.util.List;

/** What grows, by the line that lies nearest to all that was measured (least squares). */
final class Trend {
  private Trend() {}

  /** A value at a time. */
  record Point(double seconds, double value) {}

  /** By how much the line rises in a second; 0 where two times are not known. */
  static double slope(List<Point> points) {
    double meanSeconds = points.stream().mapToDouble(Point::seconds).average().orElse(0);
    double meanValue = points.stream().mapToDouble(Point::value).average().orElse(0);
    double spread = 0;
    double together = 0;
    for (Point point : points) {
      double off = point.seconds - meanSeconds;
      spread += off * off;
      together += off * (point.value - meanValue);
    }
    return spread == 0 ? 0 : together / spread;
  }

  /** By how much it rises from the first time to the last. */
  static double growth(List<Point> points) {
    double first = points.stream().mapToDouble(Point::seconds).min().orElse(0);
    double last = points.stream().mapToDouble(Point::seconds).max().orElse(0);
    return slope(points) * (last - first);
  }
}
