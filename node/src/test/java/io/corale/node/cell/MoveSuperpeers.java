package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.NodeId;
import io.corale.node.cell.Caretaker.Role;
import io.corale.node.cell.Caretaker.Step;
import io.corale.node.cell.Caretaker.What;
import io.corale.node.cell.MoveGroup.Configured;
import io.corale.node.cell.MoveGroup.Superpeer;
import io.corale.node.place.Replication;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.wire.Door;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.ratis.protocol.RaftPeer;

/** What superpeers do in {@link MoveWorld}, by the real rules. */
final class MoveSuperpeers {
  private final MoveGroup group;

  MoveSuperpeers(MoveGroup group) {
    this.group = group;
  }

  void lookAround() {
    if (!group.superpeers.isEmpty()) {
      look(group.any(group.superpeers));
    }
  }

  private void look(Superpeer superpeer) {
    if (superpeer.isBusy || !superpeer.on.isUp || group.staged.isPresent()) {
      return;
    }
    group.refresh(superpeer);
    superpeer.isBusy = true;
    superpeer.looks++;
    int look = superpeer.looks;
    Company company = company(superpeer);
    List<Caretaker.Member> others = new ArrayList<>();
    for (Map.Entry<BornMember, Role> each : company.roles().entrySet()) {
      MoveNode node = group.node(each.getKey().incarnation().node());
      if (node != superpeer.on) {
        others.add(asked(superpeer, node, each.getKey(), each.getValue()));
      }
    }
    boolean isBack = superpeer.on.isHeldForGood();
    group.pending.add(
        () -> {
          Optional<Step> next =
              superpeer.caretaker.next(isBack, seenBy(others), company.change(superpeer.on.id));
          group.changes += next.filter(it -> isChange(it.what())).isPresent() ? 1 : 0;
          group.pending.add(
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
    return group.planted == PlantedMoveBug.FIRST_OF_TWO_ALONE && isOneThere
        ? others.stream().filter(isThere).toList()
        : others;
  }

  private Caretaker.Member asked(Superpeer superpeer, MoveNode node, BornMember member, Role role) {
    boolean isVoter = superpeer.view.has(node);
    boolean isCurrent = isVoter && node.isUp && node.isFull;
    Optional<Caretaker.Word> word =
        group.chance.nextInt(8) == 0 ? Optional.empty() : node.word(group.born, group.nowNanos);
    boolean isBelieved = group.planted == PlantedMoveBug.REMOVES_BEFORE_HELD && role == Role.COMES;
    boolean isForgotten =
        group.planted == PlantedMoveBug.FORGETS_WITHOUT_A_WORD && role == Role.GONE;
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
    return group.planted == PlantedMoveBug.UNDOES_NOTHING ? seen.company() : company;
  }

  private Moves.Seen seen(Superpeer superpeer) {
    return new Moves.Seen(
        MoveGroup.CELL,
        Entry.NEWEST_FORMAT,
        Company.of(superpeer.membership, group.born.members()),
        view(superpeer),
        group.nowNanos,
        // Time alone undoes nothing here.
        0);
  }

  private GroupView view(Superpeer superpeer) {
    List<RaftPeer> voters = new ArrayList<>();
    Map<String, GroupView.Follower> followers = new LinkedHashMap<>();
    for (NodeId id : superpeer.view.members()) {
      MoveNode node = group.node(id);
      voters.add(RaftHost.peer(node.member()));
      if (node != superpeer.on) {
        long silent = group.nowNanos - Math.max(node.sinceNanos, superpeer.sinceNanos);
        boolean isHeard = node.isUp && node.hasReplica();
        followers.put(
            node.peer(),
            new GroupView.Follower(
                isHeard ? 0 : MoveGroup.SILENT_MILLIS + TimeUnit.NANOSECONDS.toMillis(silent),
                node.isFull ? 0 : 5_000));
      }
    }
    return new GroupView(voters, List.of(), superpeer.view.index(), true, followers);
  }

  private void begin(Superpeer superpeer) {
    superpeer.isBusy = false;
    if (!group.isLeading(superpeer)) {
      return;
    }
    group.refresh(superpeer);
    Moves.Seen seen = seen(superpeer);
    superpeer
        .moves
        .plan(seen, superpeer.course, 0)
        .map(plan -> group.planted == PlantedMoveBug.ADDS_ONE_TO_ONE ? ofOne(plan) : plan)
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
    group.changes -= isChange(step.what()) ? 1 : 0;
    superpeer.isBusy = false;
    if (group.planted != PlantedMoveBug.NO_BARRIER) {
      if (!group.isLeading(superpeer) || look != superpeer.looks) {
        return;
      }
      group.refresh(superpeer);
    }
    if (superpeer.isGone() || !superpeer.on.isUp) {
      return;
    }
    boolean fits =
        company(superpeer).equals(company) && Repairs.fits(company, step, view(superpeer));
    if (!fits && group.planted != PlantedMoveBug.STEP_THAT_FITS_NO_MORE) {
      return;
    }
    group.index++;
    long at =
        group.planted == PlantedMoveBug.NO_BARRIER
            ? superpeer.view.index()
            : Math.max(group.index, superpeer.view.index());
    group.tell(superpeer.on.id + " takes " + step + " at " + at);
    switch (step.what()) {
      case AWAIT -> send(superpeer, company, step, Door.TendReplica.Wish.AWAIT, at);
      case RETURN -> send(superpeer, company, step, Door.TendReplica.Wish.RETURN, at);
      case ARRIVE -> send(superpeer, company, step, Door.TendReplica.Wish.ARRIVE, at);
      case LEAVE -> send(superpeer, company, step, Door.TendReplica.Wish.LEAVE, at);
      case REMOVE -> remove(superpeer, company, step);
      case ADD -> {
        group.staged =
            group.isLeader(superpeer) ? Optional.of(group.node(step.node())) : group.staged;
        reconfigure(superpeer, superpeer.view, step.node(), true);
      }
      case HAND_OVER -> handOver(superpeer, group.node(step.node()));
      case END -> {
        if (!isRecorded(superpeer, company, step)) {
          return;
        }
        Command.Relocated end =
            superpeer.moves.end(superpeer.course, company, step.token(), at, group.nowNanos);
        group.undone += end.end() == Command.Relocated.End.UNDONE ? 1 : 0;
        propose(superpeer, end);
      }
      case FORGET -> propose(superpeer, new Command.Cleaned(step.node(), at));
    }
  }

  private void send(
      Superpeer superpeer, Company company, Step step, Door.TendReplica.Wish wish, long at) {
    MoveNode node = group.node(step.node());
    int wipes = node.wipes;
    Door.TendReplica request =
        Members.wish(group.born, company, wish).setToken(step.token()).setConfiguration(at).build();
    superpeer.isBusy = group.chance.nextInt(4) > 0;
    Runnable word =
        () -> {
          superpeer.isBusy = false;
          if (node.isUp && node.wipes == wipes) {
            node.receive(request, group.configuration().has(node), group.nowNanos);
            group.tell(wish + " at " + node);
          }
        };
    (group.chance.nextInt(8) == 0 ? group.late : group.pending).add(word);
    if (group.chance.nextInt(3) == 0) {
      group.late.add(word);
    }
  }

  /** As {@link RepairSteps} has it recorded, unless the registry is away. */
  private boolean isRecorded(Superpeer superpeer, Company company, Step step) {
    if (group.chance.nextInt(8) == 0) {
      return false;
    }
    if (group.planted != PlantedMoveBug.RECORD_STAYS_AS_IT_WAS) {
      group.record = new LinkedHashSet<>();
      boolean removes = step.what() == What.REMOVE;
      company
          .recorded(
              it ->
                  superpeer.view.has(group.node(it.incarnation().node()))
                      && !(removes && it.incarnation().node().equals(step.node())))
          .forEach(it -> group.record.add(it.incarnation().node()));
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
    group.changes++;
    group.pending.add(
        () -> {
          group.changes--;
          MoveNode node = group.node(id);
          Configured now = group.configuration();
          Set<NodeId> next = new LinkedHashSet<>(now.members());
          boolean isAble =
              group.isLeader(superpeer)
                  && from.equals(now)
                  && (!adds || (node.isUp && node.hasReplica()));
          boolean takesTime = adds && group.chance.nextInt(3) > 0;
          if (isAble && (takesTime || !canAgree(superpeer, next, node, adds))) {
            reconfigure(superpeer, from, id, adds);
            return;
          }
          superpeer.isBusy = false;
          if (!isAble) {
            group.staged = group.isLeader(superpeer) ? Optional.empty() : group.staged;
            return;
          }
          group.staged = Optional.empty();
          come(node, adds);
          assertThat(id).as("the leader stays").isNotEqualTo(superpeer.on.id);
          requireSound(now, next);
          group.configure(next);
        });
  }

  private void come(MoveNode node, boolean adds) {
    node.isFull |= adds;
    group.came += adds ? 1 : 0;
    group.went += adds ? 0 : 1;
  }

  private boolean canAgree(Superpeer superpeer, Set<NodeId> next, MoveNode node, boolean adds) {
    Predicate<MoveNode> agrees = n -> n.isUp && (n.isFull || (adds && n == node));
    boolean before =
        MoveGroup.isMajority(group.count(group.configuration(), agrees), group.configuration());
    if (adds) {
      next.add(node.id);
    } else {
      next.remove(node.id);
    }
    Configured after = new Configured(0, next);
    return superpeer.on.isUp && before && MoveGroup.isMajority(group.count(after, agrees), after);
  }

  /** Whoever is started again now, a majority has all. */
  private void requireSound(Configured before, Set<NodeId> next) {
    Configured after = new Configured(0, next);
    assertThat(2 * group.count(after, MoveNode::isFullForGood))
        .as("twice those that have all after a start, of %s in %s", group.nodes, next)
        .isGreaterThan(next.size());
    if (before.members().size() == 1 && next.size() == 2) {
      assertThat(
              group.nodes.stream()
                  .filter(n -> !next.contains(n.id) && n.isOnItsWay())
                  .filter(n -> group.log.membership().move().orElseThrow().add().size() == 2))
          .as("who comes with the one that makes a cell of two")
          .isNotEmpty();
    }
  }

  private void handOver(Superpeer superpeer, MoveNode heir) {
    if (group.planted == PlantedMoveBug.NOBODY_IS_HANDED_TO) {
      reconfigure(superpeer, superpeer.view, superpeer.on.id, false);
      return;
    }
    superpeer.isBusy = true;
    group.pending.add(
        () -> {
          superpeer.isBusy = false;
          if (group.isLeading(superpeer)
              && heir.isUp
              && heir.isFull
              && group.configuration().has(heir)) {
            group.lead(heir);
          }
        });
  }

  void propose(Superpeer superpeer, Command command) {
    if (!group.isLeading(superpeer)) {
      return;
    }
    if (group.chance.nextInt(3) > 0) {
      group.apply(command);
      return;
    }
    superpeer.isBusy = true;
    group.pending.add(
        () -> {
          superpeer.isBusy = false;
          if (group.isLeading(superpeer)) {
            group.apply(command);
          }
        });
  }
}
