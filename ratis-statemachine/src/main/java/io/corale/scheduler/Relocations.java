package io.corale.scheduler;

import io.corale.model.Member;
import io.corale.model.NodeId;
import io.corale.model.Refusal;
import io.corale.model.Refusal.Code;
import io.corale.scheduler.Membership.Former;
import io.corale.scheduler.Membership.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps who the members of a cell are, and the one move that changes them (ADR 41, rule 27).
 *
 * <pre>
 * from \ by   Relocate                  Relocated                       Cleaned
 * settled     open, if it can be        stale                           a former one goes
 * open        done if it is the same,   settled, if it is the same,     a former one goes
 *             or else refused           or else stale
 * </pre>
 */
final class Relocations {
  private Membership membership = Membership.NONE;

  void restore(Membership image) {
    membership = image;
  }

  Membership membership() {
    return membership;
  }

  Result carryOut(Pass pass, Command.Relocation command) {
    if (command instanceof Command.Relocate relocate) {
      return relocate(pass, relocate);
    }
    return command instanceof Command.Relocated relocated
        ? relocated(relocated)
        : cleaned((Command.Cleaned) command);
  }

  /** Opens a move, on which whoever leads goes on. */
  private Result relocate(Pass pass, Command.Relocate command) {
    if (membership.move().isPresent() && isOf(membership.move().get(), command)) {
      return new Result.Done();
    }
    Optional<Refusal> refusal = refusal(command);
    if (refusal.isPresent()) {
      return new Result.Refused(refusal.get());
    }
    Move move = new Move(command.token(), command.add(), command.remove(), pass.nowMicros());
    membership =
        new Membership(
            command.before(), Optional.of(move), membership.former(), membership.lastToken());
    return new Result.Done();
  }

  /** Whether it asks for what is open. */
  private boolean isOf(Move move, Command.Relocate command) {
    return move.token().equals(command.token())
        && move.add().equals(command.add())
        && move.remove().equals(command.remove())
        && membership.members().equals(command.before());
  }

  private Optional<Refusal> refusal(Command.Relocate command) {
    if (membership.move().isPresent()) {
      return conflict("move '" + membership.move().get().token() + "' is open, one at a time is");
    }
    if (command.token().equals(membership.lastToken())) {
      return conflict("move '" + command.token() + "' has ended");
    }
    boolean isKnown = !membership.members().isEmpty();
    if (isKnown && !membership.members().equals(command.before())) {
      return conflict(
          "the members are " + names(membership.members()) + ", not " + names(command.before()));
    }
    return refusal(command.before(), command.add(), command.remove());
  }

  private static Optional<Refusal> refusal(
      List<Member> before, List<Member> add, Optional<NodeId> remove) {
    if (add.isEmpty() && remove.isEmpty()) {
      return invalid("a move adds members, removes one, or both");
    }
    for (Member each : add) {
      Optional<Member> same = Membership.of(before, each);
      if (same.isPresent()) {
        return conflict(each + " is a member already, as " + same.get());
      }
    }
    if (remove.isPresent() && before.stream().noneMatch(it -> it.node().equals(remove.get()))) {
      return conflict(remove.get() + " is none of the members " + names(before));
    }
    int after = Membership.after(before, add, remove).size();
    if (after == 0) {
      return invalid("without " + remove.get() + " the cell would have no member");
    }
    return after > Membership.MAX_MEMBERS
        ? invalid("a cell has at most " + Membership.MAX_MEMBERS + " members, not " + after)
        : Optional.empty();
  }

  private static String names(List<Member> members) {
    return members.stream().map(Member::toString).toList().toString();
  }

  /** Ends the open move; of another one this says nothing. */
  private Result relocated(Command.Relocated command) {
    Optional<Move> open = membership.move().filter(it -> it.token().equals(command.token()));
    if (open.isEmpty()) {
      return new Result.Stale();
    }
    membership =
        switch (command.end()) {
          case DONE -> done(open.get(), command.configuration());
          case UNDONE -> undone(open.get(), command.configuration());
        };
    return new Result.Done();
  }

  private Membership done(Move move, long configuration) {
    List<Former> former = new ArrayList<>(membership.former());
    move.add().forEach(added -> former.removeIf(it -> isOf(it, added.node())));
    move.remove()
        .flatMap(membership::member)
        .ifPresent(removed -> leave(former, removed, configuration));
    return new Membership(membership.target(), Optional.empty(), former, move.token());
  }

  /** The replicas of those that were to be added may have been created. */
  private Membership undone(Move move, long configuration) {
    List<Former> former = new ArrayList<>(membership.former());
    move.add().forEach(added -> leave(former, added, configuration));
    return new Membership(membership.members(), Optional.empty(), former, move.token());
  }

  /**
   * A node stands there once, with the latest configuration: what is said of older ones is late.
   */
  private static void leave(List<Former> former, Member left, long configuration) {
    long latest =
        former.stream()
            .filter(it -> isOf(it, left.node()))
            .mapToLong(Former::configuration)
            .reduce(configuration, Math::max);
    former.removeIf(it -> isOf(it, left.node()));
    former.add(new Former(left, latest));
    if (former.size() > Membership.MAX_FORMER) {
      former.remove(0);
    }
  }

  private static boolean isOf(Former former, NodeId node) {
    return former.member().node().equals(node);
  }

  /** Nothing is left of the replica of a former member; done also where it is none by now. */
  private Result cleaned(Command.Cleaned command) {
    Optional<Former> found =
        membership.former().stream().filter(it -> isOf(it, command.node())).findFirst();
    if (found.isPresent() && found.get().configuration() > command.configuration()) {
      return new Result.Stale();
    }
    List<Former> rest = new ArrayList<>(membership.former());
    rest.removeIf(it -> isOf(it, command.node()));
    membership =
        new Membership(membership.members(), membership.move(), rest, membership.lastToken());
    return new Result.Done();
  }

  private static Optional<Refusal> conflict(String message) {
    return Optional.of(Refusal.of(Code.CONFLICT, message));
  }

  private static Optional<Refusal> invalid(String message) {
    return Optional.of(Refusal.of(Code.INVALID, message));
  }
}
