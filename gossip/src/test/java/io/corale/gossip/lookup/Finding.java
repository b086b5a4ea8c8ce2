package io.corale.gossip.lookup;

import io.corale.gossip.ClaimView;
import io.corale.model.CellId;
import io.corale.model.NodeId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;

/** One request on its way, as a node carries it, with the invariants of the lookup checked. */
final class Finding {
  /** How often all who are known are asked before the record is. */
  private static final int ROUNDS_BEFORE_BIRTH = 2;

  private final SimCells world;
  private final RandomGenerator chance;
  private final PlantedLookupBug bug;
  private final int entry;
  private final CellId cell;
  private Optional<SimCells.Birth> birth = Optional.empty();
  private int asks;

  Finding(SimCells world, RandomGenerator chance, PlantedLookupBug bug, int entry, CellId cell) {
    this.world = world;
    this.chance = chance;
    this.bug = bug;
    this.entry = entry;
    this.cell = cell;
  }

  /** How many nodes were asked until now. */
  int asks() {
    return asks;
  }

  private enum End {
    SERVED,
    IN_VAIN,
    NOBODY
  }

  /** Whether it is served, by so many rounds at most, during which nothing else happens. */
  boolean isServed(int rounds) {
    Set<NodeId> unreached = new LinkedHashSet<>();
    for (int round = 1; round <= rounds; round++) {
      Trail trail = trail(entry, unreached);
      SimNode node = world.nodes.get(entry);
      birth.ifPresent(record -> hint(trail, record));
      unreached.clear();
      End end = round(entry, trail, unreached);
      if (end == End.SERVED) {
        return true;
      }
      boolean isAsked =
          end == End.NOBODY
              || (round == ROUNDS_BEFORE_BIRTH
                  && bug != PlantedLookupBug.LEAVES_THE_RECORD_UNASKED);
      if (isAsked) {
        birth = world.found(node.number, cell, chance, chance.nextInt(8) == 0).or(() -> birth);
      }
    }
    return false;
  }

  private Trail trail(int at, Set<NodeId> avoid) {
    BiPredicate<Rank, Rank> mayFollow =
        switch (bug) {
          case FOLLOWS_DOWNWARDS -> (rank, followed) -> true;
          case COMPARES_TERMS_ALONE -> (rank, followed) -> rank.term() > followed.term();
          default -> Rank::isAbove;
        };
    return new Trail(world.nodes.get(at).incarnation.node(), cell, avoid, mayFollow);
  }

  private void hint(Trail trail, SimCells.Birth record) {
    for (int member : record.members()) {
      trail.hint(
          new Told(
              new ClaimView(world.nodes.get(member).incarnation, cell, record.epoch(), 0, false),
              "n" + member + ":2"));
    }
  }

  private End round(int at, Trail trail, Set<NodeId> unreached) {
    SimNode node = world.nodes.get(at);
    Rank followed = Rank.NONE;
    int hops = 0;
    Set<NodeId> asked = new LinkedHashSet<>();
    while (true) {
      Own own = world.own(at, cell);
      Step step = trail.next(own, node, node.learned);
      if (step instanceof Step.Here) {
        return accepted(at) ? End.SERVED : inVain(at);
      }
      if (!(step instanceof Step.Ask ask) || isForgotten(ask, own)) {
        return step instanceof Step.Nobody ? End.NOBODY : inVain(at);
      }
      boolean isNew = asked.add(ask.claim().node().node()) != (ask.why() == Step.Why.BEYOND);
      Invariant.BOUNDED.require(isNew, () -> "asked twice, or for nothing: " + ask);
      if (ask.why() == Step.Why.CLAIM) {
        Rank rank = Rank.of(ask.claim());
        Rank before = followed;
        Invariant.UPWARDS.require(rank.isAbove(before), () -> rank + " after " + before);
        hops++;
        Invariant.BOUNDED.require(hops <= Trail.MOST_HOPS, () -> "too many claims are followed");
        followed = rank;
      }
      asks++;
      End end = ask(at, trail, ask, unreached);
      if (end != End.NOBODY) {
        return end;
      }
    }
  }

  private boolean isForgotten(Step.Ask ask, Own own) {
    return switch (bug) {
      case LEAVES_MEMBERS_UNASKED -> ask.why() != Step.Why.CLAIM;
      case WAITS_FOR_ITSELF -> own instanceof Own.TakesOver;
      default -> false;
    };
  }

  /** NOBODY where the trail goes on. */
  private End ask(int from, Trail trail, Step.Ask ask, Set<NodeId> unreached) {
    int to = SimNode.number(ask.claim().node().node());
    SimNode asker = world.nodes.get(from);
    if (!world.connects(from, to)) {
      unreached.add(ask.claim().node().node());
      trail.unreachable(asker.learned);
      return End.NOBODY;
    }
    Own own = world.own(to, cell);
    if (own instanceof Own.Leads) {
      if (!accepted(to)) {
        return inVain(to);
      }
      trail.served(
          own(to).filter(told -> !Rank.of(told.claim()).equals(ask.seen())), asker.learned);
      return End.SERVED;
    }
    if (ask.why() == Step.Why.BEYOND) {
      Trail further = trail(to, Set.of());
      further.staysWithinReach();
      End end = round(to, further, new LinkedHashSet<>());
      if (end == End.SERVED) {
        trail.served(Optional.empty(), asker.learned);
        return end;
      }
      trail.waits(List.of(), asker.learned);
      return End.NOBODY;
    }
    SimNode target = world.nodes.get(to);
    List<Told> knows =
        bug == PlantedLookupBug.POINTS_NOWHERE
            ? List.of()
            : Signpost.of(target.incarnation.node(), cell, ask.seen(), own, target, target.learned);
    if (own instanceof Own.TakesOver) {
      world.tire(to, cell);
      trail.waits(knows, asker.learned);
    } else {
      trail.denied(knows, asker.learned);
    }
    return End.NOBODY;
  }

  /** If it leads, it may not know yet that others do: no answer comes in time. */
  private End inVain(int node) {
    world.tire(node, cell);
    return End.IN_VAIN;
  }

  private Optional<Told> own(int node) {
    SimNode target = world.nodes.get(node);
    return target.claims(cell).stream()
        .filter(claim -> claim.node().equals(target.incarnation) && claim.leads())
        .map(claim -> new Told(claim, "n" + node + ":2"))
        .findFirst();
  }

  private boolean accepted(int node) {
    Optional<SimGroup> group = world.group(node, cell);
    boolean isAccepted = group.isPresent() && world.accepts(group.get(), node);
    if (isAccepted) {
      Invariant.RETIRED.require(
          !group.get().isRetired,
          () -> cell + " is accepted behind the RETIRE of " + group.get().epoch);
    }
    return isAccepted;
  }
}
