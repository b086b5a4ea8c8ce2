package io.corale.node.cell;

import io.corale.gossip.ClaimView;
import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.gossip.SchedulerPage;
import io.corale.model.CellId;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Entry;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** An overlay that knows who is there, and nothing else. */
record MoveOverlay(Supplier<List<NodeView>> alive) implements Overlay {
  /** A node that is there. */
  static NodeView view(MoveNode node) {
    return view(node.member());
  }

  static NodeView view(BornMember member) {
    return new NodeView(
        member.incarnation(),
        "",
        member.raftPeer(),
        member.raftAddress(),
        "build",
        Entry.NEWEST_FORMAT,
        NodeView.State.ALIVE,
        0,
        0);
  }

  @Override
  public List<NodeView> nodes() {
    return alive.get();
  }

  @Override
  public Optional<ClaimView> leader(CellId cell) {
    return Optional.empty();
  }

  @Override
  public List<ClaimView> claims(CellId cell) {
    return List.of();
  }

  @Override
  public SchedulerPage schedulers(Optional<CellId> after, int limit) {
    return new SchedulerPage(List.of(), false);
  }

  @Override
  public void claim(List<ClaimView> claims) {}
}
