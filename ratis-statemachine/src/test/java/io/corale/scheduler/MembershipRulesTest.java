package io.corale.scheduler;

import static io.corale.scheduler.MembershipCell.add;
import static io.corale.scheduler.MembershipCell.done;
import static io.corale.scheduler.MembershipCell.member;
import static io.corale.scheduler.MembershipCell.members;
import static io.corale.scheduler.MembershipCell.node;
import static io.corale.scheduler.MembershipCell.remove;
import static io.corale.scheduler.MembershipCell.replace;
import static io.corale.scheduler.MembershipCell.undone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Member;
import io.corale.model.Refusal;
import io.corale.model.Refusal.Code;
import io.corale.scheduler.Membership.Former;
import io.corale.scheduler.Membership.Move;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Who the members are is what ended moves say, and one move is open at a time (rule 27, ADR 41).
 */
class MembershipRulesTest {
  private static final Result DONE = new Result.Done();
  private static final Result STALE = new Result.Stale();
  private static final Optional<Move> NO_MOVE = Optional.empty();

  private final TestCell cell = MembershipCell.open();

  private Result apply(Command command) {
    return cell.apply(1, command).results().get(0);
  }

  private Membership now() {
    return cell.scheduler.membership();
  }

  /** Of a cell whose members are these. */
  private void given(int first, int... others) {
    List<Member> before = members(first);
    for (int other : others) {
      assertThat(apply(add("given-" + other, before, other))).isEqualTo(DONE);
      assertThat(apply(done("given-" + other, other))).isEqualTo(DONE);
      before = now().members();
    }
  }

  private void assertRefused(Command command, Code code, String message) {
    Membership before = now();

    Result result = apply(command);

    assertThat(result).isEqualTo(new Result.Refused(Refusal.of(code, message)));
    assertThat(now()).isEqualTo(before);
  }

  @Test
  void theLogDoesNotSayWhoTheMembersAreBeforeTheFirstMove() {
    assertThat(now()).isEqualTo(Membership.NONE);
    assertThat(now().target()).isEmpty();
  }

  @Test
  void theFirstMoveSaysWhoTheyWere() {
    assertThat(apply(replace("a", members(3, 1, 2), 2, 4))).isEqualTo(DONE);

    assertThat(now().members()).isEqualTo(members(1, 2, 3));
    assertThat(now().target()).isEqualTo(members(1, 3, 4));
    assertThat(now().move())
        .contains(new Move("a", members(4), Optional.of(node(2)), cell.scheduler.cellTimeMicros()));
    assertThat(now().has(node(2))).isTrue();
    assertThat(now().has(node(4))).isFalse();
  }

  @Test
  void aMoveThatIsDoneMakesAndUnmakesMembers() {
    apply(replace("a", members(1, 2, 3), 2, 4));

    assertThat(apply(done("a", 17))).isEqualTo(DONE);

    assertThat(now())
        .isEqualTo(
            new Membership(
                members(1, 3, 4), Optional.empty(), List.of(new Former(member(2), 17)), "a"));
  }

  /** With two voters the death of either would stop it. */
  @Test
  void oneMemberBecomesThreeInOneMove() {
    Command three = new Command.Relocate("a", members(1), members(3, 2), Optional.empty());
    assertThat(apply(three)).isEqualTo(DONE);
    assertThat(now().target()).isEqualTo(members(1, 2, 3));

    assertThat(apply(done("a", 5))).isEqualTo(DONE);

    assertThat(now()).isEqualTo(new Membership(members(1, 2, 3), NO_MOVE, List.of(), "a"));
  }

  @Test
  void allThatWereToBeAddedAreFormerMembersWhenThatIsUndone() {
    apply(new Command.Relocate("a", members(1), members(2, 3), Optional.empty()));

    assertThat(apply(undone("a", 5))).isEqualTo(DONE);

    assertThat(now())
        .isEqualTo(
            new Membership(
                members(1),
                NO_MOVE,
                List.of(new Former(member(2), 5), new Former(member(3), 5)),
                "a"));
  }

  @Test
  void noneOfThoseThatAreAddedIsAMember() {
    assertRefused(
        new Command.Relocate("a", members(1, 2), members(3, 2), Optional.empty()),
        Code.CONFLICT,
        "m2#1 (m2_9874) is a member already, as m2#1 (m2_9874)");
    assertRefused(
        new Command.Relocate("a", members(1, 2, 3, 4, 5, 6), members(7, 8), Optional.empty()),
        Code.INVALID,
        "a cell has at most 7 members, not 8");
  }

