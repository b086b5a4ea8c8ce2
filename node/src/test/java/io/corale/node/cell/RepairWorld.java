package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.node.cell.Caretaker.Member;
import io.corale.node.cell.Caretaker.Role;
import io.corale.node.cell.Caretaker.Step;
import io.corale.node.cell.Caretaker.Word;
import io.corale.node.cell.CellFile.State;
import io.corale.node.registry.BornMember;
import io.corale.wire.Door;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Three nodes, a group of which only the configuration matters, and superpeers, of which all but
 * the last have been deposed and may not know it, on one thread: words arrive when the seed says
 * so, doubled or never. One disk at a time is damaged, again and again.
 */
final class RepairWorld {
  /** Bugs that the simulation must find. */
  enum Planted {
    NOTHING,
    /** A superpeer acts on what it believes to be the configuration. */
    NO_BARRIER,
    /** A word about an earlier loss is followed. */
    ANY_LOSS_RETURNS,
    /** One that is damaged while it returns is as any that is lost. */
    DAMAGED_ON_RETURN_IS_LOST,
    /** Whatever is lost comes back. */
    EVERY_LOSS_IS_AWAITED,
    /** One that is brought up to date is back by any configuration that names it. */
    BACK_BY_ANY_CONFIGURATION,
    /** One that starts again before it is back stands in an election of old, and is sent away. */
    RETURNING_IS_STARTED_AGAIN,
    /** A superpeer acts on the configuration in which the step was chosen. */
    STEP_THAT_FITS_NO_MORE,
    /** A superpeer looks again before it has taken the step that it chose. */
    TWO_STEPS_AT_ONCE,
    /** One that has failed to come back returns at once. */
    NO_PAUSE,
    /** One that is back says so before its disk does. */
    BACK_BEFORE_ITS_DISK_SAYS_SO,
    /** So does the superpeer, to itself. */
    SUPERPEER_BEFORE_ITS_DISK_SAYS_SO
  }

  private static final CellId CELL = CellId.home(new OwnerId("acme"));

  /** A node with its disk. */
  private static final class Node {
    final Incarnation born;
    long boot = 1;
    Optional<CellFile> file = Optional.empty();

    /** Its disk says so as well. */
    boolean isDurable = true;

    /** The configurations that it has been sent, of an empty one. */
    int heard;

    /** When it began to wait for its return. */
    long awaitsSinceNanos;

    /** Its replica is shut for good. */
    boolean isShut;

    Node(String name) {
      born = new Incarnation(new NodeId(name), 1);
    }

    NodeId id() {
      return born.node();
    }

    boolean isHeldForGood() {
      return isIn(State.HELD) && isDurable;
    }

    boolean isIn(State state) {
      return file.filter(f -> f.state() == state).isPresent();
    }
  }

  /** Who leads, or believes so. */
  private static final class Superpeer {
    final Node on;
    Set<NodeId> view;
    final Caretaker caretaker = new Caretaker();
    boolean isBusy;

    Superpeer(Node on, Set<NodeId> view) {
      this.on = on;
      this.view = view;
    }
  }

  private final RandomGenerator chance;
  private final Planted planted;
  private final boolean isCompared;
  private final List<Node> nodes = List.of(new Node("n0"), new Node("n1"), new Node("n2"));
  private final CellFile asked;
  private final List<Runnable> pending = new ArrayList<>();
  private final List<Superpeer> superpeers = new ArrayList<>();
  private Set<NodeId> configuration = new LinkedHashSet<>();

  /** All that there were; one is at the index of its place. */
  private final List<Set<NodeId>> configurations = new ArrayList<>();

  private Optional<NodeId> removedByHand = Optional.empty();
  private int tokens;
  private long nowNanos = -5;

  /** How many replicas came back. */
  int returned;

  RepairWorld(RandomGenerator chance, Planted planted) {
    this.chance = chance;
    this.planted = planted;
    this.isCompared = chance.nextBoolean();
    List<BornMember> born =
        nodes.stream().map(n -> new BornMember(n.born, peer(n.id()), n.id() + ":1", "")).toList();
    asked = new CellFile(CELL, 1, "nonce", born, true);
    for (Node node : nodes) {
      node.file = Optional.of(asked);
      configuration.add(node.id());
    }
    configurations.add(configuration);
    elect();
  }

  /** One thing happens. Elections are rare, so that superpeers meet again what they had chosen. */
  void step() {
    nowNanos += TimeUnit.SECONDS.toNanos(10);
    switch (chance.nextInt(40)) {
      case 0 -> elect();
      case 1, 2, 3 -> damage(any(nodes));
      case 4 -> restart(any(nodes));
      case 20 -> any(nodes).isDurable = true;
      case 5, 6, 7, 8, 9, 10 -> applied(any(nodes));
      case 11, 12, 13, 14, 15, 16, 17, 18, 19 -> look(any(superpeers));
      default -> deliver();
    }
  }

