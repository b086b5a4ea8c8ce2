package io.corale.gossip;

import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a core believes about the others; as confined as the core is. */
public final class Beliefs {
  /** Longer than an election, so that what a dead node claimed is still known while one is held. */
  static final long GONE_MICROS = 10 * Micros.SECOND;

  private final Members members;
  private final OwnRecords own;
  private final Directory directory;

  Beliefs(Members members, OwnRecords own, Directory directory) {
    this.members = members;
    this.own = own;
    this.directory = directory;
  }

  /** All nodes known and not departed, this one first, the others by id. */
  public List<NodeView> nodes(long now) {
    List<NodeView> nodes = new ArrayList<>();
    for (Member member : members.all()) {
      boolean isShown =
          switch (member.standing()) {
            case ALIVE, SUSPECT -> true;
            case DEAD -> now - member.since() < GONE_MICROS;
            case LEFT -> false;
          };
      if (isShown) {
        nodes.add(node(member, (now - member.heardAt()) / Micros.MILLI));
      }
    }
    nodes.sort(Comparator.comparing(NodeView::incarnation));
    nodes.add(0, node(own.self(), 0));
    return nodes;
  }

  private static NodeView node(Member member, long heardMillis) {
    Gossips.NodeRecord record = member.record();
    return new NodeView(
        member.incarnation(),
        record.getDoorAddress(),
        record.getRaftPeer(),
        record.getRaftAddress(),
        record.getBuild(),
        record.getReadsFormat(),
        state(member),
        member.led(),
        member.claims().size() - member.led(),
        OptionalLong.of(Math.max(0, heardMillis)),
        Loads.of(member)
            .map(load -> OptionalInt.of(load.getPendingBand()))
            .orElse(OptionalInt.empty()));
  }

  private static NodeView.State state(Member member) {
    if (member.record().getLeaving()) {
      return NodeView.State.LEAVING;
    }
    return member.standing() == Standing.ALIVE ? NodeView.State.ALIVE : NodeView.State.SUSPECT;
  }

  /**
   * How old, in milliseconds, the oldest word is of those that count: of each other node the last
   * one that came from itself ({@code node}), and its load ({@code load}), where it tells one.
   */
  public SortedMap<String, Long> oldest(long now) {
    long node = now;
    long load = now;
    for (Member member : members.all()) {
      if (member.standing().isPresent()) {
        node = Math.min(node, member.heardAt());
        load = Math.min(load, member.shelf().lossy().heardAt(Topic.LOAD).orElse(now));
      }
    }
    SortedMap<String, Long> all = new TreeMap<>();
    all.put("node", (now - node) / Micros.MILLI);
    all.put("load", (now - load) / Micros.MILLI);
    return all;
  }

  /** Whether this life, or a later one of its node, is known; whatever is believed of it. */
  boolean knows(Incarnation node) {
    return own.self().incarnation().node().equals(node.node())
        || members
            .of(node.node())
            .filter(member -> member.incarnation().boot() >= node.boot())
            .isPresent();
  }

  /** The doors of all others that are believed to be there. */
  List<String> doors() {
    return members.all().stream()
        .filter(member -> member.standing().isPresent())
        .map(member -> member.record().getDoorAddress())
        .toList();
  }

  /** As claims are ordered, the greatest first. */
  Comparator<ClaimView> order() {
    return directory.order();
  }

  /** All other lives that are believed to be there. */
  Standing standing(Incarnation node) {
    return members
        .of(node.node())
        .filter(member -> member.incarnation().equals(node))
        .map(Member::standing)
        .orElse(Standing.LEFT);
  }

  /** How many are believed to be there, this node among them. */
  public int size() {
    return members.size();
  }

  /** All claims about a cell, the greatest first, those of dead nodes last. */
  public List<ClaimView> claims(CellId cell) {
    return directory.claims(cell);
  }

  /** The greatest claim to lead it. */
  public Optional<ClaimView> leader(CellId cell) {
    return directory.leader(cell);
  }

  /** The band of requests that wait for the scheduler with this claim, where it is known. */
  public Optional<Integer> pendingBand(ClaimView claim) {
    return claimed(claim)
        .flatMap(one -> member(claim.node().node()).flatMap(member -> Loads.band(member, one)));
  }

  private Optional<Claimed> claimed(ClaimView claim) {
    return directory.claimed(claim.cell()).filter(one -> one.view().equals(claim)).findFirst();
  }

  /** The scheduler with this claim. */
  SchedulerView scheduler(ClaimView claim, long now) {
    Optional<Claimed> claimed = claimed(claim);
    Optional<Member> member = member(claim.node().node());
    Optional<Integer> band =
        claimed.flatMap(one -> member.flatMap(writer -> Loads.band(writer, one)));
    Optional<Long> heardAt =
        claimed.flatMap(one -> member.flatMap(writer -> Loads.heardAt(writer, one)));
    return new SchedulerView(
        claim.cell(),
        Optional.of(claim).filter(ClaimView::leads),
        isGone(claim.node()),
        age(claimed.map(Claimed::heardAt), now),
        band.map(Bands::range),
        age(heardAt.filter(at -> band.isPresent()), now));
  }

  private boolean isGone(Incarnation node) {
    return !node.equals(own.self().incarnation()) && !standing(node).isPresent();
  }

  private static OptionalLong age(Optional<Long> since, long now) {
    return since.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(0, now - since.get()) / Micros.MILLI);
  }

  private Optional<Member> member(NodeId node) {
    Member self = own.self();
    return Optional.of(self)
        .filter(one -> one.incarnation().node().equals(node))
        .or(() -> members.of(node));
  }

  /** The cells about which other things are claimed than when this was asked last. */
  public Set<CellId> takeChangedCells() {
    return directory.takeChanged();
  }
}
