package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.NodeId;
import io.corale.node.cell.CellFile.State;
import io.corale.node.cell.MoveGroup.Configured;
import io.corale.node.cell.MoveGroup.Superpeer;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Command;
import io.corale.scheduler.Membership;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Five or six nodes, a cell that was born on one, two or three of them, a log of which only the
 * members matter, and superpeers of which all but the last have been deposed and may not know it,
 * on one thread: words arrive when the seed says so, doubled or never. Nodes fall for a time, or
 * for ever, and disks are lost, as long as a majority keeps all.
 */
final class MoveWorld {
  /** Of nodes that live at the end there are as many as a cell is to have. */
  private static final int FEWEST_NODES = 3;

  final MoveGroup group;
  private final MoveSuperpeers superpeers;

  MoveWorld(RandomGenerator chance, PlantedMoveBug planted) {
    group = new MoveGroup(chance, planted);
    superpeers = new MoveSuperpeers(group);
  }

  /** One thing happens. */
  void step() {
    group.nowNanos += TimeUnit.SECONDS.toNanos(10);
    switch (group.chance.nextInt(64)) {
      case 0 -> group.elect();
      case 1 -> fall(group.any(group.nodes), false);
      case 2, 3, 4 -> rise(group.any(group.nodes));
      case 5 -> fall(group.any(group.nodes), group.chance.nextInt(4) == 0);
      case 6 -> damage(group.any(group.nodes));
      case 7 -> moveByHand();
      case 8, 9 -> group.any(group.nodes).remember();
      case 10, 11, 12, 13, 14, 15, 16, 17 -> hearSome(group.any(group.nodes));
      case 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30 -> superpeers.lookAround();
      case 31 -> group.deliver(group.late);
      default -> group.deliver(group.pending);
    }
    watch();
  }

  /** Nothing more befalls anybody. */
  void settle() {
    group.tell("settles");
    int rest = 0;
    for (int round = 0; round < 150 && rest < 4; round++) {
      group.nowNanos += TimeUnit.SECONDS.toNanos(30);
      group.nodes.forEach(this::rise);
      if (group.leader().isEmpty()) {
        group.elect();
      }
      while (group.superpeers.size() > 1) {
        group.superpeers.remove(0);
      }
      superpeers.lookAround();
      for (int i = 0; i < 200 && !group.pending.isEmpty(); i++) {
        group.deliver(group.pending);
      }
      while (!group.late.isEmpty()) {
        group.deliver(group.late);
      }
      group.nodes.forEach(
          node -> {
            for (int i = 0; node.isOnItsWay() && i < group.configurations.size(); i++) {
              hear(node);
            }
            node.remember();
          });
      watch();
      rest = isSettled() ? rest + 1 : 0;
    }
    group.tell("is settled");
    judge();
  }

  // What must be so at each moment, and at the end.

  private void watch() {
    long full = group.count(group.configuration(), node -> node.isFull);
    assertThat(2 * full)
        .as("twice those that have all, of %s", group.nodes)
        .isGreaterThan(group.configuration().members().size());
    assertThat(group.record)
        .as("the record")
        .containsAnyElementsOf(group.configuration().members());
  }

  private boolean isSettled() {
    Membership says = group.log.membership();
    return says.move().isEmpty()
        && group.configuration().members().size() == FEWEST_NODES
        && group.nodes.stream()
            .filter(group.configuration()::has)
            .allMatch(n -> n.isIn(State.HELD) && !n.isDeadForEver)
        && says.former().stream().allMatch(it -> group.node(it.member().node()).isDeadForEver);
  }

  private void judge() {
    Membership says = group.log.membership();
    assertThat(says.move()).as("the open move").isEmpty();
    if (!says.members().isEmpty()) {
      Set<NodeId> named = new LinkedHashSet<>();
      says.members().forEach(it -> named.add(it.node()));
      assertThat(named).as("who the log names").isEqualTo(group.configuration().members());
    }
    assertThat(group.configuration().members()).as("members").hasSize(FEWEST_NODES);
    for (MoveNode node : group.nodes) {
      if (group.configuration().has(node)) {
        assertThat(node.isIn(State.HELD) && node.isFull).as("%s is whole", node).isTrue();
        assertThat(node.isDeadForEver).as("%s lives", node).isFalse();
      } else if (!node.isDeadForEver) {
        assertThat(node.hasReplica()).as("%s has a replica, and is no member", node).isFalse();
      }
    }
    assertThat(says.former())
        .as("former members that live")
        .allMatch(it -> group.node(it.member().node()).isDeadForEver);
  }

