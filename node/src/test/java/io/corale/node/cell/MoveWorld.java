package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.model.CellId;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.node.cell.Caretaker.Role;
import io.corale.node.cell.Caretaker.Step;
import io.corale.node.cell.Caretaker.What;
import io.corale.node.cell.CellFile.State;
import io.corale.node.place.Replication;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Membership;
import io.corale.scheduler.OwnerScheduler;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.apache.ratis.protocol.RaftPeer;

/**
 * Five or six nodes, a cell that was born on one, two or three of them, a log of which only the
 * members matter, and superpeers of which all but the last have been deposed and may not know it,
 * on one thread: words arrive when the seed says so, doubled or never. Nodes fall for a time, or
 * for ever, and disks are lost, as long as a majority keeps all.
 */
final class MoveWorld {
  private static final CellId CELL = CellId.home(new OwnerId("acme"));
  private static final Duration GRACE = Duration.ofMinutes(5);
  private static final long SILENT_MILLIS = 5_000;

  /** Of nodes that live at the end there are as many as a cell is to have. */
  private static final int FEWEST_NODES = 3;

  /** A configuration, at the index of its entry. */
  private record Configured(long index, Set<NodeId> members) {
    boolean has(MoveNode node) {
      return members.contains(node.id);
    }
  }

  /** Who leads, or believes so. */
  private final class Superpeer {
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
      this.moves = new Moves(members, cell -> candidates(), GRACE, MoveWorld.this::token);
    }

