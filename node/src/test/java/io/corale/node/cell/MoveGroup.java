package io.corale.node.cell;

import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.model.CellId;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Membership;
import io.corale.scheduler.OwnerScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The group of a cell in {@link MoveWorld}, with its nodes, its log and whoever leads it, or
 * believes so, as far as who comes and goes matters.
 */
final class MoveGroup {
  static final CellId CELL = CellId.home(new OwnerId("acme"));
  private static final Duration GRACE = Duration.ofMinutes(5);
  static final long SILENT_MILLIS = 5_000;

  /** A configuration, at the index of its entry. */
  record Configured(long index, Set<NodeId> members) {
    boolean has(MoveNode node) {
      return members.contains(node.id);
    }
  }

  /** Who leads, or believes so. */
  final class Superpeer {
    final MoveNode on;
    final long sinceNanos = nowNanos;
    final Caretaker caretaker = new Caretaker();
    final Moves.Course course = new Moves.Course(nowNanos);
    final Moves moves;
    Configured view = configuration();
    Membership membership = log.membership();
    boolean isBusy;
    int looks;

    Superpeer(MoveNode on) {
      this.on = on;
      Members members =
          new Members(
              on.id,
              overlay,
              (node, wish) -> {
                throw new AssertionError("asked by the world");
              },
              SILENT_MILLIS);
      this.moves = new Moves(members, cell -> candidates(), GRACE, MoveGroup.this::token);
    }

    boolean isGone() {
      return !superpeers.contains(this);
    }
  }

  final RandomGenerator chance;
  final PlantedMoveBug planted;
  final List<MoveNode> nodes = new ArrayList<>();
  final OwnerScheduler log = new OwnerScheduler();
  final List<Configured> configurations = new ArrayList<>();
  final List<Runnable> pending = new ArrayList<>();

  /** Words that take their time. */
  final List<Runnable> late = new ArrayList<>();

  final List<Superpeer> superpeers = new ArrayList<>();
  Optional<Superpeer> leader = Optional.empty();
  final CellFile born;
  final Overlay overlay;

  /** Whom the birth record names. */
  Set<NodeId> record;

  long index;
  int tokens;
  long nowNanos = -5;

  /** Configurations that somebody has decided on: until they are there nothing more is lost. */
  int changes;

  /** Whom the leader brings up to date. */
  Optional<MoveNode> staged = Optional.empty();

  /** What happened, for whoever looks for the reason of a failure of one seed. */
  final List<String> story = new ArrayList<>();

  private final boolean isTold = Long.getLong("seed") != null;

  /** How many members came and went. */
  int came;

  int went;
  int undone;

  MoveGroup(RandomGenerator chance, PlantedMoveBug planted) {
    this.chance = chance;
    this.planted = planted;
    this.overlay = new MoveOverlay(this::alive);
    int count = 5 + chance.nextInt(2);
    int hosts = 3 + chance.nextInt(3);
    for (int i = 0; i < count; i++) {
      nodes.add(new MoveNode(i, hosts, planted, this::token));
    }
    List<MoveNode> first = nodes.subList(0, 1 + chance.nextInt(3));
    born = new CellFile(CELL, 1, "nonce", first.stream().map(MoveNode::member).toList(), true);
    first.forEach(node -> node.isBorn(born));
    record = ids(first);
    apply(
        new Command.TakeOver(new Executor(first.get(0).member().incarnation(), 1)),
        new Command.Opened(CELL, 1),
        new Command.ActivateVersion(Entry.NEWEST_FORMAT));
    configure(record);
    elect();
  }

  void elect() {
    Configured now = configuration();
    List<MoveNode> able = nodes.stream().filter(n -> now.has(n) && n.isUp && n.isFull).toList();
    if (isMajority(able.size(), now)) {
      lead(any(able));
    }
  }

  /** Who leads begins with a configuration of its own, of the same members. */
  void lead(MoveNode node) {
    staged = Optional.empty();
    configure(configuration().members);
    leader = Optional.of(new Superpeer(node));
    superpeers.add(leader.get());
    if (superpeers.size() > 4) {
      superpeers.remove(0);
    }
    tell("leads on " + node);
  }

  void apply(Command... commands) {
    index++;
    Executor by = new Executor(nodes.get(0).member().incarnation(), 1);
    log.apply(1, index, new Entry(by, index, 1, index, false, List.of(commands)));
    tell("log: " + List.of(commands) + " -> " + log.membership());
  }

  void refresh(Superpeer superpeer) {
    if (isLeader(superpeer)) {
      superpeer.view = configuration();
      superpeer.membership = log.membership();
    }
  }

  Optional<Superpeer> leader() {
    return leader.filter(it -> superpeers.contains(it));
  }

  boolean isLeader(Superpeer superpeer) {
    return leader().filter(it -> it == superpeer).isPresent();
  }

  /** A barrier would come through. */
  boolean isLeading(Superpeer superpeer) {
    long able = count(configuration(), n -> n.isUp && n.isFull);
    return isLeader(superpeer) && isMajority(able, configuration());
  }

  List<NodeView> alive() {
    return nodes.stream().filter(n -> n.isUp).map(MoveOverlay::view).toList();
  }

  List<BornMember> candidates() {
    List<BornMember> all = new ArrayList<>();
    nodes.stream().filter(n -> n.isUp).map(MoveNode::member).forEach(all::add);
    Collections.rotate(all, chance.nextInt(all.size() + 1));
    return all;
  }

  Configured configuration() {
    return configurations.get(configurations.size() - 1);
  }

  void configure(Set<NodeId> members) {
    index++;
    configurations.add(new Configured(index, members));
    tell("configuration " + configuration());
  }

  long count(Configured of, Predicate<MoveNode> what) {
    return nodes.stream().filter(of::has).filter(what).count();
  }

  static boolean isMajority(long count, Configured of) {
    return 2 * count > of.members.size();
  }

  static Set<NodeId> ids(List<MoveNode> some) {
    Set<NodeId> all = new LinkedHashSet<>();
    some.forEach(node -> all.add(node.id));
    return all;
  }

  MoveNode node(NodeId id) {
    return nodes.stream().filter(n -> n.id.equals(id)).findFirst().orElseThrow();
  }

  void deliver(List<Runnable> words) {
    if (!words.isEmpty()) {
      words.remove(chance.nextInt(words.size())).run();
    }
  }

  String token() {
    return "token-" + tokens++;
  }

  void tell(String what) {
    if (isTold) {
      story.add(TimeUnit.NANOSECONDS.toSeconds(nowNanos) + " " + what + "   " + nodes);
    }
  }

  <T> T any(List<T> some) {
    return some.get(chance.nextInt(some.size()));
  }
}