  // What befalls them.

  private void fall(MoveNode node, boolean isForEver) {
    if (!node.isUp || (isForEver && (!mayLose(node) || living() <= FEWEST_NODES))) {
      return;
    }
    node.goDown(group.nowNanos);
    node.isDeadForEver = isForEver;
    group.superpeers.removeIf(it -> it.on == node);
    group.tell("down: " + node);
  }

  private void rise(MoveNode node) {
    if (!node.isUp && !node.isDeadForEver) {
      node.comeUp(group.nowNanos);
      group.superpeers.removeIf(it -> it.on == node);
      group.tell("up: " + node);
    }
  }

  private void damage(MoveNode node) {
    if (!node.isUp || !mayLose(node)) {
      return;
    }
    group.superpeers.removeIf(it -> it.on == node);
    if (group.chance.nextBoolean()) {
      node.beWiped(group.nowNanos);
    } else if (node.hasReplica()) {
      node.beDamaged(group.nowNanos);
    }
    group.tell("damaged: " + node);
  }

  private boolean isMember(MoveNode node) {
    return Company.of(group.log.membership(), group.born.members()).members().stream()
        .anyMatch(it -> it.incarnation().node().equals(node.id));
  }

  /** One disaster at a time: a majority of those that count keeps all, without this one. */
  private boolean mayLose(MoveNode node) {
    Configured now = group.configuration();
    long rest = group.count(now, n -> n != node && n.isFullForGood() && !n.isDeadForEver);
    boolean isNeeded = now.has(node) && !MoveGroup.isMajority(rest, now);
    boolean isBeingAdded =
        node.isOnItsWay() && !now.has(node) && group.superpeers.stream().anyMatch(it -> it.isBusy);
    boolean isAnyoneHurt =
        group.nodes.stream().anyMatch(n -> isMember(n) && !(now.has(n) && n.isFull));
    return group.changes == 0
        && !isAnyoneHurt
        && !isBeingAdded
        && !isNeeded
        && MoveGroup.isMajority(rest, now)
        && group.leader().filter(it -> it.on == node).isEmpty();
  }

  private long living() {
    return group.nodes.stream().filter(n -> !n.isDeadForEver).count();
  }

  /** Who balances replaces any member, the superpeer as well, by any other. */
  private void moveByHand() {
    Optional<Superpeer> who = group.leader();
    Membership says = group.log.membership();
    Company company = Company.of(says, group.born.members());
    if (who.isEmpty()
        || !group.isLeading(who.get())
        || company.move().isPresent()
        || company.members().size() < FEWEST_NODES
        || group.staged.isPresent()) {
      return;
    }
    List<MoveNode> free =
        group.nodes.stream().filter(n -> n.isUp && company.find(n.id).isEmpty()).toList();
    if (!free.isEmpty()) {
      MoveNode add = group.any(free);
      BornMember remove = group.any(company.members());
      superpeers.propose(
          who.get(),
          new Command.Relocate(
              group.token(),
              company.members().stream().map(Company::member).toList(),
              List.of(Company.member(add.member())),
              Optional.of(remove.incarnation().node())));
    }
  }

  private void hearSome(MoveNode node) {
    for (int i = group.chance.nextInt(4); i >= 0; i--) {
      hear(node);
    }
  }

  private void hear(MoveNode node) {
    boolean isSent =
        group.configuration().has(node) || group.staged.filter(node::equals).isPresent();
    if (!node.isUp || !node.isOnItsWay() || !isSent) {
      return;
    }
    Configured next = group.configurations.get(node.heard);
    node.heard = Math.min(node.heard + 1, group.configurations.size() - 1);
    long at =
        group.planted == PlantedMoveBug.BACK_BY_ANY_CONFIGURATION ? Long.MAX_VALUE : next.index();
    Set<String> named = new LinkedHashSet<>();
    next.members().forEach(id -> named.add(group.node(id).peer()));
    node.hear(new GroupConfiguration(named, at, true));
  }
}