    boolean isGone() {
      return !superpeers.contains(this);
    }
  }

  private final RandomGenerator chance;
  private final PlantedMoveBug planted;
  private final List<MoveNode> nodes = new ArrayList<>();
  private final OwnerScheduler log = new OwnerScheduler();
  private final List<Configured> configurations = new ArrayList<>();
  private final List<Runnable> pending = new ArrayList<>();

  /** Words that take their time. */
  private final List<Runnable> late = new ArrayList<>();

  private final List<Superpeer> superpeers = new ArrayList<>();
  private Optional<Superpeer> leader = Optional.empty();
  private final CellFile born;
  private final Overlay overlay;

  /** Whom the birth record names. */
  private Set<NodeId> record;

  private long index;
  private int tokens;
  private long nowNanos = -5;

  /** Configurations that somebody has decided on: until they are there nothing more is lost. */
  private int changes;

  /** Whom the leader brings up to date. */
  private Optional<MoveNode> staged = Optional.empty();

  /** What happened, for whoever looks for the reason of a failure. */
  final List<String> story = new ArrayList<>();

  /** How many members came and went. */
  int came;

  int went;
  int undone;

  MoveWorld(RandomGenerator chance, PlantedMoveBug planted) {
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

  /** One thing happens. */
  void step() {
    nowNanos += TimeUnit.SECONDS.toNanos(10);
    switch (chance.nextInt(64)) {
      case 0 -> elect();
      case 1 -> fall(any(nodes), false);
      case 2, 3, 4 -> rise(any(nodes));
      case 5 -> fall(any(nodes), chance.nextInt(4) == 0);
      case 6 -> damage(any(nodes));
      case 7 -> moveByHand();
      case 8, 9 -> any(nodes).remember();
      case 10, 11, 12, 13, 14, 15, 16, 17 -> hearSome(any(nodes));
      case 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30 -> lookAround();
      case 31 -> deliver(late);
      default -> deliver(pending);
    }
    watch();
  }

  /** Nothing more befalls anybody. */
  void settle() {
    tell("settles");
    int rest = 0;
    for (int round = 0; round < 150 && rest < 4; round++) {
      nowNanos += TimeUnit.SECONDS.toNanos(30);
      nodes.forEach(this::rise);
      if (leader().isEmpty()) {
        elect();
      }
      while (superpeers.size() > 1) {
        superpeers.remove(0);
      }
      lookAround();
      for (int i = 0; i < 200 && !pending.isEmpty(); i++) {
        deliver(pending);
      }
      while (!late.isEmpty()) {
        deliver(late);
      }
      nodes.forEach(
          node -> {
            for (int i = 0; node.isOnItsWay() && i < configurations.size(); i++) {
              hear(node);
            }
            node.remember();
          });
      watch();
      rest = isSettled() ? rest + 1 : 0;
    }
    tell("is settled");
    judge();
  }

  // What must be so at each moment, and at the end.

  private void watch() {
    long full = count(configuration(), node -> node.isFull);
    assertThat(2 * full)
        .as("twice those that have all, of %s", nodes)
        .isGreaterThan(configuration().members.size());
    assertThat(record).as("the record").containsAnyElementsOf(configuration().members);
  }

  private boolean isSettled() {
    Membership says = log.membership();
    return says.move().isEmpty()
        && configuration().members.size() == FEWEST_NODES
        && nodes.stream()
            .filter(configuration()::has)
            .allMatch(n -> n.isIn(State.HELD) && !n.isDeadForEver)
        && says.former().stream().allMatch(it -> node(it.member().node()).isDeadForEver);
  }

  private void judge() {
    Membership says = log.membership();
    assertThat(says.move()).as("the open move").isEmpty();
    if (!says.members().isEmpty()) {
      Set<NodeId> named = new LinkedHashSet<>();
      says.members().forEach(it -> named.add(it.node()));
      assertThat(named).as("who the log names").isEqualTo(configuration().members);
    }
    assertThat(configuration().members).as("members").hasSize(FEWEST_NODES);
    for (MoveNode node : nodes) {
      if (configuration().has(node)) {
        assertThat(node.isIn(State.HELD) && node.isFull).as("%s is whole", node).isTrue();
        assertThat(node.isDeadForEver).as("%s lives", node).isFalse();
      } else if (!node.isDeadForEver) {
        assertThat(node.hasReplica()).as("%s has a replica, and is no member", node).isFalse();
      }
    }
    assertThat(says.former())
        .as("former members that live")
        .allMatch(it -> node(it.member().node()).isDeadForEver);
  }

  // What befalls them.

  private void elect() {
    Configured now = configuration();
    List<MoveNode> able = nodes.stream().filter(n -> now.has(n) && n.isUp && n.isFull).toList();
    if (isMajority(able.size(), now)) {
      lead(any(able));
    }
  }

  /** Who leads begins with a configuration of its own, of the same members. */
  private void lead(MoveNode node) {
    staged = Optional.empty();
    configure(configuration().members);
    leader = Optional.of(new Superpeer(node));
    superpeers.add(leader.get());
    if (superpeers.size() > 4) {
      superpeers.remove(0);
    }
    tell("leads on " + node);
  }

  private void fall(MoveNode node, boolean isForEver) {
    if (!node.isUp || (isForEver && (!mayLose(node) || living() <= FEWEST_NODES))) {
      return;
    }
    node.goDown(nowNanos);
    node.isDeadForEver = isForEver;
    superpeers.removeIf(it -> it.on == node);
    tell("down: " + node);
  }

  private void rise(MoveNode node) {
    if (!node.isUp && !node.isDeadForEver) {
      node.comeUp(nowNanos);
      superpeers.removeIf(it -> it.on == node);
      tell("up: " + node);
    }
  }

  private void damage(MoveNode node) {
    if (!node.isUp || !mayLose(node)) {
      return;
    }
    superpeers.removeIf(it -> it.on == node);
    if (chance.nextBoolean()) {
      node.beWiped(nowNanos);
    } else if (node.hasReplica()) {
      node.beDamaged(nowNanos);
    }
    tell("damaged: " + node);
  }

  private boolean isMember(MoveNode node) {
    return Company.of(log.membership(), born.members()).members().stream()
        .anyMatch(it -> it.incarnation().node().equals(node.id));
  }

  /** One disaster at a time: a majority of those that count keeps all, without this one. */
  private boolean mayLose(MoveNode node) {
    Configured now = configuration();
    long rest = count(now, n -> n != node && n.isFullForGood() && !n.isDeadForEver);
    boolean isNeeded = now.has(node) && !isMajority(rest, now);
    boolean isBeingAdded =
        node.isOnItsWay() && !now.has(node) && superpeers.stream().anyMatch(it -> it.isBusy);
    boolean isAnyoneHurt = nodes.stream().anyMatch(n -> isMember(n) && !(now.has(n) && n.isFull));
    return changes == 0
        && !isAnyoneHurt
        && !isBeingAdded
        && !isNeeded
        && isMajority(rest, now)
        && leader().filter(it -> it.on == node).isEmpty();
  }

  private long living() {
    return nodes.stream().filter(n -> !n.isDeadForEver).count();
  }

  /** Who balances replaces any member, the superpeer as well, by any other. */
  private void moveByHand() {
    Optional<Superpeer> leader = leader();
    Membership says = log.membership();
    Company company = Company.of(says, born.members());
    if (leader.isEmpty()
        || !isLeading(leader.get())
        || company.move().isPresent()
        || company.members().size() < FEWEST_NODES
        || staged.isPresent()) {
      return;
    }
    List<MoveNode> free =
        nodes.stream().filter(n -> n.isUp && company.find(n.id).isEmpty()).toList();
    if (!free.isEmpty()) {
      MoveNode add = any(free);
      BornMember remove = any(company.members());
      propose(
          leader.get(),
          new Command.Relocate(
              token(),
              company.members().stream().map(Company::member).toList(),
              List.of(Company.member(add.member())),
              Optional.of(remove.incarnation().node())));
    }
  }

  private void hearSome(MoveNode node) {
    for (int i = chance.nextInt(4); i >= 0; i--) {
      hear(node);
    }
  }

  private void hear(MoveNode node) {
    boolean isSent = configuration().has(node) || staged.filter(node::equals).isPresent();
    if (!node.isUp || !node.isOnItsWay() || !isSent) {
      return;
    }
    Configured next = configurations.get(node.heard);
    node.heard = Math.min(node.heard + 1, configurations.size() - 1);
    long at = planted == PlantedMoveBug.BACK_BY_ANY_CONFIGURATION ? Long.MAX_VALUE : next.index;
    Set<String> named = new LinkedHashSet<>();
    next.members.forEach(id -> named.add(node(id).peer()));
    node.hear(new GroupConfiguration(named, at, true));
  }

  // What superpeers do.

  private void lookAround() {
    if (!superpeers.isEmpty()) {
      look(any(superpeers));
    }
  }

  private void look(Superpeer superpeer) {
    if (superpeer.isBusy || !superpeer.on.isUp || staged.isPresent()) {
      return;
    }
    refresh(superpeer);
    superpeer.isBusy = true;
    superpeer.looks++;
    int look = superpeer.looks;
    Company company = company(superpeer);
    List<Caretaker.Member> others = new ArrayList<>();
    for (Map.Entry<BornMember, Role> each : company.roles().entrySet()) {
      MoveNode node = node(each.getKey().incarnation().node());
      if (node != superpeer.on) {
        others.add(asked(superpeer, node, each.getKey(), each.getValue()));
      }
    }
    boolean isBack = superpeer.on.isHeldForGood();
    pending.add(
        () -> {
          Optional<Step> next =
              superpeer.caretaker.next(isBack, seenBy(others), company.change(superpeer.on.id));
          changes += next.filter(it -> isChange(it.what())).isPresent() ? 1 : 0;
          pending.add(
              next.<Runnable>map(step -> () -> take(superpeer, look, company, step))
                  .orElse(() -> begin(superpeer)));
        });
  }

  private List<Caretaker.Member> seenBy(List<Caretaker.Member> others) {
    Predicate<Caretaker.Member> isThere =
        it ->
            it.role() != Role.COMES
                || it.isVoter()
                || it.word().filter(w -> w.has() == Caretaker.Has.ARRIVING).isPresent();
    boolean isOneThere =
        others.stream().anyMatch(it -> it.role() == Role.COMES && isThere.test(it));
    return planted == PlantedMoveBug.FIRST_OF_TWO_ALONE && isOneThere
        ? others.stream().filter(isThere).toList()
        : others;
  }

  private Caretaker.Member asked(Superpeer superpeer, MoveNode node, BornMember member, Role role) {
    boolean isVoter = superpeer.view.has(node);
    boolean isCurrent = isVoter && node.isUp && node.isFull;
    Optional<Caretaker.Word> word =
        chance.nextInt(8) == 0 ? Optional.empty() : node.word(born, nowNanos);
    boolean isBelieved = planted == PlantedMoveBug.REMOVES_BEFORE_HELD && role == Role.COMES;
    boolean isForgotten = planted == PlantedMoveBug.FORGETS_WITHOUT_A_WORD && role == Role.GONE;
    if ((isBelieved && isVoter) || isForgotten) {
      Caretaker.Has has = isForgotten ? Caretaker.Has.LEFT : Caretaker.Has.HELD;
      word = Optional.of(new Caretaker.Word(has, node.member().incarnation(), "", false));
    }
    return new Caretaker.Member(
        member.incarnation(), role, isVoter, isCurrent || (isBelieved && isVoter), word);
  }

  /** What the superpeer makes of its log; who was deposed knows no later one. */
  private Company company(Superpeer superpeer) {
    Moves.Seen seen = seen(superpeer);
    Company company = superpeer.moves.company(seen, superpeer.course);
    return planted == PlantedMoveBug.UNDOES_NOTHING ? seen.company() : company;
  }

  private Moves.Seen seen(Superpeer superpeer) {
    return new Moves.Seen(
        CELL,
        Entry.NEWEST_FORMAT,
        Company.of(superpeer.membership, born.members()),
        view(superpeer),
        nowNanos,
        nowNanos / 1_000);
  }

  private GroupView view(Superpeer superpeer) {
    List<RaftPeer> voters = new ArrayList<>();
    Map<String, GroupView.Follower> followers = new LinkedHashMap<>();
    for (NodeId id : superpeer.view.members) {
      MoveNode node = node(id);
      voters.add(RaftHost.peer(node.member()));
      if (node != superpeer.on) {
        long silent = nowNanos - Math.max(node.sinceNanos, superpeer.sinceNanos);
        boolean isHeard = node.isUp && node.hasReplica();
        followers.put(
            node.peer(),
            new GroupView.Follower(
                isHeard ? 0 : SILENT_MILLIS + TimeUnit.NANOSECONDS.toMillis(silent),
                node.isFull ? 0 : 5_000));
      }
    }
    return new GroupView(voters, List.of(), superpeer.view.index, true, followers);
  }

  private void begin(Superpeer superpeer) {
    superpeer.isBusy = false;
    if (!isLeading(superpeer)) {
      return;
    }
    refresh(superpeer);
    Moves.Seen seen = seen(superpeer);
    superpeer
        .moves
        .plan(seen, superpeer.course, 0)
        .map(plan -> planted == PlantedMoveBug.ADDS_ONE_TO_ONE ? ofOne(plan) : plan)
        .ifPresent(plan -> propose(superpeer, superpeer.moves.begin(seen.company(), plan)));
  }

  private static Replication.Plan ofOne(Replication.Plan plan) {
    List<io.corale.model.Member> add = plan.add();
    return new Replication.Plan(add.subList(0, Math.min(1, add.size())), plan.remove(), "one");
  }

  private static boolean isChange(What what) {
    return what == What.REMOVE || what == What.ADD;
  }

  private void take(Superpeer superpeer, int look, Company company, Step step) {
    changes -= isChange(step.what()) ? 1 : 0;
    superpeer.isBusy = false;
    if (planted != PlantedMoveBug.NO_BARRIER) {
      if (!isLeading(superpeer) || look != superpeer.looks) {
        return;
      }
      refresh(superpeer);
    }
    if (superpeer.isGone() || !superpeer.on.isUp) {
      return;
    }
    boolean fits =
        company(superpeer).equals(company) && Repairs.fits(company, step, view(superpeer));
    if (!fits && planted != PlantedMoveBug.STEP_THAT_FITS_NO_MORE) {
      return;
    }
    index++;
    long at =
        planted == PlantedMoveBug.NO_BARRIER
            ? superpeer.view.index
            : Math.max(index, superpeer.view.index);
    tell(superpeer.on.id + " takes " + step + " at " + at);
    switch (step.what()) {
      case AWAIT -> send(superpeer, company, step, Door.TendReplica.Wish.AWAIT, at);
      case RETURN -> send(superpeer, company, step, Door.TendReplica.Wish.RETURN, at);
      case ARRIVE -> send(superpeer, company, step, Door.TendReplica.Wish.ARRIVE, at);
      case LEAVE -> send(superpeer, company, step, Door.TendReplica.Wish.LEAVE, at);
      case REMOVE -> remove(superpeer, company, step);
      case ADD -> {
        staged = isLeader(superpeer) ? Optional.of(node(step.node())) : staged;
        reconfigure(superpeer, superpeer.view, step.node(), true);
      }
      case HAND_OVER -> handOver(superpeer, node(step.node()));
      case END -> {
        if (!isRecorded(superpeer, company, step)) {
          return;
        }
        Command.Relocated end =
            superpeer.moves.end(superpeer.course, company, step.token(), at, nowNanos);
        undone += end.end() == Command.Relocated.End.UNDONE ? 1 : 0;
        propose(superpeer, end);
      }
      case FORGET -> propose(superpeer, new Command.Cleaned(step.node(), at));
    }
  }

  private void send(
      Superpeer superpeer, Company company, Step step, Door.TendReplica.Wish wish, long at) {
    MoveNode node = node(step.node());
    int wipes = node.wipes;
    Door.TendReplica request =
        Members.wish(born, company, wish).setToken(step.token()).setConfiguration(at).build();
    superpeer.isBusy = chance.nextInt(4) > 0;
    Runnable word =
        () -> {
          superpeer.isBusy = false;
          if (node.isUp && node.wipes == wipes) {
            node.receive(request, configuration().has(node), nowNanos);
            tell(wish + " at " + node);
          }
        };
    (chance.nextInt(8) == 0 ? late : pending).add(word);
    if (chance.nextInt(3) == 0) {
      late.add(word);
    }
  }

  /** As {@link RepairSteps} has it recorded, unless the registry is away. */
  private boolean isRecorded(Superpeer superpeer, Company company, Step step) {
    if (chance.nextInt(8) == 0) {
      return false;
    }
    if (planted != PlantedMoveBug.RECORD_STAYS_AS_IT_WAS) {
      record = new LinkedHashSet<>();
      boolean removes = step.what() == What.REMOVE;
      company
          .recorded(
              it ->
                  superpeer.view.has(node(it.incarnation().node()))
                      && !(removes && it.incarnation().node().equals(step.node())))
          .forEach(it -> record.add(it.incarnation().node()));
    }
    return true;
  }

  private void remove(Superpeer superpeer, Company company, Step step) {
    if (company.move().isPresent() && !isRecorded(superpeer, company, step)) {
      return;
    }
    reconfigure(superpeer, superpeer.view, step.node(), false);
  }

  /** Only the leader can, and only from the configuration that it saw; it may take its time. */
  private void reconfigure(Superpeer superpeer, Configured from, NodeId id, boolean adds) {
    superpeer.isBusy = true;
    changes++;
    pending.add(
        () -> {
          changes--;
          MoveNode node = node(id);
          Configured now = configuration();
          Set<NodeId> next = new LinkedHashSet<>(now.members);
          boolean isAble =
              isLeader(superpeer)
                  && from.equals(now)
                  && (!adds || (node.isUp && node.hasReplica()));
          boolean takesTime = adds && chance.nextInt(3) > 0;
          if (isAble && (takesTime || !canAgree(superpeer, next, node, adds))) {
            reconfigure(superpeer, from, id, adds);
            return;
          }
          superpeer.isBusy = false;
          if (!isAble) {
            staged = isLeader(superpeer) ? Optional.empty() : staged;
            return;
          }
          staged = Optional.empty();
          come(node, adds);
          assertThat(id).as("the leader stays").isNotEqualTo(superpeer.on.id);
          requireSound(now, next);
          configure(next);
        });
  }

  private void come(MoveNode node, boolean adds) {
    node.isFull |= adds;
    came += adds ? 1 : 0;
    went += adds ? 0 : 1;
  }

  private boolean canAgree(Superpeer superpeer, Set<NodeId> next, MoveNode node, boolean adds) {
    Predicate<MoveNode> agrees = n -> n.isUp && (n.isFull || (adds && n == node));
    boolean before = isMajority(count(configuration(), agrees), configuration());
    if (adds) {
      next.add(node.id);
    } else {
      next.remove(node.id);
    }
    Configured after = new Configured(0, next);
    return superpeer.on.isUp && before && isMajority(count(after, agrees), after);
  }

  /** Whoever is started again now, a majority has all. */
  private void requireSound(Configured before, Set<NodeId> next) {
    Configured after = new Configured(0, next);
    assertThat(2 * count(after, MoveNode::isFullForGood))
        .as("twice those that have all after a start, of %s in %s", nodes, next)
        .isGreaterThan(next.size());
    if (before.members.size() == 1 && next.size() == 2) {
      assertThat(
              nodes.stream()
                  .filter(n -> !next.contains(n.id) && n.isOnItsWay())
                  .filter(n -> log.membership().move().orElseThrow().add().size() == 2))
          .as("who comes with the one that makes a cell of two")
          .isNotEmpty();
    }
  }

  private void handOver(Superpeer superpeer, MoveNode heir) {
    if (planted == PlantedMoveBug.NOBODY_IS_HANDED_TO) {
      reconfigure(superpeer, superpeer.view, superpeer.on.id, false);
      return;
    }
    superpeer.isBusy = true;
    pending.add(
        () -> {
          superpeer.isBusy = false;
          if (isLeading(superpeer) && heir.isUp && heir.isFull && configuration().has(heir)) {
            lead(heir);
          }
        });
  }

  private void propose(Superpeer superpeer, Command command) {
    if (!isLeading(superpeer)) {
      return;
    }
    if (chance.nextInt(3) > 0) {
      apply(command);
      return;
    }
    superpeer.isBusy = true;
    pending.add(
        () -> {
          superpeer.isBusy = false;
          if (isLeading(superpeer)) {
            apply(command);
          }
        });
  }

  private void apply(Command... commands) {
    index++;
    Executor by = new Executor(nodes.get(0).member().incarnation(), 1);
    log.apply(1, index, new Entry(by, index, 1, index, false, List.of(commands)));
    tell("log: " + List.of(commands) + " -> " + log.membership());
  }

  // What there is.

  private void refresh(Superpeer superpeer) {
    if (isLeader(superpeer)) {
      superpeer.view = configuration();
      superpeer.membership = log.membership();
    }
  }

  private Optional<Superpeer> leader() {
    return leader.filter(it -> superpeers.contains(it));
  }

  private boolean isLeader(Superpeer superpeer) {
    return leader().filter(it -> it == superpeer).isPresent();
  }

  /** A barrier would come through. */
  private boolean isLeading(Superpeer superpeer) {
    long able = count(configuration(), n -> n.isUp && n.isFull);
    return isLeader(superpeer) && isMajority(able, configuration());
  }

  private List<NodeView> alive() {
    return nodes.stream().filter(n -> n.isUp).map(MoveOverlay::view).toList();
  }

  private List<BornMember> candidates() {
    List<BornMember> all = new ArrayList<>();
    nodes.stream().filter(n -> n.isUp).map(MoveNode::member).forEach(all::add);
    Collections.rotate(all, chance.nextInt(all.size() + 1));
    return all;
  }

  private Configured configuration() {
    return configurations.get(configurations.size() - 1);
  }

  private void configure(Set<NodeId> members) {
    index++;
    configurations.add(new Configured(index, members));
    tell("configuration " + configuration());
  }

  private long count(Configured of, Predicate<MoveNode> what) {
    return nodes.stream().filter(of::has).filter(what).count();
  }

  private static boolean isMajority(long count, Configured of) {
    return 2 * count > of.members.size();
  }

  private static Set<NodeId> ids(List<MoveNode> some) {
    Set<NodeId> all = new LinkedHashSet<>();
    some.forEach(node -> all.add(node.id));
    return all;
  }

  private MoveNode node(NodeId id) {
    return nodes.stream().filter(n -> n.id.equals(id)).findFirst().orElseThrow();
  }

  private void deliver(List<Runnable> words) {
    if (!words.isEmpty()) {
      words.remove(chance.nextInt(words.size())).run();
    }
  }

  private String token() {
    return "token-" + tokens++;
  }

  private void tell(String what) {
    if (isTold) {
      story.add(TimeUnit.NANOSECONDS.toSeconds(nowNanos) + " " + what + "   " + nodes);
    }
  }

  static boolean isTold;

  private <T> T any(List<T> some) {
    return some.get(chance.nextInt(some.size()));
  }
}
