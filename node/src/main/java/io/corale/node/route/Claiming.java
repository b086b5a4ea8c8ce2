package io.corale.node.route;

import io.corale.gossip.ClaimView;
import io.corale.model.Incarnation;
import io.corale.node.cell.Cell;

/** What a node lets the overlay know of a cell that it holds. */
public final class Claiming {
  private Claiming() {}

  /** Only a term that is led: one that was merely heard of is another leader's (rule 1). */
  public static ClaimView of(Incarnation self, Cell cell) {
    long term = cell.termServed();
    return new ClaimView(self, cell.id(), cell.epoch(), term, cell.configuration(), term > 0);
  }
}
