package io.corale.gossip;

import io.corale.model.CellId;
import io.corale.model.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * What a node believes about the others: hints for routing, repair and balancing, never a ground
 * for correctness. Thread-safe; answers come from an immutable view and never block, where nothing
 * else is said.
 */
public interface Overlay {
  /** All nodes known and not departed, this one first, the others by id. */
  List<NodeView> nodes();

  /** One of them; empty where it is not known, or has departed. */
  default Optional<NodeView> node(NodeId node) {
    return nodes().stream().filter(view -> view.incarnation().node().equals(node)).findFirst();
  }

  /**
   * The greatest claim to lead this cell that was heard of, by (epoch, term, configuration index).
   */
  Optional<ClaimView> leader(CellId cell);

  /** All claims about this cell, of leaders and followers. */
  List<ClaimView> claims(CellId cell);

  /**
   * The schedulers that are known, by cell. Waits for a moment for what the overlay is doing, again
   * for each hundred of them.
   *
   * @param after only those after this cell; empty: all
   * @param limit so many at most
   */
  SchedulerPage schedulers(Optional<CellId> after, int limit);

  /** Replaces what this node claims; others hear of it within a gossip round or two. */
  void claim(List<ClaimView> claims);
}
