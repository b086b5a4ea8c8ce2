package io.corale.node.cell;

import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.model.CellId;
import io.corale.node.registry.BornMember;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses who may hold a replica: this node first, because the request came here, the others by
 * rendezvous hashing, so that each cell spreads over other neighbours and every node would choose
 * them in the same order.
 */
final class Candidates {
  private final BornMember self;
  private final Overlay overlay;

  Candidates(BornMember self, Overlay overlay) {
    this.self = self;
    this.overlay = overlay;
  }

  /** The nodes alive, the best first. */
  List<BornMember> of(CellId cell) {
    List<NodeView> others = new ArrayList<>();
    for (NodeView node : overlay.nodes()) {
      boolean isSelf = node.incarnation().node().equals(self.incarnation().node());
      if (!isSelf && node.state() == NodeView.State.ALIVE) {
        others.add(node);
      }
    }
    others.sort(
        Comparator.comparingLong(
                (NodeView node) -> GroupIds.weight(cell, node.incarnation().node()))
            .reversed()
            .thenComparing(NodeView::incarnation));
    List<BornMember> all = new ArrayList<>();
    all.add(self);
    others.forEach(
        node ->
            all.add(
                new BornMember(
                    node.incarnation(), node.raftPeer(), node.raftAddress(), node.doorAddress())));
    return all;
  }

  /** A cell file does not say where its members take requests, but the overlay does. */
  BornMember withDoor(BornMember member) {
    return overlay.nodes().stream()
        .filter(node -> node.incarnation().node().equals(member.incarnation().node()))
        .map(NodeView::doorAddress)
        .findFirst()
        .map(
            door ->
                new BornMember(member.incarnation(), member.raftPeer(), member.raftAddress(), door))
        .orElse(member);
  }
}
