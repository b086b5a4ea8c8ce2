package io.corale.gossip.lookup;

import io.corale.gossip.ClaimView;
import io.corale.model.CellId;
import io.corale.model.NodeId;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a node that does not lead a cell tells who asked it by mistake. */
public final class Signpost {
  /** Claims in an answer: who leads by what is known here, and all members. */
  public static final int MOST = 1 + Trail.MOST_MEMBERS;

  private static final Comparator<Told> GREATEST_FIRST =
      Comparator.comparing((Told told) -> Rank.of(told.claim())).reversed();

  private Signpost() {}

  /**
   * The claims of others that may be of use to who has followed one of this rank: of leaders only
   * those above it, the greatest first; and of members.
   */
  public static List<Told> of(
      NodeId self, CellId cell, Rank seen, Own own, Sight sight, Learned learned) {
    Stream<ClaimView> raft =
        own instanceof Own.Follows follows ? follows.leader().stream() : Stream.empty();
    Map<ClaimView, Told> all = new LinkedHashMap<>();
    learned
        .leader(cell)
        .filter(told -> isNews(self, told.claim(), seen))
        .ifPresent(told -> all.put(told.claim(), told));
    Stream.concat(raft, sight.claims(cell).stream())
        .filter(claim -> isNews(self, claim, seen) && !learned.isDenied(claim))
        .forEach(
            claim ->
                sight
                    .door(claim.node().node())
                    .filter(Told::isDoor)
                    .ifPresent(door -> all.put(claim, new Told(claim, door))));
    return Stream.concat(
            all.values().stream().filter(told -> told.claim().leads()).sorted(GREATEST_FIRST),
            all.values().stream().filter(told -> !told.claim().leads()))
        .limit(MOST)
        .toList();
  }

  private static boolean isNews(NodeId self, ClaimView claim, Rank seen) {
    return !claim.node().node().equals(self) && (!claim.leads() || Rank.of(claim).isAbove(seen));
  }
}
