package io.corale.gossip;

import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.OwnerId;
import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a node believed by the first form about the others at one moment; immutable. */
final class FirstView {
  /** The greatest claim first; of an epoch, leaders before followers. */
  private static final Comparator<ClaimView> GREATEST_FIRST =
      Comparator.comparingLong(ClaimView::epoch)
          .thenComparingLong(ClaimView::termLed)
          .thenComparing(ClaimView::leads)
          .reversed()
          .thenComparing(claim -> claim.node());

  private final List<NodeView> nodes;
  private final Map<CellId, List<ClaimView>> claims;

  private FirstView(List<NodeView> nodes, Map<CellId, List<ClaimView>> claims) {
    this.nodes = List.copyOf(nodes);
    this.claims = claims;
  }

  /** A record as it was heard, and whether its writer has fallen silent. */
  record Heard(Incarnation node, Gossips.NodeRecord record, boolean isSilent) {}

  static FirstView of(Incarnation self, List<Heard> all) {
    List<NodeView> nodes = new ArrayList<>();
    Map<CellId, List<ClaimView>> claims = new LinkedHashMap<>();
    for (Heard heard : all) {
      int led = 0;
      for (Gossips.Claim claim : heard.record.getClaimsList()) {
        ClaimView view =
            new ClaimView(
                heard.node,
                new CellId(new OwnerId(claim.getOwner()), claim.getCell()),
                claim.getEpoch(),
                claim.getTerm(),
                claim.getLeads());
        claims.computeIfAbsent(view.cell(), cell -> new ArrayList<>()).add(view);
        led += claim.getLeads() ? 1 : 0;
      }
      nodes.add(node(heard, led));
    }
    Comparator<NodeView> selfFirst = Comparator.comparing(node -> !node.incarnation().equals(self));
    nodes.sort(selfFirst.thenComparing(NodeView::incarnation));
    claims.replaceAll((cell, list) -> list.stream().sorted(GREATEST_FIRST).toList());
    return new FirstView(nodes, Collections.unmodifiableMap(claims));
  }

  private static NodeView node(Heard heard, int led) {
    Gossips.NodeRecord record = heard.record;
    NodeView.State state =
        record.getLeaving()
            ? NodeView.State.LEAVING
            : heard.isSilent ? NodeView.State.SUSPECT : NodeView.State.ALIVE;
    return new NodeView(
        heard.node,
        record.getDoorAddress(),
        record.getRaftPeer(),
        record.getRaftAddress(),
        record.getBuild(),
        record.getReadsFormat(),
        state,
        led,
        record.getClaimsCount() - led);
  }

  /** All nodes not departed, this one first, the others by id. */
  List<NodeView> nodes() {
    return nodes;
  }

  /** All claims about each cell, the greatest first. */
  Map<CellId, List<ClaimView>> claims() {
    return claims;
  }
}
