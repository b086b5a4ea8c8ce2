package io.corale.node.route;

import io.corale.gossip.ClaimView;
import io.corale.gossip.lookup.Rank;
import io.corale.gossip.lookup.Signpost;
import io.corale.gossip.lookup.Told;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How nodes tell each other in answers who leads a cell. */
final class KnownClaims {
  private KnownClaims() {}

  static Door.ClaimRank write(Rank rank) {
    return Door.ClaimRank.newBuilder()
        .setEpoch(rank.epoch())
        .setTerm(rank.term())
        .setConfiguration(rank.configuration())
        .build();
  }

  /** Throws where it can be of no claim. */
  static Rank read(Door.ClaimRank rank) {
    return new Rank(rank.getEpoch(), rank.getTerm(), rank.getConfiguration());
  }

  static Door.KnownClaim write(Told told) {
    ClaimView claim = told.claim();
    return Door.KnownClaim.newBuilder()
        .setNode(
            Common.Incarnation.newBuilder()
                .setNode(claim.node().node().value())
                .setBoot(claim.node().boot()))
        .setDoorAddress(told.door())
        .setRank(write(Rank.of(claim)))
        .setLeads(claim.leads())
        .build();
  }

  /**
   * What an answer tells of this cell. A hint that makes no sense is none: nobody depends on it.
   */
  static List<Told> of(CellId cell, Door.Response response) {
    List<Told> all = new ArrayList<>();
    response.getKnownList().stream()
        .limit(Signpost.MOST)
        .forEach(known -> read(cell, known).ifPresent(all::add));
    return all;
  }

  private static Optional<Told> read(CellId cell, Door.KnownClaim known) {
    try {
      Rank rank = read(known.getRank());
      Incarnation node =
          new Incarnation(new NodeId(known.getNode().getNode()), known.getNode().getBoot());
      ClaimView claim =
          new ClaimView(
              node, cell, rank.epoch(), rank.term(), rank.configuration(), known.getLeads());
      return Optional.of(new Told(claim, known.getDoorAddress()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
