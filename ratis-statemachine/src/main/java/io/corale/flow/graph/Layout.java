package io.corale.flow.graph;

import io.corale.flow.Outline.Arrow;
import io.corale.flow.Outline.Box;
import io.corale.flow.Outline.Node;
import io.corale.flow.graph.Laid.Route;
import io.corale.flow.graph.Laid.Spot;
import io.corale.flow.graph.Layers.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives everything in a box its place, the boxes inside of it first. */
final class Layout {
  static final double TEXT = 13;
  static final double SMALL = 11;

  /** Height of the heading of a box inside of a box. */
  static final double HEADING = 24;

  private static final double PAD = 18;
  private static final double NODE = 44;
  private static final double MARK = 26;
  private static final double DOT = 12;
  private static final double ROW_GAP = 40;
  private static final double LABELLED_GAP = 62;

  private final Box box;
  private final List<Optional<Laid>> insides = new ArrayList<>();
  private final List<Double> widths = new ArrayList<>();
  private final List<Double> heights = new ArrayList<>();
  private final List<Double> tops = new ArrayList<>();
  private final List<Double> bottoms = new ArrayList<>();
  private final Layers layers;

  private Layout(Box box) {
    this.box = box;
    for (Node node : box.nodes()) {
      insides.add(node.inside().map(Layout::of));
      widths.add(width(node, insides.get(insides.size() - 1)));
      heights.add(height(node, insides.get(insides.size() - 1)));
    }
    List<Double> labels = new ArrayList<>();
    List<Double> withLabels = new ArrayList<>(widths);
    for (Arrow arrow : box.arrows()) {
      double label = labelWidth(arrow);
      labels.add(label);
      int at = isAtSource(box, arrow) ? arrow.from() : arrow.to();
      withLabels.set(at, Math.max(withLabels.get(at), label));
    }
    this.layers = new Layers(box, withLabels, labels);
  }

  /** The box laid out. */
  static Laid of(Box box) {
    return new Layout(box).lay();
  }

  private static double width(Node node, Optional<Laid> inside) {
    double text =
        Math.max(
            Labels.width(Labels.cut(node.name())) * TEXT,
            Labels.width(Labels.cut(node.does())) * SMALL);
    double heading =
        Labels.width(Labels.cut(node.name())) * TEXT
            + Labels.width(Labels.cut(node.does())) * SMALL
            + 3 * PAD;
    return switch (node.shape()) {
      case BEGIN, ROUND, END, STOP -> node.name().isEmpty() ? DOT : text + 24;
      case CHOICE -> text + 52;
      case TASK -> inside.map(laid -> Math.max(laid.width(), heading)).orElse(text + 28);
    };
  }

  private static double height(Node node, Optional<Laid> inside) {
    return switch (node.shape()) {
      case BEGIN, ROUND, END, STOP -> node.name().isEmpty() ? DOT : MARK;
      case CHOICE, TASK -> inside.map(laid -> laid.height() + HEADING).orElse(NODE);
    };
  }

  static double labelWidth(Arrow arrow) {
    return arrow.label().isEmpty() ? 0 : Labels.width(Labels.cut(arrow.label())) * SMALL + 10;
  }

  /** Whether the label of an arrow stands where it leaves: if no other leads down from there. */
  static boolean isAtSource(Box box, Arrow arrow) {
    return box.arrows().stream()
            .filter(other -> other.from() == arrow.from() && !other.isLoop())
            .count()
        == 1;
  }

  private Laid lay() {
    double bottom = rows();
    double left = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    for (List<Slot> row : layers.rows) {
      Slot first = row.get(0);
      Slot last = row.get(row.size() - 1);
      left = Math.min(left, first.middle - first.width / 2);
      right = Math.max(right, last.middle + last.width / 2);
    }
    for (List<Slot> row : layers.rows) {
      for (Slot slot : row) {
        slot.middle += PAD - left;
      }
    }
    List<Spot> spots = new ArrayList<>();
    for (int i = 0; i < box.nodes().size(); i++) {
      double x = layers.nodes.get(i).middle - widths.get(i) / 2;
      double y = tops.get(layers.nodes.get(i).row);
      spots.add(new Spot(box.nodes().get(i), x, y, widths.get(i), heights.get(i), insides.get(i)));
    }
    Routes routes = new Routes(box, layers, spots, tops, bottoms, right + PAD - left);
    List<Route> all = routes.all();
    return new Laid(routes.right() + PAD, bottom + PAD, spots, all);
  }

  /** Sets the heights of the rows; the bottom of the last. */
  private double rows() {
    boolean[] hasLabels = new boolean[layers.rows.size()];
    for (Arrow arrow : box.arrows()) {
      hasLabels[layers.nodes.get(arrow.from()).row] |= !arrow.label().isEmpty();
    }
    double y = PAD;
    double gap = 0;
    for (int row = 0; row < layers.rows.size(); row++) {
      double height = 0;
      for (int i = 0; i < box.nodes().size(); i++) {
        height = layers.nodes.get(i).row == row ? Math.max(height, heights.get(i)) : height;
      }
      tops.add(y);
      bottoms.add(y + height);
      gap = hasLabels[row] ? LABELLED_GAP : ROW_GAP;
      y += height + gap;
    }
    return y - gap;
  }
}
