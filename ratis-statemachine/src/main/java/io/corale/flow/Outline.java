package io.corale.flow;

import java.util.List;
import java.util.Optional;

/**
 * What a composition looks like, for those who draw it: boxes in boxes, and arrows between what
 * stands in the same box.
 *
 * @param title of the composition
 */
public record Outline(String title, Box root) {
  /** The outline of a composition. */
  public static Outline of(Composition composition) {
    return new Outline(composition.ref().toString(), Sketch.of(composition));
  }

  /** What a node is. */
  public enum Shape {
    /** Where a box is entered: the first node of each. */
    BEGIN,
    /** A task. */
    TASK,
    /** A task that decides where to go. */
    CHOICE,
    /** Where a round of a loop ends: the next begins, or the box is left. */
    ROUND,
    /** Where a box is left. */
    END,
    /** The end of the whole invocation, inside of a box. */
    STOP
  }

  /**
   * Nodes and the ways between them.
   *
   * @param nodes in such an order that an arrow back to an earlier one, or to itself, is a loop
   */
  public record Box(List<Node> nodes, List<Arrow> arrows) {
    public Box {
      nodes = List.copyOf(nodes);
      arrows = List.copyOf(arrows);
    }
  }

  /**
   * One task, or one end of a box.
   *
   * @param name may be empty at the ends of a box
   * @param does what the task does, such as {@code call resize}; empty where it is no task
   * @param inside what the task is made of
   */
  public record Node(Shape shape, String name, String does, Optional<Box> inside) {}

  /**
   * A way from one node of a box to another; at most one between the same two.
   *
   * @param from position in the list of nodes
   * @param label may be empty
   */
  public record Arrow(int from, int to, String label) {
    /** Whether it leads back. */
    public boolean isLoop() {
      return to <= from;
    }
  }
}
