package io.corale.scheduler;

import io.corale.model.Member;
import io.corale.scheduler.Membership.Former;
import io.corale.scheduler.Membership.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Looks for members that no move can have led to, and for moves that lead to none (ADR 41). */
final class MembershipInvariants {
  private final Membership membership;
  private final long nowMicros;
  private final List<String> broken = new ArrayList<>();

  MembershipInvariants(Membership membership, long nowMicros) {
    this.membership = membership;
    this.nowMicros = nowMicros;
  }

  List<String> broken() {
    List<Member> members = membership.members();
    boolean isKnown = !members.isEmpty();
    check(
        isKnown || membership.equals(Membership.NONE),
        () -> membership + " has no members, and something was moved");
    check(areApart(members), () -> members + " has a node or a Raft peer twice");
    check(
        membership.former().isEmpty() || !membership.lastToken().isEmpty(),
        () -> membership.former() + " were members, and no move has ended");
    List<Member> former = membership.former().stream().map(Former::member).toList();
    for (int i = 0; i < former.size(); i++) {
      Member each = former.get(i);
      check(!membership.has(each.node()), () -> each + " is a member, and a former one");
      check(
          former.subList(0, i).stream().noneMatch(it -> it.node().equals(each.node())),
          () -> each + " was a member twice");
    }
    membership.move().ifPresent(this::check);
    return broken;
  }

  private void check(Move move) {
    List<Member> target = membership.target();
    check(!move.token().equals(membership.lastToken()), () -> move + " has ended");
    check(!move.add().isEmpty() || move.remove().isPresent(), () -> move + " changes nothing");
    check(
        move.remove().isEmpty() || membership.has(move.remove().get()),
        () -> move + " removes none of " + membership.members());
    check(
        move.add().stream().allMatch(each -> Membership.of(membership.members(), each).isEmpty()),
        () -> move + " adds one of " + membership.members());
    check(
        !target.isEmpty() && target.size() <= Membership.MAX_MEMBERS,
        () -> move + " leads to " + target.size() + " members");
    check(move.sinceMicros() <= nowMicros, () -> move + " is open since a time to come");
  }

  private static boolean areApart(List<Member> members) {
    for (int i = 0; i < members.size(); i++) {
      if (Membership.of(members.subList(0, i), members.get(i)).isPresent()) {
        return false;
      }
    }
    return true;
  }

  private void check(boolean holds, Supplier<String> violation) {
    if (!holds) {
      broken.add(violation.get());
    }
  }
}