  /** A member that is well is removed, while all are well. */
  void removeByHand() {
    boolean isWell =
        configuration.size() == nodes.size() && nodes.stream().allMatch(n -> n.isIn(State.HELD));
    if (isWell && removedByHand.isEmpty()) {
      Node node = any(nodes.stream().filter(n -> n != leader().on).toList());
      Set<NodeId> rest = new LinkedHashSet<>(configuration);
      rest.remove(node.id());
      configure(rest);
      removedByHand = Optional.of(node.id());
    }
  }

  /** Nothing more befalls anybody: all that should be back comes back. */
  void settle() {
    while (superpeers.size() > 1) {
      superpeers.remove(0);
    }
    for (int round = 0; round < 20; round++) {
      nowNanos += TimeUnit.MINUTES.toNanos(5);
      look(leader());
      while (!pending.isEmpty()) {
        deliver();
      }
      for (int each = 0; each < configurations.size(); each++) {
        nodes.forEach(this::applied);
      }
      nodes.forEach(node -> node.isDurable = true);
    }
    for (Node node : nodes) {
      if (!removedByHand.equals(Optional.of(node.id()))) {
        assertThat(configuration).as("members").contains(node.id());
        assertThat(node.isIn(State.HELD)).as("%s has %s", node.id(), node.file).isTrue();
      }
    }
    removedByHand.ifPresent(
        node -> assertThat(configuration).as("removed by hand").doesNotContain(node));
  }

  private Superpeer leader() {
    return superpeers.get(superpeers.size() - 1);
  }

  private void elect() {
    List<Node> able =
        nodes.stream().filter(n -> n.isIn(State.HELD) && configuration.contains(n.id())).toList();
    if (able.size() > configuration.size() / 2) {
      superpeers.add(new Superpeer(any(able), configuration));
      if (superpeers.size() > 4) {
        superpeers.remove(0);
      }
    }
  }

  /** Unless there would be two losses at once, or the leader's. */
  private void damage(Node node) {
    boolean areOthersWell =
        nodes.stream()
            .filter(n -> n != node && !removedByHand.equals(Optional.of(n.id())))
            .allMatch(n -> n.isIn(State.HELD) && configuration.contains(n.id()));
    boolean isMissed = removedByHand.isPresent() && !removedByHand.equals(Optional.of(node.id()));
    if (!areOthersWell || isMissed || node == leader().on) {
      return;
    }
    node.boot++;
    boolean isMember = configuration.contains(node.id());
    if (node.isIn(State.HELD) && isMember && chance.nextInt(3) == 0) {
      node.file = Optional.empty();
    } else if (node.isIn(State.HELD)) {
      node.file =
          Optional.of(
              planted == Planted.EVERY_LOSS_IS_AWAITED
                  ? asked.awaited(token())
                  : node.file.orElse(asked).lost(token()));
    } else if (node.isIn(State.RETURNING)) {
      node.file =
          Optional.of(
              planted == Planted.DAMAGED_ON_RETURN_IS_LOST ? asked.lost(token()) : awaited(node));
    }
  }

  private CellFile awaited(Node node) {
    node.awaitsSinceNanos = nowNanos;
    return node.file.orElse(asked).awaited(token());
  }

  /** One that has not come back yet does not go on from what it has. */
  private void restart(Node node) {
    if (node == leader().on || !node.isIn(State.RETURNING)) {
      return;
    }
    node.boot++;
    if (planted == Planted.RETURNING_IS_STARTED_AGAIN) {
      boolean isNamed = configurations.subList(0, node.heard).stream().anyMatch(c -> has(c, node));
      node.isShut = isNamed && !configuration.contains(node.id());
    } else {
      node.file = Optional.of(awaited(node));
    }
  }

  private static boolean has(Set<NodeId> configuration, Node node) {
    return configuration.contains(node.id());
  }

  /** An empty one is sent all configurations that there ever were, one after the other. */
  private void applied(Node node) {
    if (!node.isIn(State.RETURNING) || node.isShut) {
      return;
    }
    Set<String> named = new LinkedHashSet<>();
    configurations.get(node.heard).forEach(id -> named.add(peer(id)));
    long index = planted == Planted.BACK_BY_ANY_CONFIGURATION ? Long.MAX_VALUE : node.heard;
    GroupConfiguration now = new GroupConfiguration(named, index, true);
    node.heard = Math.min(node.heard + 1, configurations.size() - 1);
    if (node.file.orElseThrow().isBackBy(now, peer(node.id()))) {
      // In every other world it is compared at once.
      node.isDurable = false;
      node.file = node.file.map(CellFile::held).map(file -> isCompared ? file.after(0) : file);
      returned++;
    }
  }

  private static String peer(NodeId id) {
    return id.value() + "_1";
  }

  private void look(Superpeer superpeer) {
    if (superpeer.isBusy && planted != Planted.TWO_STEPS_AT_ONCE) {
      return;
    }
    superpeer.isBusy = true;
    boolean isBack =
        superpeer.on.isHeldForGood() || planted == Planted.SUPERPEER_BEFORE_ITS_DISK_SAYS_SO;
    List<Member> members = new ArrayList<>();
    for (Node node : nodes) {
      if (node != superpeer.on) {
        boolean isVoter = superpeer.view.contains(node.id());
        boolean isCurrent = isVoter && node.isIn(State.HELD);
        members.add(new Member(node.born, Role.STAYS, isVoter, isCurrent, word(node)));
      }
    }
    pending.add(
        () -> {
          Optional<Step> next = superpeer.caretaker.next(isBack, members, Optional.empty());
          superpeer.isBusy = next.isPresent();
          next.ifPresent(step -> pending.add(() -> take(superpeer, step)));
        });
  }

