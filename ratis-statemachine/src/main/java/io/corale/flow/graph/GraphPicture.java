package io.corale.flow.graph;

import io.corale.flow.Outline;
import io.corale.flow.Outline.Shape;
import io.corale.flow.graph.Laid.Point;
import io.corale.flow.graph.Laid.Route;
import io.corale.flow.graph.Laid.Spot;
import java.util.List;
import java.util.Locale;

/** Draws an outline as one SVG that needs nothing else. */
public final class GraphPicture {
  private static final double MARGIN = 20;
  private static final double TITLE = 44;
  private static final double CORNER = 8;

  private final StringBuilder out = new StringBuilder();

  private GraphPicture() {}

  /** The picture. */
  public static String svg(Outline outline) {
    GraphPicture picture = new GraphPicture();
    String title = Labels.cut(outline.title());
    Laid root = Layout.of(outline.root());
    double wide = Math.max(root.width(), Labels.width(title) * 18) + 2 * MARGIN;
    double high = root.height() + TITLE + MARGIN;
    picture.line(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %.0f %.0f' width='%.0f'"
            + " height='%.0f' font-family='system-ui, sans-serif' font-size='13' fill='#222b38'>",
        wide, high, wide, high);
    picture.line(
        "<defs><marker id='tip' viewBox='0 0 10 10' refX='9' refY='5' markerWidth='7'"
            + " markerHeight='7' orient='auto-start-reverse'>"
            + "<path d='M0 1 L10 5 L0 9 Z' fill='#5b6675'/></marker></defs>");
    picture.line("<rect width='100%%' height='100%%' fill='#ffffff'/>");
    picture.text(
        new Point(MARGIN, 30), "font-size='18' font-weight='600' text-anchor='start'", title);
    picture.laid(root, (wide - root.width()) / 2, TITLE, 0);
    return picture.out.append("</svg>\n").toString();
  }

  private void laid(Laid laid, double x, double y, int depth) {
    line("<g transform='translate(%.1f %.1f)'>", x, y);
    for (Spot spot : laid.spots()) {
      spot(spot, depth);
    }
    laid.routes().forEach(this::route);
    laid.routes().forEach(this::label);
    out.append("</g>\n");
  }

  private void spot(Spot spot, int depth) {
    if (spot.inside().isPresent()) {
      box(spot, spot.inside().get(), depth);
      return;
    }
    switch (spot.node().shape()) {
      case BEGIN, ROUND, END, STOP -> mark(spot);
      case CHOICE -> choice(spot);
      case TASK -> {
        boolean calls = spot.node().does().startsWith("call ");
        rect(spot, 6, calls ? "#e3eefb" : "#ffffff", calls ? "#2f6cb5" : "#8a93a0");
        words(spot);
      }
    }
  }

  private void box(Spot spot, Laid inside, int depth) {
    rect(spot, 10, depth % 2 == 0 ? "#f1f4f8" : "#e4eaf2", "#b9c3d0");
    line(
        "<text x='%.1f' y='%.1f'><tspan font-weight='600'>%s</tspan>"
            + "<tspan dx='8' font-size='11' fill='#5b6675'>%s</tspan></text>",
        spot.x() + 14,
        spot.y() + 20,
        escaped(Labels.cut(spot.node().name())),
        escaped(Labels.cut(spot.node().does())));
    double left = spot.x() + (spot.width() - inside.width()) / 2;
    laid(inside, left, spot.y() + Layout.HEADING, depth + 1);
  }

  private void mark(Spot spot) {
    boolean isStop = spot.node().shape() == Shape.STOP;
    String fill = isStop ? "#c62f2f" : "#3f4a59";
    rect(spot, spot.height() / 2, fill, fill);
    if (!spot.node().name().isEmpty()) {
      text(
          new Point(middle(spot), spot.y() + spot.height() / 2 + 4),
          "text-anchor='middle' font-size='12' fill='#ffffff'",
          Labels.cut(spot.node().name()));
    }
  }