  /** Its replica may have been created. */
  @Test
  void whoWasToBeAddedIsAFormerMemberWhenThatIsUndone() {
    apply(replace("a", members(1, 2, 3), 2, 4));

    assertThat(apply(undone("a", 17))).isEqualTo(DONE);

    assertThat(now())
        .isEqualTo(
            new Membership(
                members(1, 2, 3), Optional.empty(), List.of(new Former(member(4), 17)), "a"));
  }

  @Test
  void aRemovalThatIsUndoneLeavesAllAsTheyWere() {
    apply(remove("a", members(1, 2), 2));

    assertThat(apply(undone("a", 17))).isEqualTo(DONE);

    assertThat(now()).isEqualTo(new Membership(members(1, 2), Optional.empty(), List.of(), "a"));
  }

  /** Rule 22. */
  @Test
  void theSameMoveIsOpenedOnce() {
    apply(add("a", members(1, 2), 3));
    Membership before = now();

    assertThat(apply(add("a", members(2, 1), 3))).isEqualTo(DONE);

    assertThat(now()).isEqualTo(before);
  }

  @Test
  void oneMoveIsOpenAtATime() {
    apply(add("a", members(1), 2));

    assertRefused(add("b", members(1), 3), Code.CONFLICT, "move 'a' is open, one at a time is");
    assertRefused(add("a", members(1), 3), Code.CONFLICT, "move 'a' is open, one at a time is");
    assertRefused(add("a", members(1, 4), 2), Code.CONFLICT, "move 'a' is open, one at a time is");
    assertRefused(
        replace("a", members(1), 1, 2), Code.CONFLICT, "move 'a' is open, one at a time is");
  }

  @Test
  void aMoveThatHasEndedIsNotOpenedAgain() {
    given(1, 2);

    assertRefused(add("given-2", members(1, 2), 3), Code.CONFLICT, "move 'given-2' has ended");
  }

  @Test
  void whoDoesNotKnowTheMembersMovesNone() {
    given(1, 2);

    assertRefused(
        add("b", members(1, 3), 4),
        Code.CONFLICT,
        "the members are [m1#1 (m1_9874), m2#1 (m2_9874)],"
            + " not [m1#1 (m1_9874), m3#1 (m3_9874)]");
    assertRefused(
        add("b", List.of(member(1), member(2, 7)), 4),
        Code.CONFLICT,
        "the members are [m1#1 (m1_9874), m2#1 (m2_9874)],"
            + " not [m1#1 (m1_9874), m2#7 (m2_9874)]");
  }

  @Test
  void aMoveMovesSomebody() {
    assertRefused(
        new Command.Relocate("a", members(1), List.of(), Optional.empty()),
        Code.INVALID,
        "a move adds members, removes one, or both");
  }

  /** Also another life of it: remove before add (rule 6). */
  @Test
  void aMemberIsNotAdded() {
    given(1, 2);

    assertRefused(
        add("b", members(1, 2), 2),
        Code.CONFLICT,
        "m2#1 (m2_9874) is a member already, as m2#1 (m2_9874)");
    assertRefused(
        new Command.Relocate("b", members(1, 2), List.of(member(2, 9)), Optional.of(node(2))),
        Code.CONFLICT,
        "m2#9 (m2_9874) is a member already, as m2#1 (m2_9874)");
    Member disguised = new Member(member(3).life(), member(2).raftPeer(), "m3:1");
    assertRefused(
        new Command.Relocate("b", members(1, 2), List.of(disguised), Optional.empty()),
        Code.CONFLICT,
        "m3#1 (m2_9874) is a member already, as m2#1 (m2_9874)");
  }

  @Test
  void whoIsNoMemberIsNotRemoved() {
    assertRefused(
        remove("a", members(1, 2), 3),
        Code.CONFLICT,
        "m3 is none of the members [m1#1 (m1_9874), m2#1 (m2_9874)]");
  }

  @Test
  void somebodyStaysAMember() {
    assertRefused(
        remove("a", members(1), 1), Code.INVALID, "without m1 the cell would have no member");
    assertThat(apply(replace("a", members(1), 1, 2))).isEqualTo(DONE);
  }

  @Test
  void noMoreThanSevenAreMembers() {
    List<Member> seven = members(1, 2, 3, 4, 5, 6, 7);

    assertRefused(add("a", seven, 8), Code.INVALID, "a cell has at most 7 members, not 8");
    assertThat(apply(replace("a", seven, 7, 8))).isEqualTo(DONE);
  }