  private Optional<Word> word(Node node) {
    if (node.isIn(State.HELD)
        && !node.isDurable
        && planted != Planted.BACK_BEFORE_ITS_DISK_SAYS_SO) {
      return Optional.empty();
    }
    Incarnation life = new Incarnation(node.id(), node.boot);
    return Optional.of(Members.word(Tending.report(node.file, isDue(node), asked, life)));
  }

  private boolean isDue(Node node) {
    return planted == Planted.NO_PAUSE
        || node.file.filter(file -> hasPaused(node, file)).isPresent();
  }

  private boolean hasPaused(Node node, CellFile file) {
    return nowNanos - node.awaitsSinceNanos >= LostReplicas.pause(file.returns()).toNanos();
  }

  private void take(Superpeer superpeer, Step step) {
    superpeer.isBusy = false;
    if (planted != Planted.NO_BARRIER) {
      if (superpeer != leader()) {
        return;
      }
      superpeer.view = configuration;
    }
    boolean isVoter = superpeer.view.contains(step.node());
    if (!Caretaker.fits(step.what(), Role.STAYS, isVoter, superpeer.view.size())
        && planted != Planted.STEP_THAT_FITS_NO_MORE) {
      return;
    }
    switch (step.what()) {
      case AWAIT -> send(step, Door.TendReplica.Wish.AWAIT);
      case RETURN -> send(step, Door.TendReplica.Wish.RETURN);
      case REMOVE -> reconfigure(superpeer, step, false);
      case ADD -> reconfigure(superpeer, step, true);
      case ARRIVE, HAND_OVER, END, LEAVE, FORGET ->
          throw new AssertionError(step + ": nobody comes or goes");
    }
  }

  private void send(Step step, Door.TendReplica.Wish wish) {
    int index = configurations.size() - 1;
    Runnable word = () -> receive(step, wish, index);
    pending.add(word);
    if (chance.nextInt(4) == 0) {
      pending.add(word);
    }
  }

  private void receive(Step step, Door.TendReplica.Wish wish, int index) {
    Node node = nodes.stream().filter(n -> n.id().equals(step.node())).findFirst().orElseThrow();
    String token =
        planted == Planted.ANY_LOSS_RETURNS
            ? node.file.map(CellFile::token).orElse("")
            : step.token();
    Door.TendReplica request = Door.TendReplica.newBuilder().setWish(wish).setToken(token).build();
    switch (Tending.of(node.file, asked, request)) {
      case LOOKED -> {}
      case ARRIVES, LEAVES -> throw new AssertionError(step + ": nobody comes or goes");
      case AWAITS -> node.file = Optional.of(awaited(node));
      case RETURNS -> {
        assertThat(configuration)
            .as("an empty replica of a member that counts")
            .doesNotContain(node.id());
        CellFile awaited = node.file.orElseThrow();
        assertThat(nowNanos - node.awaitsSinceNanos)
            .as("the pause after %d returns", awaited.returns())
            .isGreaterThanOrEqualTo(LostReplicas.pause(awaited.returns()).toNanos());
        node.file = Optional.of(awaited.returning(index));
        node.heard = 0;
        node.isShut = false;
      }
    }
  }

  /** Only the leader can, and only from the configuration that it sees. */
  private void reconfigure(Superpeer superpeer, Step step, boolean adds) {
    if (superpeer != leader() || !superpeer.view.equals(configuration)) {
      return;
    }
    Node node = nodes.stream().filter(n -> n.id().equals(step.node())).findFirst().orElseThrow();
    if (adds && (!node.isIn(State.RETURNING) || node.isShut)) {
      // Ratis brings it up to date first, and fails.
      return;
    }
    assertThat(step.node()).as("the leader stays").isNotEqualTo(superpeer.on.id());
    Set<NodeId> next = new LinkedHashSet<>(configuration);
    if (adds) {
      next.add(step.node());
    } else {
      next.remove(step.node());
    }
    assertThat(next).as("no lone one remains").hasSizeGreaterThan(1);
    if (!adds) {
      long remain = nodes.stream().filter(n -> has(next, n) && n.isHeldForGood()).count();
      assertThat(2 * remain).as("twice those that remain after a start").isGreaterThan(next.size());
    }
    configure(next);
    superpeer.view = next;
  }

  private void configure(Set<NodeId> next) {
    configuration = next;
    configurations.add(next);
  }

  private void deliver() {
    if (!pending.isEmpty()) {
      pending.remove(chance.nextInt(pending.size())).run();
    }
  }

  private String token() {
    return "loss-" + tokens++;
  }

  private <T> T any(List<T> some) {
    return some.get(chance.nextInt(some.size()));
  }
}
