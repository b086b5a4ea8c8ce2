package io.corale.flow.graph;

import io.corale.flow.Outline.Arrow;
import io.corale.flow.Outline.Box;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts the nodes of a box into rows, so that arrows lead down, and the nodes of each row side by
 * side, so that few arrows cross.
 *
 * <p>The usual way (Sugiyama, Tagawa and Toda 1981): a node stands one row below the lowest that
 * leads to it; an arrow over several rows gets a slot of its own in each row between, so that it
 * never runs through a node; each row is sorted by the middle of what a slot is joined with, and
 * then pulled towards it.
 */
final class Layers {
  /** Arrows over more rows go around instead. */
  static final int MAX_SPAN = 10;

  private static final double GAP = 26;
  private static final int SWEEPS = 8;

  final List<List<Slot>> rows = new ArrayList<>();

  /** The slots of the nodes, in their order. */
  final List<Slot> nodes = new ArrayList<>();

  /** The slots of each arrow, from its first node to its last; none if it goes around. */
  final SortedMap<Integer, List<Slot>> chains = new TreeMap<>();

  /** A place in a row, of a node or of an arrow that passes. */
  static final class Slot {
    final int row;
    final double width;
    final List<Slot> above = new ArrayList<>();
    final List<Slot> below = new ArrayList<>();
    int place;
    double middle;

    Slot(int row, double width) {
      this.row = row;
      this.width = width;
    }
  }

  /**
   * @param widths of the nodes, with what must have room above them
   * @param labels widths of the labels of the arrows
   */
  Layers(Box box, List<Double> widths, List<Double> labels) {
    int[] row = rowsOf(box);
    for (int i = 0; i < row.length; i++) {
      nodes.add(place(new Slot(row[i], widths.get(i))));
    }
    for (int i = 0; i < box.arrows().size(); i++) {
      Arrow arrow = box.arrows().get(i);
      if (!goesAround(arrow, row)) {
        chains.put(i, chain(nodes.get(arrow.from()), nodes.get(arrow.to()), labels.get(i)));
      }
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      sort(sweep % 2 == 0);
    }
    for (List<Slot> each : rows) {
      line(each);
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      pull(sweep % 2 == 0);
    }
  }

  private static int[] rowsOf(Box box) {
    int[] row = new int[box.nodes().size()];
    for (int i = 1; i < row.length; i++) {
      row[i] = 1;
    }
    // Nodes come in an order in which arrows that are no loops lead to later ones.
    List<Arrow> arrows = new ArrayList<>(box.arrows());
    arrows.sort(Comparator.comparingInt(Arrow::from));
    for (Arrow arrow : arrows) {
      if (!arrow.isLoop()) {
        row[arrow.to()] = Math.max(row[arrow.to()], row[arrow.from()] + 1);
      }
    }
    return row;
  }

  private static boolean goesAround(Arrow arrow, int[] row) {
    return arrow.isLoop() || row[arrow.to()] - row[arrow.from()] > MAX_SPAN;
  }

  private Slot place(Slot slot) {
    while (rows.size() <= slot.row) {
      rows.add(new ArrayList<>());
    }
    slot.place = rows.get(slot.row).size();
    rows.get(slot.row).add(slot);
    return slot;
  }

  private List<Slot> chain(Slot from, Slot to, double label) {
    List<Slot> chain = new ArrayList<>(List.of(from));
    for (int row = from.row + 1; row < to.row; row++) {
      // The label stands above the first slot.
      chain.add(place(new Slot(row, row == from.row + 1 ? Math.max(label, 8) : 8)));
    }
    chain.add(to);
    for (int i = 1; i < chain.size(); i++) {
      chain.get(i - 1).below.add(chain.get(i));
      chain.get(i).above.add(chain.get(i - 1));
    }
    return chain;
  }

  private void sort(boolean isDown) {
    for (int i = 0; i < rows.size(); i++) {
      List<Slot> row = rows.get(isDown ? i : rows.size() - 1 - i);
      for (Slot slot : row) {
        List<Slot> others = isDown ? slot.above : slot.below;
        slot.middle =
            others.stream().mapToDouble(other -> other.place).average().orElse(slot.place);
      }
      row.sort(Comparator.comparingDouble(slot -> slot.middle));
      for (int place = 0; place < row.size(); place++) {
        row.get(place).place = place;
      }
    }
  }

  private static void line(List<Slot> row) {
    double width = -GAP;
    for (Slot slot : row) {
      width += slot.width + GAP;
    }
    double left = -width / 2;
    for (Slot slot : row) {
      slot.middle = left + slot.width / 2;
      left += slot.width + GAP;
    }
  }

  /** Moves each slot to the middle of what it is joined with, as far as its neighbours let it. */
  private void pull(boolean isDown) {
    for (int i = 0; i < rows.size(); i++) {
      List<Slot> row = rows.get(isDown ? i : rows.size() - 1 - i);
      List<Double> wanted = new ArrayList<>();
      for (Slot slot : row) {
        List<Slot> others = isDown ? slot.above : slot.below;
        wanted.add(
            others.stream().mapToDouble(other -> other.middle).average().orElse(slot.middle));
      }
      double shift = 0;
      double right = Double.NEGATIVE_INFINITY;
      for (int place = 0; place < row.size(); place++) {
        Slot slot = row.get(place);
        slot.middle = Math.max(wanted.get(place), right + slot.width / 2);
        right = slot.middle + slot.width / 2 + GAP;
        shift += wanted.get(place) - slot.middle;
      }
      for (Slot slot : row) {
        slot.middle += shift / row.size();
      }
    }
  }
}
