package io.corale.node.cell;

import io.corale.model.Member;
import io.corale.model.NodeId;
import io.corale.node.cell.Caretaker.Change;
import io.corale.node.cell.Caretaker.Role;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Membership;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Who belongs to a cell, as its log says, or its birth where the log says nothing yet: its members,
 * who is about to become one or to be none, and who was one and may still have a replica (ADR 41).
 *
 * @param roles of each of them, in the order of the members
 * @param move the open one
 * @param isOfTheLog whether the log says so, and not the birth
 */
record Company(Map<BornMember, Role> roles, Optional<Membership.Move> move, boolean isOfTheLog) {
  /**
   * @param born who the members are where the log does not say
   */
  static Company of(Membership membership, List<BornMember> born) {
    Map<BornMember, Role> roles = new LinkedHashMap<>();
    Optional<NodeId> goes = membership.move().flatMap(Membership.Move::remove);
    for (BornMember member : members(membership, born)) {
      boolean isGoing = goes.equals(Optional.of(member.incarnation().node()));
      roles.put(member, isGoing ? Role.GOES : Role.STAYS);
    }
    for (Member added : added(membership)) {
      roles.put(born(added), Role.COMES);
    }
    for (Membership.Former former : membership.former()) {
      // One that comes back is no former one any more.
      if (roles.keySet().stream().noneMatch(it -> isOf(it, former.member().node()))) {
        roles.put(born(former.member()), Role.GONE);
      }
    }
    return new Company(roles, membership.move(), !membership.members().isEmpty());
  }

  private static List<Member> added(Membership membership) {
    return membership.move().map(Membership.Move::add).orElse(List.of());
  }

  private static List<BornMember> members(Membership membership, List<BornMember> born) {
    return membership.members().isEmpty()
        ? born
        : membership.members().stream().map(Company::born).toList();
  }

  private static boolean isOf(BornMember member, NodeId node) {
    return member.incarnation().node().equals(node);
  }

  /** A member as those who hear of births know it. */
  static BornMember born(Member member) {
    return new BornMember(member.life(), member.raftPeer(), member.raftAddress(), "");
  }

  /** The same, as the log names it. */
  static Member member(BornMember born) {
    return new Member(born.incarnation(), born.raftPeer(), born.raftAddress());
  }

  /**
   * As if the open move were to be undone: who was to come goes, and who was to go stays.
   *
   * @param isOut who of those is out of the configuration by now: it comes again
   */
  Company undoing(Predicate<BornMember> isOut) {
    Map<BornMember, Role> reverse = new LinkedHashMap<>();
    roles.forEach(
        (member, role) ->
            reverse.put(
                member,
                switch (role) {
                  case COMES -> Role.GOES;
                  case GOES -> isOut.test(member) ? Role.COMES : Role.STAYS;
                  case STAYS, GONE -> role;
                }));
    return new Company(reverse, move, isOfTheLog);
  }

  /** What the caretaker hears of the open move, at this node. */
  Optional<Change> change(NodeId self) {
    boolean isOwn = roleOf(self).filter(Role.GOES::equals).isPresent();
    return move.map(open -> new Change(open.token(), self, isOwn));
  }

  /** Who is a member, or may be one in a moment. */
  List<BornMember> all() {
    return with(Role.STAYS, Role.GOES, Role.COMES);
  }

  /** Who is a member now. */
  List<BornMember> members() {
    return with(Role.STAYS, Role.GOES);
  }

  /**
   * Whom the birth record is to name (rule 4).
   *
   * @param remains who is in the configuration that follows
   */
  List<BornMember> recorded(Predicate<BornMember> remains) {
    return all().stream().filter(it -> roles.get(it) != Role.GOES || remains.test(it)).toList();
  }

  /** Those in any of these roles. */
  List<BornMember> with(Role... any) {
    List<BornMember> found = new ArrayList<>();
    roles.forEach(
        (member, role) -> {
          if (List.of(any).contains(role)) {
            found.add(member);
          }
        });
    return found;
  }

  Optional<BornMember> find(NodeId node) {
    return roles.keySet().stream().filter(it -> isOf(it, node)).findFirst();
  }

  Optional<Role> roleOf(NodeId node) {
    return find(node).map(roles::get);
  }
}