  private void choice(Spot spot) {
    double left = spot.x();
    double right = spot.x() + spot.width();
    double top = spot.y();
    double bottom = spot.y() + spot.height();
    line(
        "<path d='M%.1f %.1f L%.1f %.1f L%.1f %.1f L%.1f %.1f L%.1f %.1f L%.1f %.1f Z'"
            + " fill='#fdf1e3' stroke='#d9822b'/>",
        left,
        (top + bottom) / 2,
        left + 16,
        top,
        right - 16,
        top,
        right,
        (top + bottom) / 2,
        right - 16,
        bottom,
        left + 16,
        bottom);
    words(spot);
  }

  private void words(Spot spot) {
    double x = middle(spot);
    text(
        new Point(x, spot.y() + 19),
        "text-anchor='middle' font-weight='600'",
        Labels.cut(spot.node().name()));
    text(
        new Point(x, spot.y() + 35),
        "text-anchor='middle' font-size='11' fill='#5b6675'",
        Labels.cut(spot.node().does()));
  }

  private static double middle(Spot spot) {
    return spot.x() + spot.width() / 2;
  }

  private void route(Route route) {
    String path = route.isCurved() ? curve(route.points()) : corners(route.points());
    line(
        "<path d='%s' fill='none' stroke='#5b6675'%s marker-end='url(#tip)'/>",
        path, route.isCurved() ? "" : " stroke-dasharray='5 3'");
  }

  private static String curve(List<Point> points) {
    StringBuilder path = new StringBuilder(at("M", points.get(0)));
    for (int i = 1; i < points.size(); i++) {
      Point from = points.get(i - 1);
      Point to = points.get(i);
      double half = (to.y() - from.y()) / 2;
      path.append(
          Math.abs(to.x() - from.x()) < 0.5
              ? at("L", to)
              : at("C", new Point(from.x(), from.y() + half))
                  + at(" ", new Point(to.x(), to.y() - half))
                  + at(" ", to));
    }
    return path.toString();
  }

  private static String corners(List<Point> points) {
    StringBuilder path = new StringBuilder(at("M", points.get(0)));
    for (int i = 1; i < points.size() - 1; i++) {
      Point corner = points.get(i);
      path.append(at("L", towards(corner, points.get(i - 1))))
          .append(at("Q", corner))
          .append(at(" ", towards(corner, points.get(i + 1))));
    }
    return path.append(at("L", points.get(points.size() - 1))).toString();
  }

  private static Point towards(Point corner, Point other) {
    double length = Math.hypot(other.x() - corner.x(), other.y() - corner.y());
    double part = length == 0 ? 0 : Math.min(CORNER, length / 2) / length;
    return new Point(
        corner.x() + (other.x() - corner.x()) * part, corner.y() + (other.y() - corner.y()) * part);
  }

  private static String at(String command, Point point) {
    return format("%s%.1f %.1f", command, point.x(), point.y());
  }

  private void label(Route route) {
    if (!route.arrow().label().isEmpty()) {
      text(
          new Point(route.label().x(), route.label().y() + 4),
          "text-anchor='middle' font-size='11' fill='#3f4a59' stroke='#ffffff' stroke-width='4'"
              + " paint-order='stroke'",
          Labels.cut(route.arrow().label()));
    }
  }

  private void text(Point at, String style, String what) {
    line("<text x='%.1f' y='%.1f' %s>%s</text>", at.x(), at.y(), style, escaped(what));
  }

  private void rect(Spot spot, double corner, String fill, String stroke) {
    line(
        "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' rx='%.1f' fill='%s' stroke='%s'/>",
        spot.x(), spot.y(), spot.width(), spot.height(), corner, fill, stroke);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private void line(String format, Object... values) {
    out.append(format(format, values)).append('\n');
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
