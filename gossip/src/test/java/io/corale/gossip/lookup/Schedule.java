package io.corale.gossip.lookup;

import io.corale.model.CellId;
import io.corale.model.NodeId;
import io.corale.sim.Chance;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One schedule: births, moves, crashes, cuts, retirements and gossip by chance, with a request
 * after each of them. Ends by a {@link Invariant.Violation} at the first moment at which an
 * invariant does not hold.
 */
final class Schedule {
  private static final int STEPS = 50;

  /** Enough for the record to be asked, and the members that it names. */
  private static final int ROUNDS = 3;

  private static final int MOST_ROUNDS = 5;

  private final RandomGenerator chance;
  private final PlantedLookupBug bug;
  private final SimCells world;
  private final int size;

  /** How many requests were served by so many questions; the last one: by more. */
  final long[] hops = new long[5];

  long requests;
  long mustBeServed;

  Schedule(long seed, PlantedLookupBug bug) {
    this.chance = new Chance(seed).of("schedule");
    this.bug = bug;
    this.size = 4 + chance.nextInt(3);
    this.world = new SimCells(size, 1 + chance.nextInt(2), bug);
  }

  void run() {
    for (int step = 0; step < STEPS; step++) {
      world.passTime();
      happen();
      check();
      request(chance.nextInt(size), cell());
      check();
    }
    quieten();
    for (CellId cell : world.cells) {
      for (int entry = 0; entry < size; entry++) {
        foundAtLast(entry, cell);
      }
    }
  }

  private CellId cell() {
    return world.cells.get(chance.nextInt(world.cells.size()));
  }

  private void happen() {
    int node = chance.nextInt(size);
    int other = chance.nextInt(size);
    SimNode one = world.nodes.get(node);
    switch (chance.nextInt(24)) {
      case 0, 1, 2, 3 -> elect(anyGroup(), chance.nextInt(3) > 0);
      case 4, 5 -> openAll();
      case 6, 7 -> gossip(node, other);
      case 8, 9 -> gossipAll();
      case 10 -> anyGroup().ifPresent(group -> group.chat(node, other));
      case 11, 12 -> move(anyGroup());
      case 13 -> retire(anyGroup());
      case 14 -> world.groups.forEach(group -> world.bury(group, node));
      case 15 -> crash(one);
      case 16, 17 -> restart(one);
      case 18 -> world.cut(node, other, true);
      case 19 -> partition();
      case 20, 21 -> heal();
      default -> {
        one.reachesRegistry = !one.reachesRegistry || chance.nextInt(3) > 0;
        one.believe(world.nodes.get(other), chance.nextBoolean());
      }
    }
    world.claimAll();
  }

  private Optional<SimGroup> anyGroup() {
    List<SimGroup> groups = world.groups;
    return groups.isEmpty()
        ? Optional.empty()
        : Optional.of(groups.get(groups.size() - 1 - chance.nextInt(Math.min(3, groups.size()))));
  }

  private void elect(Optional<SimGroup> which, boolean opensAtOnce) {
    which.ifPresent(
        group -> {
          int candidate = group.members.get(chance.nextInt(group.members.size()));
          boolean isUp = world.nodes.get(candidate).isUp;
          if (isUp && group.elect(candidate, to -> world.connects(candidate, to)) && opensAtOnce) {
            world.open(group, candidate);
          }
        });
  }

  private void openAll() {
    for (SimGroup group : world.groups) {
      for (int member : group.members) {
        if (world.nodes.get(member).isUp) {
          world.open(group, member);
        }
      }
    }
  }

  private void gossip(int from, int to) {
    if (world.connects(from, to)) {
      world.nodes.get(to).hearAll(world.nodes.get(from));
    }
  }

  private void gossipAll() {
    for (int from = 0; from < size; from++) {
      for (int to = 0; to < size; to++) {
        gossip(from, to);
      }
    }
  }

  /** A replica goes from one node to another one; the record and the group share a member. */
  private void move(Optional<SimGroup> which) {
    int added = chance.nextInt(size);
    which.ifPresent(
        group ->
            group
                .leader(n -> world.nodes.get(n).isUp)
                .filter(leader -> world.accepts(group, leader))
                .filter(leader -> world.connects(leader, added))
                .ifPresent(leader -> move(group, leader, added)));
  }

  private void move(SimGroup group, int leader, int added) {
    int removed = group.members.get(chance.nextInt(group.members.size()));
    SimCells.Birth record = world.record(group.cell).orElseThrow();
    boolean isShared =
        record.members().stream().anyMatch(m -> m != removed && group.members.contains(m));
    boolean holdsAnother = world.group(added, group.cell).isPresent();
    if (removed != leader && !group.members.contains(added) && !holdsAnother && isShared) {
      group.change(leader, added, removed, world.connects(leader, removed));
    }
  }

  private void retire(Optional<SimGroup> which) {
    which.ifPresent(
        group ->
            group
                .leader(n -> world.nodes.get(n).isUp)
                .filter(leader -> world.accepts(group, leader))
                .ifPresent(leader -> group.isRetired = true));
  }

