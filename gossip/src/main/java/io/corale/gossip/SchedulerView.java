package io.corale.gossip;

import io.corale.model.CellId;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A scheduler as the overlay knows it.
 *
 * @param leader the greatest claim to lead it; empty where only followers are known
 * @param isLeaderGone whether the node that made it is believed to be dead, or has left; of a node
 *     of the former overlay, whether it is silent
 * @param claimMillis how long ago that claim, or the one to follow, came to this node as it is;
 *     empty where that is not known, of a node of the former overlay
 * @param pending how many requests were accepted there and have not ended; empty where it is not
 *     known
 * @param loadMillis how long ago this node heard that; empty where it has not
 */
public record SchedulerView(
    CellId cell,
    Optional<ClaimView> leader,
    boolean isLeaderGone,
    OptionalLong claimMillis,
    Optional<Bands.Range> pending,
    OptionalLong loadMillis) {
  /** One of which nothing is known but the claim. */
  static SchedulerView of(ClaimView claim, boolean isLeaderGone) {
    return new SchedulerView(
        claim.cell(),
        Optional.of(claim).filter(ClaimView::leads),
        isLeaderGone,
        OptionalLong.empty(),
        Optional.empty(),
        OptionalLong.empty());
  }
}
