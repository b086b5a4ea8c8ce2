package io.corale.scheduler;

import static io.corale.scheduler.MembershipCell.member;
import static io.corale.scheduler.MembershipCell.members;
import static io.corale.scheduler.MembershipCell.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Member;
import io.corale.model.NodeId;
import io.corale.scheduler.Membership.Former;
import io.corale.scheduler.Membership.Move;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** No state goes on with members that no move can have led to (ADR 41). */
class MembershipInvariantsTest {
  private static final Optional<Move> NO_MOVE = Optional.empty();

  private static List<String> broken(Membership membership) {
    return new MembershipInvariants(membership, 9).broken();
  }

  private static Membership moving(List<Member> add, Optional<NodeId> remove, long since) {
    return new Membership(
        members(1, 2), Optional.of(new Move("b", add, remove, since)), List.of(), "a");
  }

  @Test
  void whatMovesLeadToIsSound() {
    assertThat(broken(Membership.NONE)).isEmpty();
    assertThat(broken(moving(members(3), Optional.of(node(1)), 9))).isEmpty();
    assertThat(broken(new Membership(members(1), NO_MOVE, List.of(new Former(member(2), 1)), "a")))
        .isEmpty();
  }

  @Test
  void findsMembersThatNoMoveHasLedTo() {
    assertThat(broken(new Membership(List.of(), NO_MOVE, List.of(), "a"))).hasSize(1);
    assertThat(broken(new Membership(List.of(member(1), member(1, 2)), NO_MOVE, List.of(), "")))
        .hasSize(1);
    assertThat(broken(new Membership(members(1), NO_MOVE, List.of(new Former(member(2), 1)), "")))
        .hasSize(1);
    assertThat(broken(new Membership(members(1), NO_MOVE, List.of(new Former(member(1), 1)), "a")))
        .hasSize(1);
    Former twice = new Former(member(2), 1);
    assertThat(broken(new Membership(members(1), NO_MOVE, List.of(twice, twice), "a"))).hasSize(1);
  }

  @Test
  void findsMovesThatLeadNowhere() {
    assertThat(broken(moving(List.of(), Optional.empty(), 1))).hasSize(1);
    assertThat(broken(moving(members(2), Optional.empty(), 1))).hasSize(1);
    assertThat(broken(moving(List.of(), Optional.of(node(3)), 1))).hasSize(1);
    assertThat(broken(moving(members(3), Optional.empty(), 10))).hasSize(1);
    assertThat(
            broken(
                new Membership(
                    members(1),
                    Optional.of(new Move("a", List.of(), Optional.of(node(1)), 1)),
                    List.of(),
                    "a")))
        .hasSize(2);
  }
}
