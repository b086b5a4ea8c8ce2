package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Incarnation;
import io.corale.model.Member;
import io.corale.model.NodeId;
import io.corale.node.cell.Caretaker.Change;
import io.corale.node.cell.Caretaker.Role;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Membership;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rule 27: who belongs to a cell is what its log says, and what it was born with before that. */
final class CompanyTest {
  private static final BornMember BORN = Company.born(member("a", 1));
  private static final Membership MOVING =
      new Membership(
          List.of(member("a", 1), member("b", 1)),
          Optional.of(
              new Membership.Move(
                  "move", List.of(member("c", 1)), Optional.of(new NodeId("b")), 7)),
          List.of(
              new Membership.Former(member("c", 1), 5), new Membership.Former(member("d", 1), 6)),
          "");

  @Test
  void membersAreThoseOfTheBirthUntilTheLogSaysMore() {
    Company company = Company.of(Membership.NONE, List.of(BORN));

    assertThat(company.members()).containsExactly(BORN);
    assertThat(company.isOfTheLog()).isFalse();
    assertThat(company.change(new NodeId("a"))).isEmpty();
  }

  @Test
  void theLogSaysWhoStaysAndComesAndGoes() {
    Company company = Company.of(MOVING, List.of(BORN));

    assertThat(company.isOfTheLog()).isTrue();
    assertThat(company.roleOf(new NodeId("a"))).contains(Role.STAYS);
    assertThat(company.roleOf(new NodeId("b"))).contains(Role.GOES);
    assertThat(company.roleOf(new NodeId("c"))).as("it was one before").contains(Role.COMES);
    assertThat(company.roleOf(new NodeId("d"))).contains(Role.GONE);
    assertThat(company.roleOf(new NodeId("e"))).isEmpty();
    assertThat(nodes(company.members())).containsExactly("a", "b");
    assertThat(nodes(company.all())).containsExactly("a", "b", "c");
  }

  @Test
  void theSuperpeerKnowsThatItGoesItself() {
    Company company = Company.of(MOVING, List.of(BORN));

    assertThat(company.change(new NodeId("a")))
        .contains(new Change("move", new NodeId("a"), false));
    assertThat(company.change(new NodeId("b"))).contains(new Change("move", new NodeId("b"), true));
  }

  @Test
  void undoneItIsTheOtherWayRound() {
    Company undoing = Company.of(MOVING, List.of(BORN)).undoing(it -> false);

    assertThat(undoing.roleOf(new NodeId("a"))).contains(Role.STAYS);
    assertThat(undoing.roleOf(new NodeId("b"))).contains(Role.STAYS);
    assertThat(undoing.roleOf(new NodeId("c"))).contains(Role.GOES);
    assertThat(undoing.roleOf(new NodeId("d"))).contains(Role.GONE);
  }

  /** It was removed already, and who came in its place was lost after that. */
  @Test
  void undoneWhoIsOutComesAgain() {
    Company undoing = Company.of(MOVING, List.of(BORN)).undoing(it -> true);

    assertThat(undoing.roleOf(new NodeId("b"))).contains(Role.COMES);
    assertThat(undoing.roleOf(new NodeId("a"))).contains(Role.STAYS);
  }

  /** Rule 4: it and the group always share a member. */
  @Test
  void theRecordNamesAllButWhoIsOutForGood() {
    Company company = Company.of(MOVING, List.of(BORN));

    assertThat(nodes(company.recorded(it -> true))).containsExactly("a", "b", "c");
    assertThat(nodes(company.recorded(it -> false))).containsExactly("a", "c");
  }

  private static List<String> nodes(List<BornMember> members) {
    return members.stream().map(it -> it.incarnation().node().value()).toList();
  }

  private static Member member(String node, long boot) {
    return new Member(new Incarnation(new NodeId(node), boot), node + "_1", node + ":1");
  }
}
