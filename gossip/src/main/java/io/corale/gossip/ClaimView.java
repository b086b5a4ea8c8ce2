package io.corale.gossip;

import io.corale.model.CellId;
import io.corale.model.Incarnation;

/**
 * "I lead this cell at (epoch, term)", or "I follow it at this epoch", said by the node itself.
 *
 * @param term in which it leads. Of who follows, 0, and so is the configuration: else one election
 *     would make all followers claim anew, and they know no better than the leader who leads.
 *     Former builds say theirs.
 * @param configuration the index of the group's configuration by which it leads; 0 where it does
 *     not say
 */
public record ClaimView(
    Incarnation node, CellId cell, long epoch, long term, long configuration, boolean leads) {
  public ClaimView(Incarnation node, CellId cell, long epoch, long term, boolean leads) {
    this(node, cell, epoch, term, 0, leads);
  }

  /** The term by which claims are ordered. */
  long termLed() {
    return leads ? term : 0;
  }

  /** As it is told. */
  ClaimView told() {
    return leads ? this : new ClaimView(node, cell, epoch, 0, 0, false);
  }
}
