package io.corale.node.route;

import io.corale.gossip.ClaimView;
import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.gossip.lookup.Learned;
import io.corale.gossip.lookup.Own;
import io.corale.gossip.lookup.Rank;
import io.corale.gossip.lookup.Sight;
import io.corale.gossip.lookup.Signpost;
import io.corale.gossip.lookup.Step;
import io.corale.gossip.lookup.Told;
import io.corale.gossip.lookup.Trail;
import io.corale.model.CellId;
import io.corale.model.NodeId;
import io.corale.node.cell.Cell;
import io.corale.node.registry.Birth;
import io.corale.node.registry.BornMember;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Finds who is responsible for a cell from what this node holds and has heard: normally one hop,
 * and no question to ZooKeeper for an owner that is served (DESIGN §7). What is decided, {@link
 * Trail} decides. Thread-safe.
 */
final class Lookup {
  private final NodeId self;
  private final Function<CellId, Optional<Cell>> cells;
  private final Overlay overlay;
  private final Sight sight;

  /** What all requests learn, on whatever thread: guarded by itself, for moments. */
  private final Learned learned;

  /**
   * @param cells those that are awake on this node
   * @param nanos the time, from any beginning
   */
  Lookup(NodeId self, Function<CellId, Optional<Cell>> cells, Overlay overlay, LongSupplier nanos) {
    this.self = self;
    this.cells = cells;
    this.overlay = overlay;
    this.learned = new Learned(nanos);
    this.sight =
        new Sight() {
          @Override
          public List<ClaimView> claims(CellId cell) {
            return overlay.claims(cell);
          }

          @Override
          public Optional<String> door(NodeId node) {
            return overlay.node(node).map(NodeView::doorAddress);
          }
        };
  }

  /** Where a request for this cell goes, by one look. */
  Place find(CellId cell) {
    return next(trail(cell, Set.of()), cell);
  }

  /**
   * The way of one request, from its beginning.
   *
   * @param avoid nodes that could not be reached a moment ago
   */
  Trail trail(CellId cell, Set<NodeId> avoid) {
    return new Trail(self, cell, avoid);
  }

  /** Where a request goes next that has come as far as this; one step at a time. */
  Place next(Trail trail, CellId cell) {
    Optional<Cell> local = cells.apply(cell);
    Own own = own(local);
    if (own instanceof Own.Leads) {
      return new Place.Here(local.orElseThrow());
    }
    Step step;
    synchronized (learned) {
      step = trail.next(own, sight, learned);
    }
    if (step instanceof Step.Ask ask) {
      return new Place.There(view(ask), ask.seen(), ask.why());
    }
    return step instanceof Step.Nobody ? new Place.Nobody() : new Place.Unsettled();
  }

  private Own own(Optional<Cell> local) {
    if (local.isEmpty()) {
      return new Own.Absent();
    }
    Cell cell = local.get();
    return switch (cell.standing()) {
      case SUPERPEER -> new Own.Leads();
      case TAKING_OVER -> takesOver(cell);
      // Ratis has said that it won, others may have heard that already, and the cell will soon.
      case FOLLOWER ->
          cell.superpeerHint().filter(self::equals).isPresent()
              ? takesOver(cell)
              : new Own.Follows(hint(cell));
      case QUARANTINED, CLOSED -> new Own.Silent();
    };
  }

  private static Own takesOver(Cell cell) {
    return new Own.TakesOver(new Rank(cell.epoch(), cell.term(), cell.configuration()));
  }

  /** Raft itself told this replica who leads: often fresher than gossip. */
  private Optional<ClaimView> hint(Cell cell) {
    long term = cell.term();
    return cell.superpeerHint()
        .flatMap(overlay::node)
        .map(
            node ->
                new ClaimView(
                    node.incarnation(), cell.id(), cell.epoch(), term, cell.configuration(), true));
  }

  private NodeView view(Step.Ask ask) {
    return overlay
        .node(ask.claim().node().node())
        .orElseGet(
            () ->
                new NodeView(
                    ask.claim().node(), ask.door(), "", "", "", 0, NodeView.State.ALIVE, 0, 0));
  }

  /** Whom its birth record names is asked as well. */
  void hint(Trail trail, CellId cell, Birth birth) {
    for (BornMember member : birth.members()) {
      String door =
          overlay
              .node(member.incarnation().node())
              .map(NodeView::doorAddress)
              .orElse(member.doorAddress());
      if (Told.isDoor(door)) {
        trail.hint(
            new Told(new ClaimView(member.incarnation(), cell, birth.epoch(), 0, false), door));
      }
    }
  }

  /** Who was asked last does not lead, and knows this. */
  void denied(Trail trail, List<Told> knows) {
    synchronized (learned) {
      trail.denied(knows, learned);
    }
  }

  /** Who was asked last cannot serve it now, and may soon; it knows this of others. */
  void waits(Trail trail, List<Told> knows) {
    synchronized (learned) {
      trail.waits(knows, learned);
    }
  }

  /** Who was asked last has not got the question. */
  void unreachable(Trail trail) {
    synchronized (learned) {
      trail.unreachable(learned);
    }
  }

  /** Who was asked last has served the request, by this claim where it says so. */
  void served(Trail trail, Optional<Told> by) {
    synchronized (learned) {
      trail.served(by, learned);
    }
  }

  /**
   * What this node tells who asks it for a cell that it did not lead a moment ago.
   *
   * @param takesOver whether it is about to serve it, or does by now
   */
  record Pointing(boolean takesOver, List<Told> known) {}

  /** By one look at its own replica, which may win while others are told. */
  Pointing pointing(CellId cell, Rank seen) {
    Own own = own(cells.apply(cell));
    boolean takesOver = own instanceof Own.TakesOver || own instanceof Own.Leads;
    synchronized (learned) {
      return new Pointing(takesOver, Signpost.of(self, cell, seen, own, sight, learned));
    }
  }

  /** The claim by which this node serves a cell; empty where it does not, or has no door. */
  Optional<Told> ownClaim(Cell cell) {
    return overlay
        .node(self)
        .filter(me -> Told.isDoor(me.doorAddress()))
        .map(me -> new Told(Claiming.of(me.incarnation(), cell), me.doorAddress()))
        .filter(told -> told.claim().leads());
  }

  /** Where another node is; empty where nobody has heard of it, or it is this one. */
  Optional<NodeView> node(NodeId id) {
    return id.equals(self) ? Optional.empty() : overlay.node(id);
  }
}
