package io.corale.gossip;

import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.OwnerId;
import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who leads and follows which cell, by what the nodes claim. Raft orders these claims already, so
 * the greatest (epoch, term, configuration index) is the truth as far as it has come here; those of
 * nodes that are dead come last. Only who leads has a term: former builds say one of followers as
 * well, and that must not put them before a leader.
 */
final class Directory {
  private final Comparator<ClaimView> order;
  private final Map<CellId, List<ClaimView>> claims = new LinkedHashMap<>();
  private Set<CellId> changed = new LinkedHashSet<>();

  /**
   * @param isGone whether this node is believed to be dead
   */
  Directory(Predicate<Incarnation> isGone) {
    this.order =
        Comparator.comparing((ClaimView claim) -> !isGone.test(claim.node()))
            .thenComparingLong(ClaimView::epoch)
            .thenComparingLong(ClaimView::termLed)
            .thenComparingLong(ClaimView::configuration)
            .thenComparing(ClaimView::leads)
            .reversed()
            .thenComparing(ClaimView::node);
  }

  Comparator<ClaimView> order() {
    return order;
  }

  /** A member's entry became this one. Throws where it is no claim. */
  void put(Member member, Gossips.Entry entry) throws InvalidProtocolBufferException {
    remove(member, entry.getSlot());
    if (!entry.getDeleted()) {
      ClaimView claim = claim(member.incarnation(), Gossips.Claim.parseFrom(entry.getContent()));
      member.claims().put(entry.getSlot(), claim);
      claims.computeIfAbsent(claim.cell(), cell -> new ArrayList<>(3)).add(claim);
      changed.add(claim.cell());
    }
  }

  private static ClaimView claim(Incarnation node, Gossips.Claim claim) {
    return new ClaimView(
        node,
        new CellId(new OwnerId(claim.getOwner()), claim.getCell()),
        claim.getEpoch(),
        claim.getTerm(),
        claim.getConfiguration(),
        claim.getLeads());
  }

  void remove(Member member, int slot) {
    ClaimView before = member.claims().remove(slot);
    if (before != null) {
      List<ClaimView> all = claims.get(before.cell());
      if (all != null && all.remove(before) && all.isEmpty()) {
        claims.remove(before.cell());
      }
      changed.add(before.cell());
    }
  }

  void removeAll(Member member) {
    List.copyOf(member.claims().keySet()).forEach(slot -> remove(member, slot));
  }

  /** A node is dead, or alive again: its claims rank differently. */
  void stood(Member member) {
    member.claims().values().forEach(claim -> changed.add(claim.cell()));
  }

  /** All claims about a cell, the greatest first. */
  List<ClaimView> claims(CellId cell) {
    List<ClaimView> all = claims.get(cell);
    return all == null ? List.of() : all.stream().sorted(order).toList();
  }

  /** The greatest claim to lead it. */
  Optional<ClaimView> leader(CellId cell) {
    return claims(cell).stream().filter(ClaimView::leads).findFirst();
  }

  /** The cells about which other things are claimed than when this was asked last. */
  Set<CellId> takeChanged() {
    Set<CellId> taken = changed;
    changed = new LinkedHashSet<>();
    return taken;
  }

  int size() {
    return claims.size();
  }
}
