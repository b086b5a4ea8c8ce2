package io.corale.flow.graph;

import io.corale.flow.Outline.Arrow;
import io.corale.flow.Outline.Node;
import java.util.List;
import java.util.Optional;

/** A box whose nodes and arrows have places, counted from its upper left corner. */
record Laid(double width, double height, List<Spot> spots, List<Route> routes) {
  Laid {
    spots = List.copyOf(spots);
    routes = List.copyOf(routes);
  }

  record Point(double x, double y) {}

  /** Where a node stands; {@code inside} has its own corner, below the heading. */
  record Spot(Node node, double x, double y, double width, double height, Optional<Laid> inside) {}

  /**
   * The way of an arrow.
   *
   * @param isCurved whether the points are joined by curves that leave and enter them upright, or
   *     by straight lines with round corners
   * @param label the middle of it
   */
  record Route(Arrow arrow, List<Point> points, boolean isCurved, Point label) {
    Route {
      points = List.copyOf(points);
    }
  }
}
