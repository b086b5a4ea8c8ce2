package io.corale.node.route;

import io.corale.gossip.ClaimView;
import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.model.CellId;
import io.corale.model.NodeId;
import io.corale.node.cell.Cell;
import io.corale.node.cell.Cells;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds who is responsible for a cell from what this node holds and has heard: normally one hop,
 * and no question to ZooKeeper for an owner that is served (DESIGN §7). Thread-safe.
 */
final class Lookup {
  private final NodeId self;
  private final Cells cells;
  private final Overlay overlay;

  Lookup(NodeId self, Cells cells, Overlay overlay) {
    this.self = self;
    this.cells = cells;
    this.overlay = overlay;
  }

  /**
   * Where a request for this cell goes.
   *
   * @param avoid nodes that were asked in vain a moment ago
   */
  Place find(CellId id, Set<NodeId> avoid) {
    Optional<Cell> local = cells.find(id);
    if (local.isPresent()) {
      switch (local.get().standing()) {
        case SUPERPEER -> {
          return new Place.Here(local.get());
        }
        case TAKING_OVER -> {
          return new Place.Unsettled();
        }
        case FOLLOWER -> {
          // Raft itself told this replica who leads: fresher than any gossip.
          Optional<NodeView> leader = local.get().superpeerHint().flatMap(n -> view(n, avoid));
          if (leader.isPresent()) {
            return new Place.There(leader.get());
          }
        }
        case QUARANTINED, CLOSED -> {
          // The other members serve it; what they claim is all there is to go by.
        }
      }
    }
    return claimed(id, avoid)
        .<Place>map(Place.There::new)
        .orElseGet(() -> isKnown(id, local) ? new Place.Unsettled() : new Place.Nobody());
  }

  /** The greatest claim to lead; else a follower, whom Raft tells who leads before gossip does. */
  private Optional<NodeView> claimed(CellId id, Set<NodeId> avoid) {
    return Stream.concat(overlay.leader(id).stream(), overlay.claims(id).stream())
        .map(claim -> claim.node().node())
        .flatMap(node -> view(node, avoid).stream())
        .findFirst();
  }

  private boolean isKnown(CellId id, Optional<Cell> local) {
    return local.isPresent() || !overlay.claims(id).isEmpty();
  }

  /** Where another node is; empty where nobody has heard of it, or it is this one. */
  Optional<NodeView> node(NodeId id) {
    return view(id, Set.of());
  }

  private Optional<NodeView> view(NodeId node, Set<NodeId> avoid) {
    if (node.equals(self) || avoid.contains(node)) {
      return Optional.empty();
    }
    return overlay.nodes().stream().filter(v -> v.incarnation().node().equals(node)).findFirst();
  }

  /** Where this node sends a caller who wants to save the hop. */
  Optional<String> doorOf(CellId id) {
    return overlay
        .leader(id)
        .map(ClaimView::node)
        .flatMap(n -> view(n.node(), Set.of()))
        .map(NodeView::doorAddress);
  }
}
