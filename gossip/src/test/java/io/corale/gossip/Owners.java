package io.corale.gossip;

import io.corale.gossip.lookup.Learned;
import io.corale.gossip.lookup.Own;
import io.corale.gossip.lookup.Sight;
import io.corale.gossip.lookup.Signpost;
import io.corale.gossip.lookup.Step;
import io.corale.gossip.lookup.Told;
import io.corale.gossip.lookup.Trail;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Groups of owners on the nodes of a {@link World}: a few lines that stand for Raft and for the
 * birth records, beside the directories that are shipped.
 */
final class Owners {
  private static final int MEMBERS = 3;

  private final World world;
  private final RandomGenerator chance;
  private final Map<CellId, Group> groups = new LinkedHashMap<>();
  private final Map<Incarnation, Learned> learned = new LinkedHashMap<>();
  private int cut;

  /** One group, as Raft and the birth record have it. */
  private static final class Group {
    final CellId cell;
    List<Integer> members = List.of();
    long epoch;
    long term;
    int leader;
    boolean isRetired;

    Group(CellId cell) {
      this.cell = cell;
    }
  }

  /**
   * What became of a request: how many nodes were asked, and whether the birth record had to be
   * asked.
   */
  record Found(boolean isServed, int hops, boolean askedRegistry) {}

  Owners(World world, RandomGenerator chance) {
    this.world = world;
    this.chance = chance;
  }

  Set<CellId> born() {
    Set<CellId> born = new LinkedHashSet<>();
    groups.values().stream()
        .filter(g -> !g.isRetired && hasMajority(g))
        .forEach(g -> born.add(g.cell));
    return born;
  }

  /** By compare-and-set of the birth record: a second birth of a living owner finds the first. */
  void bear(String owner) {
    CellId cell = CellId.home(new OwnerId(owner));
    Group group = groups.computeIfAbsent(cell, Group::new);
    List<Integer> up = upOnOneSide();
    if ((group.epoch > 0 && !group.isRetired) || up.size() < MEMBERS) {
      return;
    }
    List<Integer> members = new ArrayList<>();
    while (members.size() < MEMBERS) {
      int node = up.get(chance.nextInt(up.size()));
      if (!members.contains(node)) {
        members.add(node);
      }
    }
    group.members = List.copyOf(members);
    group.epoch++;
    group.term = 1;
    group.leader = members.get(0);
    group.isRetired = false;
    claim(members);
  }

  void retire(CellId cell) {
    Group group = groups.get(cell);
    if (group != null && !group.isRetired && hasMajority(group)) {
      group.isRetired = true;
      claim(group.members);
    }
  }

  /** Leadership goes to another member which reaches a majority, if there is one. */
  void move(CellId cell) {
    Group group = groups.get(cell);
    if (group == null || group.isRetired) {
      return;
    }
    List<Integer> able = group.members.stream().filter(n -> reachesMajority(group, n)).toList();
    if (!able.isEmpty()) {
      group.term++;
      group.leader = able.get(chance.nextInt(able.size()));
      claim(group.members);
    }
  }

  /** Elections, where a leader is gone. */
  void elect() {
    for (Group group : groups.values()) {
      if (!group.isRetired && !reachesMajority(group, group.leader)) {
        move(group.cell);
      }
    }
  }

  void partition(int first) {
    cut = first;
    world.partition(first);
  }

  void heal() {
    cut = 0;
    world.network.heal();
  }

  private boolean connects(int one, int other) {
    return world.peers.get(one).isUp && world.peers.get(other).isUp && (one < cut) == (other < cut);
  }

  private boolean reachesMajority(Group group, int from) {
    return 2 * group.members.stream().filter(n -> connects(from, n)).count() > MEMBERS;
  }

  private boolean hasMajority(Group group) {
    return group.members.stream().anyMatch(n -> reachesMajority(group, n));
  }

  private List<Integer> upOnOneSide() {
    List<Integer> up = new ArrayList<>();
    for (Peer peer : world.peers) {
      if (peer.isUp && (peer.number >= cut)) {
        up.add(peer.number);
      }
    }
    return up;
  }

