package io.corale.node.route;

import io.corale.gossip.NodeView;
import io.corale.node.cell.Cell;

/** Where a request for a cell must go, as far as this node can tell without asking anybody. */
sealed interface Place {
  /** This node leads the cell. */
  record Here(Cell cell) implements Place {}

  /** Another node leads it, or knows better who does. */
  record There(NodeView node) implements Place {}

  /** The cell is known but nobody is known to lead it: an election, most likely. */
  record Unsettled() implements Place {}

  /** Nobody claims it: its birth record decides. */
  record Nobody() implements Place {}
}