  @Test
  void whatEndsAnotherMoveThanTheOpenOneIsStale() {
    assertThat(apply(done("a", 1))).isEqualTo(STALE);
    given(1, 2);
    assertThat(apply(undone("given-2", 9))).isEqualTo(STALE);
    apply(add("b", members(1, 2), 3));
    Membership before = now();

    assertThat(apply(done("given-2", 9))).isEqualTo(STALE);
    assertThat(apply(done("c", 9))).isEqualTo(STALE);

    assertThat(now()).isEqualTo(before);
  }

  @Test
  void whoIsCleanedIsNoFormerMemberAnyMore() {
    given(1, 2);
    apply(remove("b", members(1, 2), 2));
    apply(done("b", 20));

    assertThat(apply(new Command.Cleaned(node(2), 20))).isEqualTo(DONE);

    assertThat(now().former()).isEmpty();
    assertThat(apply(new Command.Cleaned(node(2), 20))).isEqualTo(DONE);
  }

  /** It tells of a replica before the one that is there still. */
  @Test
  void whatWasCleanedBeforeTheyLeftSaysNothing() {
    given(1, 2);
    apply(remove("b", members(1, 2), 2));
    apply(done("b", 20));

    assertThat(apply(new Command.Cleaned(node(2), 19))).isEqualTo(STALE);

    assertThat(now().former()).containsExactly(new Former(member(2), 20));
  }

  @Test
  void whoIsAMemberAgainIsNoFormerOne() {
    given(1, 2);
    apply(remove("b", members(1, 2), 2));
    apply(done("b", 20));
    apply(new Command.Relocate("c", members(1), List.of(member(2, 5)), Optional.empty()));
    assertThat(now().former()).containsExactly(new Former(member(2), 20));

    apply(done("c", 30));

    assertThat(now().former()).isEmpty();
    assertThat(now().members()).containsExactly(member(1), member(2, 5));
  }

  @Test
  void aFormerMemberStandsThereOnceWithItsLatestConfiguration() {
    given(1, 2);
    apply(remove("b", members(1, 2), 2));
    apply(done("b", 20));
    apply(add("c", members(1), 3));
    apply(undone("c", 25));
    apply(add("d", members(1), 2));

    apply(undone("d", 15));

    assertThat(now().former())
        .containsExactly(new Former(member(3), 25), new Former(member(2), 20));
  }

  @Test
  void theOldestOfManyFormerMembersIsForgotten() {
    for (int i = 2; i < 2 + Membership.MAX_FORMER + 1; i++) {
      apply(add("a" + i, members(1), i));
      apply(undone("a" + i, i));
    }

    assertThat(now().former()).hasSize(Membership.MAX_FORMER);
    assertThat(now().former().get(0).member()).isEqualTo(member(3));
  }

  @Test
  void whoeverLeadsNextFindsTheOpenMove() {
    apply(replace("a", members(1, 2, 3), 2, 4));
    Membership before = now();

    cell.takeOver();
    cell.scheduler = OwnerScheduler.restore(cell.scheduler.image());

    assertThat(now()).isEqualTo(before);
    assertThat(apply(done("a", 40))).isEqualTo(DONE);
  }

  @Test
  void whatIsNoMoveIsNoneAnywhere() {
    for (String token : List.of("", "A", "a b", "ä", "a".repeat(65))) {
      assertThatThrownBy(() -> add(token, members(1), 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the token of a move has 1 to 64 lower-case letters, digits or hyphens");
      assertThatThrownBy(() -> done(token, 2)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(add("-0z".repeat(21) + "9", members(1), 2).token()).hasSize(64);
    assertThatThrownBy(() -> add("a", List.of(), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a move is of 1 to 7 members, not 0");
    assertThatThrownBy(() -> add("a", members(1, 2, 3, 4, 5, 6, 7, 8), 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a move is of 1 to 7 members, not 8");
    assertThatThrownBy(() -> add("a", List.of(member(1), member(1, 2)), 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("m1#2 (m1_9874) stands twice among the members, by its node or its Raft peer");
    assertThatThrownBy(
            () -> new Command.Relocate("a", members(1), members(2, 3, 4), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a move adds at most 2 members, not 3");
    assertThatThrownBy(() -> new Command.Relocate("a", members(1), members(2, 2), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> done("a", -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Command.Cleaned(node(1), -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Member(member(1).life(), "", "a:1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the Raft peer of a member has 1 to 255 characters, not 0");
    assertThatThrownBy(() -> new Member(member(1).life(), "a", "a".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the Raft address of a member has 1 to 255 characters, not 256");
  }
}
