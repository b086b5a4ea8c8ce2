package io.corale.gossip;

import io.corale.model.CellId;
import io.corale.model.Incarnation;

/**
 * "I lead, or follow, this cell at (epoch, term)", said by the node itself.
 *
 * @param configuration the index of the group's configuration that it follows; 0 where it does not
 *     say
 */
public record ClaimView(
    Incarnation node, CellId cell, long epoch, long term, long configuration, boolean leads) {
  public ClaimView(Incarnation node, CellId cell, long epoch, long term, boolean leads) {
    this(node, cell, epoch, term, 0, leads);
  }
}