  private void crash(SimNode node) {
    long up = world.nodes.stream().filter(each -> each.isUp).count();
    if (node.isUp && 2 * up > size) {
      node.isUp = false;
    }
  }

  private void restart(SimNode node) {
    if (!node.isUp) {
      node.restart();
      for (SimGroup group : world.groups) {
        Optional.ofNullable(group.replicas.get(node.number)).ifPresent(SimGroup.Replica::restart);
      }
      for (SimNode seed : world.nodes) {
        gossip(seed.number, node.number);
      }
    }
  }

  private void partition() {
    boolean[] side = new boolean[size];
    for (int i = 0; i < size; i++) {
      side[i] = chance.nextBoolean();
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < i; j++) {
        world.cut(i, j, side[i] != side[j]);
      }
    }
  }

  private void heal() {
    world.heal();
    if (chance.nextBoolean()) {
      chatAll();
    }
  }

  private void chatAll() {
    for (SimGroup group : world.groups) {
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < i; j++) {
          if (world.connects(i, j)) {
            group.chat(i, j);
          }
        }
      }
    }
  }

  /** I1, whoever is asked. */
  private void check() {
    for (CellId cell : world.cells) {
      Optional<SimGroup> accepting = Optional.empty();
      for (SimGroup group : world.groups) {
        boolean accepts =
            group.cell.equals(cell)
                && group.replicas.keySet().stream().anyMatch(n -> world.accepts(group, n));
        if (accepts) {
          long other = accepting.map(g -> g.epoch).orElse(0L);
          Invariant.ONE_EPOCH.require(
              accepting.isEmpty(), () -> cell + " accepts at " + other + " and at " + group.epoch);
          accepting = Optional.of(group);
        }
      }
    }
  }

  private void request(int entry, CellId cell) {
    if (!world.nodes.get(entry).isUp) {
      return;
    }
    boolean must = mustServe(entry, cell);
    Finding finding = new Finding(world, chance, bug, entry, cell);
    boolean isServed = finding.isServed(must ? MOST_ROUNDS : ROUNDS);
    requests++;
    mustBeServed += must ? 1 : 0;
    if (isServed) {
      hops[Math.min(finding.asks(), hops.length - 1)]++;
    }
    Invariant.REACHABLE.require(
        !must || isServed,
        () -> cell + " is led, and not found from n" + entry + " without gossip");
  }

  /**
   * I3 at this moment: somebody leads, and the entry node reaches the register and all members, who
   * reach each other and know it. Then no gossip is needed.
   */
  private boolean mustServe(int entry, CellId cell) {
    return world.nodes.get(entry).reachesRegistry
        && world.groups.stream()
            .filter(group -> group.cell.equals(cell) && group.isOpened && !group.isRetired)
            .anyMatch(group -> isCalm(group, entry));
  }

  private boolean isCalm(SimGroup group, int entry) {
    return group
        .leader(n -> world.accepts(group, n))
        .filter(
            leader ->
                group.members.stream()
                    .allMatch(
                        member ->
                            (member == entry || world.connects(entry, member))
                                && isInformed(group, leader, member)))
        .isPresent();
  }

  private boolean isInformed(SimGroup group, int leader, int member) {
    SimGroup.Replica replica = group.replicas.get(member);
    boolean knowsDoor = world.nodes.get(member).door(new NodeId("n" + leader)).isPresent();
    return replica != null
        && knowsDoor
        && replica.term == group.held(leader).term
        && replica.leader.equals(Optional.of(leader));
  }

  private void quieten() {
    world.heal();
    world.nodes.forEach(this::restart);
    world.nodes.forEach(node -> node.reachesRegistry = true);
    for (SimGroup group : world.groups) {
      group.members.forEach(member -> world.bury(group, member));
    }
    chatAll();
    for (SimGroup group : world.groups) {
      boolean isBorn =
          !group.isRetired && world.record(group.cell).orElseThrow().nonce().equals(group.nonce);
      if (isBorn && group.leader(n -> world.accepts(group, n)).isEmpty()) {
        int candidate = group.members.get(0);
        if (group.elect(candidate, n -> true)) {
          world.open(group, candidate);
        }
      }
    }
    chatAll();
    for (SimNode node : world.nodes) {
      world.nodes.forEach(other -> node.believe(other, false));
    }
    world.claimAll();
    gossipAll();
    gossipAll();
    check();
  }

  /** When all is quiet: at first whatever it takes within the bounds, and then by one hop. */
  private void foundAtLast(int entry, CellId cell) {
    boolean isLed =
        world.groups.stream()
            .filter(group -> group.cell.equals(cell))
            .anyMatch(group -> group.leader(n -> world.accepts(group, n)).isPresent());
    if (isLed) {
      request(entry, cell);
      Finding again = new Finding(world, chance, bug, entry, cell);
      Invariant.REACHABLE.require(
          again.isServed(1) && again.asks() <= 1,
          () -> cell + " takes " + again.asks() + " hops from n" + entry + " when all is quiet");
    }
  }
}
