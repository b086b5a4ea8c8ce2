package io.corale.gossip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One picture of a bench: points of several curves, as CSV and as SVG. */
final class Curves {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 400;
  private static final int MARGIN = 60;
  private static final List<String> COLOURS =
      List.of("#1b6ca8", "#c8553d", "#588157", "#7b4b94", "#b08900", "#444444");

  private record Point(double x, double y) {}

  private final String title;
  private final String xName;
  private final String yName;
  private final Map<String, List<Point>> curves = new LinkedHashMap<>();

  Curves(String title, String xName, String yName) {
    this.title = title;
    this.xName = xName;
    this.yName = yName;
  }

  void add(String curve, double x, double y) {
    curves.computeIfAbsent(curve, name -> new ArrayList<>()).add(new Point(x, y));
    System.out.printf(
        Locale.ROOT, "%-12s %-28s %s=%-8.6g %s=%.6g%n", title, curve, xName, x, yName, y);
  }

  void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    String file = title.replace(' ', '-');
    Files.writeString(directory.resolve(file + ".csv"), csv());
    Files.writeString(directory.resolve(file + ".svg"), svg());
  }

  String csv() {
    StringBuilder text = new StringBuilder("curve," + xName + "," + yName + "\n");
    curves.forEach(
        (name, points) ->
            points.forEach(
                point ->
                    text.append(
                        String.format(Locale.ROOT, "%s,%.6g,%.6g%n", name, point.x(), point.y()))));
    return text.toString();
  }

  String svg() {
    StringBuilder svg =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                    + " font-family=\"sans-serif\" font-size=\"12\">%n",
                WIDTH,
                HEIGHT));
    text(svg, WIDTH / 2.0, 20, "middle", title);
    text(svg, WIDTH / 2.0, HEIGHT - 12, "middle", xName);
    text(svg, 8, MARGIN - 14, "start", yName);
    text(svg, MARGIN - 4, HEIGHT - MARGIN, "end", "0");
    text(svg, MARGIN - 4, MARGIN + 4, "end", number(mostY()));
    text(svg, MARGIN, HEIGHT - MARGIN + 16, "middle", number(leastX()));
    text(svg, WIDTH - MARGIN, HEIGHT - MARGIN + 16, "middle", number(mostX()));
    svg.append(
        String.format(
            Locale.ROOT,
            "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#888\"/>%n",
            MARGIN,
            MARGIN,
            HEIGHT - MARGIN,
            WIDTH - MARGIN));
    int number = 0;
    for (Map.Entry<String, List<Point>> curve : curves.entrySet()) {
      String colour = COLOURS.get(number % COLOURS.size());
      StringBuilder line = new StringBuilder();
      for (Point point : curve.getValue()) {
        line.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point.x()), y(point.y())));
      }
      svg.append(
          String.format(
              "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n",
              line.toString().trim(), colour));
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n",
              MARGIN + 12,
              MARGIN + 14 + 15 * number,
              colour,
              curve.getKey()));
      number++;
    }
    return svg.append("</svg>\n").toString();
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String words) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            x,
            y,
            anchor,
            words));
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString(Math.round(value))
        : String.format(Locale.ROOT, "%.3g", value);
  }

  /** By the logarithm, because sizes are tried in powers. */
  private double x(double value) {
    double least = Math.log(1 + leastX());
    double most = Math.log(1 + mostX());
    double share = most > least ? (Math.log(1 + value) - least) / (most - least) : 0;
    return MARGIN + share * (WIDTH - 2 * MARGIN);
  }

  private double y(double value) {
    double most = mostY();
    return HEIGHT - MARGIN - (most > 0 ? value / most : 0) * (HEIGHT - 2 * MARGIN);
  }

  private double leastX() {
    return points().stream().mapToDouble(Point::x).min().orElse(0);
  }

  private double mostX() {
    return points().stream().mapToDouble(Point::x).max().orElse(1);
  }

  private double mostY() {
    return points().stream().mapToDouble(Point::y).max().orElse(1);
  }

  private List<Point> points() {
    return curves.values().stream().flatMap(List::stream).toList();
  }
}
