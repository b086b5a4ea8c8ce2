package io.corale.node.route;

import io.corale.gossip.NodeView;
import io.corale.gossip.lookup.Rank;
import io.corale.gossip.lookup.Step;
import io.corale.node.cell.Cell;

/** Where a request for a cell must go next, as far as this node can tell. */
sealed interface Place {
  /** This node leads the cell. */
  record Here(Cell cell) implements Place {}

  /**
   * Another node leads it, or knows better who does.
   *
   * @param seen the claim by which it is asked: what it answers is followed if it is above this
   * @param why beyond what is in our reach, it is to ask others itself
   */
  record There(NodeView node, Rank seen, Step.Why why) implements Place {}

  /** The cell is known but nobody is known to lead it: an election, most likely. */
  record Unsettled() implements Place {}

  /** Nobody claims it: its birth record decides. */
  record Nobody() implements Place {}
}
