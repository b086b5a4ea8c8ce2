package io.corale.gossip.lookup;

import io.corale.gossip.ClaimView;
import io.corale.model.CellId;
import io.corale.model.NodeId;
import java.util.List;
import java.util.Optional;

/** What gossip has brought to a node, at the moment of asking: hints, never grounds. */
public interface Sight {
  /** All claims about a cell, those first that are to be believed first. */
  List<ClaimView> claims(CellId cell);

  /** Where a node takes requests; empty where it has left, or was never heard of. */
  Optional<String> door(NodeId node);
}
