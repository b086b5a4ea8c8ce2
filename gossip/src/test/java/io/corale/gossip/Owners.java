package io.corale.gossip;

import io.corale.model.CellId;
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
  private static final int MAX_HOPS = 3;

  private final World world;
  private final RandomGenerator chance;
  private final Map<CellId, Group> groups = new LinkedHashMap<>();
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

  /** What became of a request: by how many hops, and whether the birth record had to be asked. */
  record Found(boolean isServed, int hops, boolean askedRegistry) {}

  private record Rank(long epoch, long term, long configuration) {
    static Rank of(ClaimView claim) {
      return new Rank(claim.epoch(), claim.term(), claim.configuration());
    }

    boolean isAbove(Rank other) {
      if (epoch != other.epoch) {
        return epoch > other.epoch;
      }
      return term != other.term ? term > other.term : configuration > other.configuration;
    }
  }

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

  /** A request for the cell comes to this node (design of lookup, 2.1 and 2.2). */
  Found request(int entry, CellId cell) {
    if (serves(entry, cell)) {
      return new Found(true, 0, false);
    }
    Optional<Rank> followed = Optional.empty();
    int at = entry;
    for (int hop = 1; hop <= MAX_HOPS; hop++) {
      Optional<ClaimView> next = world.peers.get(at).core.beliefs().leader(cell);
      if (next.isEmpty()
          || (followed.isPresent() && !Rank.of(next.get()).isAbove(followed.get()))) {
        break;
      }
      followed = next.map(Rank::of);
      int target = Integer.parseInt(next.get().node().node().value().substring(1));
      if (!connects(entry, target)) {
        break;
      }
      if (serves(target, cell)) {
        return new Found(true, hop, false);
      }
      at = target;
    }
    return askMembers(entry, cell);
  }

  private Found askMembers(int entry, CellId cell) {
    for (ClaimView claim : world.peers.get(entry).core.beliefs().claims(cell)) {
      int member = Integer.parseInt(claim.node().node().value().substring(1));
      if (connects(entry, member) && serves(member, cell)) {
        return new Found(true, MAX_HOPS, false);
      }
    }
    Group group = groups.get(cell);
    boolean isServed = group != null && connects(entry, group.leader) && serves(group.leader, cell);
    return new Found(isServed, MAX_HOPS, true);
  }
}
