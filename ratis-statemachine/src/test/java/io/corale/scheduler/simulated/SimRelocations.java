package io.corale.scheduler.simulated;

import io.corale.model.Incarnation;
import io.corale.model.Member;
import io.corale.model.NodeId;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Relocated.End;
import io.corale.scheduler.Membership;
import io.corale.scheduler.Membership.Former;
import io.corale.scheduler.OwnerScheduler;
import io.corale.sim.Chance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Who moves the members of a cell (ADR 41): in some seeds whoever believes to lead begins moves,
 * ends them and has cleaned after them, by what it knows, which may be old; and somebody says again
 * what was said long ago, or names a move that never was. Who applies the log stays as it is: here
 * the members are what the log says, and nothing else. In the end the last move is ended.
 */
final class SimRelocations {
  /** In one seed of so many somebody does. */
  private static final int THERE_IN = 3;

  /** More than may be members and former ones together, so that all bounds are reached. */
  private static final int NODES = 26;

  /** What is said again is one of so many. */
  private static final int MOST_REMEMBERED = 20;

  private static final Duration MOST_BETWEEN = Duration.ofMillis(800);

  /** Once all troubles are over: longer than an answer takes. */
  private static final Duration LOOKS_EVERY = Duration.ofSeconds(2);

  private static final List<Member> BORN = List.of(member(0, 1), member(1, 1), member(2, 1));

  private final SimCell cell;
  private final RandomGenerator chance;
  private final boolean isThere;
  private final List<Command> said = new ArrayList<>();
  private int tokens;

  SimRelocations(SimCell cell, Chance chances, boolean mayBeThere) {
    this.cell = cell;
    this.chance = chances.of("relocations");
    this.isThere = chance.nextInt(THERE_IN) == 0 && mayBeThere;
  }

  private static Member member(int number, int boot) {
    String node = "m" + number;
    return new Member(
        new Incarnation(new NodeId(node), boot), node + "_9874", node + ".example:9874");
  }

  /** All can read it by now: moves again and again, until all troubles are over. */
  void begin(SimCallers callers) {
    if (isThere) {
      Duration rest =
          cell.isHostile()
              ? Duration.ofMillis(1 + chance.nextInt((int) MOST_BETWEEN.toMillis()))
              : LOOKS_EVERY;
      cell.time()
          .after(
              rest,
              () -> {
                act(callers);
                begin(callers);
              });
    }
  }

  private void act(SimCallers callers) {
    Membership known = known();
    if (!cell.isHostile()) {
      known.move().ifPresent(move -> callers.control(ending(move.token())));
    } else if (!said.isEmpty() && happens(5)) {
      callers.control(said.get(chance.nextInt(said.size())));
    } else {
      Command next = next(known);
      said.add(next);
      if (said.size() > MOST_REMEMBERED) {
        said.remove(0);
      }
      callers.control(next);
    }
  }

  /** What one of those knows that believe to lead, or anybody where none does. */
  private Membership known() {
    List<OwnerScheduler> leading =
        cell.peers().stream().filter(SimPeer::believesToLead).map(SimPeer::scheduler).toList();
    return leading.isEmpty()
        ? cell.replica().membership()
        : leading.get(chance.nextInt(leading.size())).membership();
  }

  private Command next(Membership known) {
    if (happens(8)) {
      return ending(chance.nextInt(3) == 0 ? known.lastToken() : "m" + chance.nextInt(tokens + 1));
    }
    if (known.move().isPresent() && !happens(4)) {
      return ending(known.move().get().token());
    }
    return known.former().isEmpty() || !happens(3) ? relocate(known) : cleaned(known);
  }

  private Command ending(String token) {
    return new Command.Relocated(
        token.isEmpty() ? "never" : token,
        happens(3) ? End.UNDONE : End.DONE,
        cell.replica().appliedIndex());
  }

  private Command cleaned(Membership known) {
    Former former = known.former().get(chance.nextInt(known.former().size()));
    long late = happens(3) ? 1 + chance.nextInt(9) : 0;
    return new Command.Cleaned(former.member().node(), Math.max(0, former.configuration() - late));
  }

  private Command relocate(Membership known) {
    List<Member> before = known.members().isEmpty() || happens(10) ? BORN : known.members();
    int add = happens(5) ? 0 : 1 + chance.nextInt(2);
    boolean removes = add == 0 || chance.nextBoolean();
    Optional<NodeId> remove =
        removes && !happens(20) ? Optional.of(removed(before)) : Optional.empty();
    boolean isOver = !known.lastToken().isEmpty() && happens(8);
    return new Command.Relocate(
        isOver ? known.lastToken() : "m" + ++tokens, before, added(add), remove);
  }

  private NodeId removed(List<Member> before) {
    return happens(12)
        ? member(chance.nextInt(NODES), 1).node()
        : before.get(chance.nextInt(before.size())).node();
  }

  /** Some of them may be members; one may have the Raft peer of another node. */
  private List<Member> added(int count) {
    List<Member> added = new ArrayList<>();
    int first = chance.nextInt(NODES);
    for (int i = 0; i < count; i++) {
      Member each = member((first + i) % NODES, 1 + chance.nextInt(2));
      added.add(
          happens(15)
              ? new Member(
                  each.life(),
                  member((first + count + i) % NODES, 1).raftPeer(),
                  each.raftAddress())
              : each);
    }
    return added;
  }

  private boolean happens(int once) {
    return chance.nextInt(once) == 0;
  }

  /** Whether nobody has to go on with a move. */
  boolean areOver() {
    return cell.replica().membership().move().isEmpty();
  }
}
