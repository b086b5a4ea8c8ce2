package io.corale.flow.graph;

import io.corale.flow.Outline.Arrow;
import io.corale.flow.Outline.Box;
import io.corale.flow.graph.Laid.Point;
import io.corale.flow.graph.Laid.Route;
import io.corale.flow.graph.Laid.Spot;
import io.corale.flow.graph.Layers.Slot;
import java.util.ArrayList;
import java.util.List;

/**
 * Leads the arrows of a box: down through their slots, or around everything on a lane at the right.
 */
final class Routes {
  private static final double LANE = 16;
  private static final double CLEAR = 10;
  private static final double LABEL = 26;

  private final Box box;
  private final Layers layers;
  private final List<Spot> spots;
  private final List<Double> tops;
  private final List<Double> bottoms;
  private final double edge;
  private double right;
  private double lastHalf;

  /**
   * @param tops of the rows
   * @param edge the right edge of all slots
   */
  Routes(
      Box box,
      Layers layers,
      List<Spot> spots,
      List<Double> tops,
      List<Double> bottoms,
      double edge) {
    this.box = box;
    this.layers = layers;
    this.spots = spots;
    this.tops = tops;
    this.bottoms = bottoms;
    this.edge = edge;
    this.right = edge;
  }

  List<Route> all() {
    List<Route> all = new ArrayList<>();
    for (int i = 0; i < box.arrows().size(); i++) {
      Arrow arrow = box.arrows().get(i);
      List<Slot> chain = layers.chains.get(i);
      all.add(chain == null ? around(arrow) : down(arrow, chain));
    }
    return all;
  }

  /** How far to the right they reach; known when all are led. */
  double right() {
    return right;
  }

  private Route down(Arrow arrow, List<Slot> chain) {
    Spot from = spots.get(arrow.from());
    List<Point> points = new ArrayList<>();
    points.add(new Point(chain.get(0).middle, from.y() + from.height()));
    for (int i = 1; i < chain.size(); i++) {
      points.add(new Point(chain.get(i - 1).middle, bottoms.get(chain.get(i - 1).row)));
      points.add(new Point(chain.get(i).middle, tops.get(chain.get(i).row)));
    }
    Point label = points.get(1);
    if (!arrow.label().isEmpty()) {
      label = straighten(points, Layout.isAtSource(box, arrow));
    }
    return new Route(arrow, points, true, label);
  }

  /** Makes the first bend upright at one end, so that a label has room there; its middle. */
  private static Point straighten(List<Point> points, boolean isAtSource) {
    Point end = points.get(isAtSource ? 1 : 2);
    double down = isAtSource ? LABEL : -LABEL;
    points.add(2, new Point(end.x(), end.y() + down));
    return new Point(end.x(), end.y() + down * 0.7);
  }

  private Route around(Arrow arrow) {
    double half = Layout.labelWidth(arrow) / 2;
    double first = right > edge ? right - lastHalf : edge;
    double lane = first + Math.max(LANE, half + lastHalf + CLEAR);
    lastHalf = half;
    right = lane + half;
    List<Point> points = new ArrayList<>(leaving(arrow.from(), lane));
    List<Point> entering = entering(arrow.to(), lane);
    points.addAll(entering);
    double y = (points.get(points.size() - entering.size() - 1).y() + entering.get(0).y()) / 2;
    return new Route(arrow, points, false, new Point(lane, y));
  }

  /** From a node to a lane: from its side if nothing stands there, else below its row. */
  private List<Point> leaving(int node, double lane) {
    Spot spot = spots.get(node);
    if (isLast(node)) {
      double y = spot.y() + spot.height() / 2 + Math.min(8, spot.height() / 4);
      return List.of(new Point(spot.x() + spot.width(), y), new Point(lane, y));
    }
    double x = spot.x() + spot.width() * 0.7;
    double y = bottoms.get(layers.nodes.get(node).row) + CLEAR;
    return List.of(new Point(x, spot.y() + spot.height()), new Point(x, y), new Point(lane, y));
  }

  private List<Point> entering(int node, double lane) {
    Spot spot = spots.get(node);
    if (isLast(node)) {
      double y = spot.y() + spot.height() / 2 - Math.min(8, spot.height() / 4);
      return List.of(new Point(lane, y), new Point(spot.x() + spot.width(), y));
    }
    double x = spot.x() + spot.width() * 0.7;
    double y = spot.y() - CLEAR;
    return List.of(new Point(lane, y), new Point(x, y), new Point(x, spot.y()));
  }

  private boolean isLast(int node) {
    Slot slot = layers.nodes.get(node);
    return slot.place == layers.rows.get(slot.row).size() - 1;
  }
}