  /** Nodes that are up say what they hold; who is cut off from its group holds what it held. */
  void claim(List<Integer> nodes) {
    for (int node : nodes) {
      if (!world.peers.get(node).isUp) {
        continue;
      }
      List<ClaimView> claims = new ArrayList<>();
      for (Group group : groups.values()) {
        if (!group.isRetired && group.members.contains(node)) {
          claims.add(claim(group, node));
        }
      }
      world.claim(node, claims);
    }
  }

  private ClaimView claim(Group group, int node) {
    boolean knows = node == group.leader || connects(node, group.leader);
    Optional<ClaimView> before =
        world.peers.get(node).core.beliefs().claims(group.cell).stream()
            .filter(claim -> claim.node().equals(world.peers.get(node).incarnation))
            .findFirst();
    return before
        .filter(claim -> !knows)
        .orElseGet(
            () ->
                new ClaimView(
                    world.peers.get(node).incarnation,
                    group.cell,
                    group.epoch,
                    knows ? group.term : 0,
                    0,
                    node == group.leader));
  }

  /** Invariants I1 and I4: whoever serves is the leader of the one epoch that is not retired. */
  private boolean serves(int node, CellId cell) {
    Group group = groups.get(cell);
    return group != null
        && !group.isRetired
        && group.leader == node
        && reachesMajority(group, node);
  }

  /** A request for the cell comes to this node; it takes the way that the product's take. */
  Found request(int entry, CellId cell) {
    Trail trail = new Trail(life(entry).node(), cell, Set.of());
    int asks = 0;
    while (!serves(entry, cell)) {
      Step step = trail.next(own(entry, cell), sight(entry), learned(entry));
      if (!(step instanceof Step.Ask ask)) {
        Group group = groups.get(cell);
        boolean isServed =
            group != null && connects(entry, group.leader) && serves(group.leader, cell);
        return new Found(isServed, asks, true);
      }
      asks++;
      int target = number(ask.claim().node());
      if (!connects(entry, target)) {
        trail.unreachable(learned(entry));
      } else if (serves(target, cell)) {
        trail.served(Optional.empty(), learned(entry));
        return new Found(true, asks, false);
      } else if (leads(target, cell)) {
        trail.waits(List.of(), learned(entry)); // It reaches no majority, and may again.
      } else {
        trail.denied(signpost(target, ask), learned(entry));
      }
    }
    return new Found(true, asks, false);
  }

  private boolean leads(int node, CellId cell) {
    Group group = groups.get(cell);
    return group != null && !group.isRetired && group.leader == node;
  }

  private List<Told> signpost(int node, Step.Ask ask) {
    CellId cell = ask.claim().cell();
    return Signpost.of(
        life(node).node(), cell, ask.seen(), own(node, cell), sight(node), learned(node));
  }

  private Incarnation life(int node) {
    return world.peers.get(node).incarnation;
  }

  private static int number(Incarnation node) {
    return Integer.parseInt(node.node().value().substring(1));
  }

  /** Of this life of a node. */
  private Learned learned(int node) {
    return learned.computeIfAbsent(life(node), life -> new Learned(() -> world.micros() * 1_000));
  }

  private Sight sight(int node) {
    Beliefs beliefs = world.peers.get(node).core.beliefs();
    return new Sight() {
      @Override
      public List<ClaimView> claims(CellId cell) {
        return beliefs.claims(cell);
      }

      @Override
      public Optional<String> door(NodeId other) {
        return Optional.of(other.value() + ":1");
      }
    };
  }

  private Own own(int node, CellId cell) {
    Group group = groups.get(cell);
    if (group == null || group.isRetired || !group.members.contains(node)) {
      return new Own.Absent();
    }
    boolean knows = node != group.leader && connects(node, group.leader);
    ClaimView claim = new ClaimView(life(group.leader), cell, group.epoch, group.term, 0, true);
    return new Own.Follows(knows ? Optional.of(claim) : Optional.empty());
  }
}
