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
import java.util.stream.Stream;

/**
 * Who leads and follows which cell, by what the nodes claim. Raft orders these claims already, so
 * the greatest (epoch, term, configuration index) is the truth as far as it has come here; those of
 * nodes that are dead come last. Only who leads has a term: former builds say one of followers as
 * well, and that must not put them before a leader.
 */
final class Directory {
  private final Comparator<ClaimView> order;
  private final Map<CellId, List<Claimed>> claims = new LinkedHashMap<>();
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
  void put(Member member, Gossips.Entry entry, long now) throws InvalidProtocolBufferException {
    remove(member, entry.getSlot());
    if (!entry.getDeleted()) {
      Claimed claim = claim(member.incarnation(), entry, now);
      member.claims(claim);
      claims.computeIfAbsent(claim.view().cell(), cell -> new ArrayList<>(3)).add(claim);
      changed.add(claim.view().cell());
    }
  }

  private static Claimed claim(Incarnation node, Gossips.Entry entry, long now)
      throws InvalidProtocolBufferException {
    Gossips.Claim claim = Gossips.Claim.parseFrom(entry.getContent());
    ClaimView view =
        new ClaimView(
            node,
            new CellId(new OwnerId(claim.getOwner()), claim.getCell()),
            claim.getEpoch(),
            claim.getTerm(),
            claim.getConfiguration(),
            claim.getLeads());
    long since = claim.getLedSince() > 0 ? claim.getLedSince() : entry.getVersion();
    return new Claimed(view, entry.getSlot(), claim.getLeads() ? since : 0, now);
  }

  void remove(Member member, int slot) {
    member.forgetClaim(slot).ifPresent(this::forget);
  }

  private void forget(Claimed before) {
    CellId cell = before.view().cell();
    List<Claimed> all = claims.get(cell);
    if (all != null && all.remove(before) && all.isEmpty()) {
      claims.remove(cell);
    }
    changed.add(cell);
  }

  void removeAll(Member member) {
    List.copyOf(member.claims().keySet()).forEach(slot -> remove(member, slot));
  }

  /** A node is dead, or alive again: its claims rank differently. */
  void stood(Member member) {
    member.claims().values().forEach(claim -> changed.add(claim.view().cell()));
  }

  /** All claims about a cell, the greatest first. */
  List<ClaimView> claims(CellId cell) {
    return claimed(cell).map(Claimed::view).toList();
  }

  /** The same with what is known of each here. */
  Stream<Claimed> claimed(CellId cell) {
    return claims.getOrDefault(cell, List.of()).stream()
        .sorted(Comparator.comparing(Claimed::view, order));
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
