package io.corale.node.place;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Incarnation;
import io.corale.model.Member;
import io.corale.model.NodeId;
import io.corale.node.place.Replication.Plan;
import io.corale.node.place.Replication.Seat;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How many members a cell gets, where, and when one is given up. */
final class ReplicationTest {
  private static final Duration GRACE = Duration.ofMinutes(5);
  private static final Member A = member("a", "h1");
  private static final Member B = member("b", "h2");
  private static final Member C = member("c", "h3");
  private static final Member D = member("d", "h4");

  @Test
  void aCellOfOneGetsTwoMoreAtOnceOrNone() {
    assertThat(added(next(List.of(heard(A)), A, B, C, D))).containsExactly(B, C);
    assertThat(next(List.of(heard(A)), A, B)).as("of two, both are needed").isEmpty();
  }

  @Test
  void aCellOfTwoGetsOneMore() {
    assertThat(added(next(List.of(heard(A), heard(B)), A, B, C, D))).containsExactly(C);
    assertThat(next(List.of(heard(A), heard(B)), A, B)).isEmpty();
  }

  @Test
  void aCellOfThreeThatAreHeardStaysAsItIs() {
    assertThat(next(List.of(heard(A), heard(B), heard(C)), A, B, C, D)).isEmpty();
  }

  /** Whoever is added counts for the majority from then on, and there is none to spare. */
  @Test
  void nobodyIsAddedWhileAMemberIsSilent() {
    assertThat(next(List.of(heard(A), silent(B, Duration.ofMillis(1))), A, C, D)).isEmpty();
    assertThat(next(List.of(heard(A), silent(B, GRACE.multipliedBy(9))), A, C, D)).isEmpty();
  }

  /** Were another one added first, three of four would have to agree. */
  @Test
  void aMemberThatIsSilentForTheGraceTimeIsRemovedAndThenAnotherAdded() {
    Plan plan = next(List.of(heard(A), heard(B), silent(C, GRACE)), A, B, D).orElseThrow();

    assertThat(plan.remove()).contains(C.node());
    assertThat(plan.add()).isEmpty();
    assertThat(plan.why()).isEqualTo("has not heard of c for 300 s");
    assertThat(added(next(List.of(heard(A), heard(B)), A, B, D))).containsExactly(D);
  }

  @Test
  void aMemberStaysThatMayOnlyBeStartedAgain() {
    assertThat(next(List.of(heard(A), heard(B), silent(C, GRACE.minusMillis(1))), A, B, D))
        .isEmpty();
  }

  /** That it comes back is more likely than that another node is there soon. */
  @Test
  void aMemberStaysThatNobodyCanReplace() {
    assertThat(next(List.of(heard(A), heard(B), silent(C, GRACE)), A, B)).isEmpty();
    assertThat(next(List.of(heard(A), heard(B), silent(C, GRACE)), A, B, C))
        .as("by itself")
        .isEmpty();
  }

  /** There is no majority that could agree to it. */
  @Test
  void nothingIsDoneWhileTwoAreSilent() {
    assertThat(next(List.of(heard(A), silent(B, GRACE), silent(C, GRACE)), A, D)).isEmpty();
  }

  @Test
  void membersAreRatherOnDifferentHosts() {
    Member besideA = member("e", "h1");
    Member besideB = member("f", "h2");

    assertThat(added(next(List.of(heard(A)), besideA, B, besideB, C))).containsExactly(B, C);
    assertThat(added(next(List.of(heard(A)), besideA, B, besideB)))
        .as("where there are not enough hosts, the best node")
        .containsExactly(B, besideA);
  }

  /** A node that was started anew with another name of its peer, or the other way round. */
  @Test
  void noNodeAndNoPeerIsAMemberTwice() {
    Member again = new Member(new Incarnation(B.node(), 7), "b_7", "h9:7");
    Member samePeer = new Member(new Incarnation(new NodeId("z"), 1), B.raftPeer(), "h9:1");

    assertThat(next(List.of(heard(A), heard(B)), again, samePeer)).isEmpty();
  }

  private static Optional<Plan> next(List<Seat> seats, Member... candidates) {
    return Replication.next(seats, List.of(candidates), 3, GRACE);
  }

  private static List<Member> added(Optional<Plan> plan) {
    return plan.map(Plan::add).orElse(List.of());
  }

  private static Seat heard(Member member) {
    return new Seat(member, Duration.ZERO);
  }

  private static Seat silent(Member member, Duration since) {
    return new Seat(member, since);
  }

  private static Member member(String node, String host) {
    return new Member(new Incarnation(new NodeId(node), 1), node + "_1", host + ":1");
  }
}
