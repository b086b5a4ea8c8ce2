package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.node.cell.Caretaker.Has;
import io.corale.node.cell.Caretaker.Member;
import io.corale.node.cell.Caretaker.Role;
import io.corale.node.cell.Caretaker.Step;
import io.corale.node.cell.Caretaker.What;
import io.corale.node.cell.Caretaker.Word;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rule 6: who is removed and added again, and who never. */
final class CaretakerTest {
  private static final NodeId LOST = new NodeId("n1");

  private final Caretaker caretaker = new Caretaker();

  @Test
  void bringsALostMemberBackStepByStep() {
    assertThat(next(voter("n1", Has.LOST), sound("n2"))).contains(step(What.AWAIT));
    assertThat(next(voter("n1", Has.AWAITED), sound("n2"))).contains(step(What.REMOVE));
    assertThat(next(absent("n1", Has.AWAITED), sound("n2"))).contains(step(What.RETURN));
    assertThat(next(absent("n1", Has.RETURNING), sound("n2"))).contains(step(What.ADD));
    assertThat(next(voter("n1", Has.RETURNING), sound("n2"))).isEmpty();
    assertThat(next(voter("n1", Has.HELD), sound("n2"))).isEmpty();
  }

  @Test
  void believesThatAMemberHasNothingWhenItSaysSoTwiceInOneLife() {
    assertThat(next(says("n1", 7, true, Has.NOTHING), sound("n2"))).isEmpty();
    assertThat(next(says("n1", 8, true, Has.NOTHING), sound("n2"))).isEmpty();
    assertThat(next(says("n1", 8, true, Has.NOTHING), sound("n2"))).contains(step(What.AWAIT));
  }

  @Test
  void leavesOneAloneThatHasNotCreatedItsReplicaYet() {
    Member unborn = says("n1", 1, true, Has.NOTHING);

    assertThat(next(unborn, sound("n2"))).isEmpty();
    assertThat(next(unborn, sound("n2"))).as("it is asked to create it").isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Has.class,
      names = {"NOTHING", "LOST", "HELD", "OTHER"})
  void leavesOneAloneThatAnAdministratorHasRemoved(Has has) {
    assertThat(next(absent("n1", has), sound("n2"))).isEmpty();
    assertThat(next(absent("n1", has), sound("n2"))).isEmpty();
  }

  @Test
  void leavesOneAloneThatGivesNoAnswer() {
    assertThat(next(silent("n1"), sound("n2"))).isEmpty();
    assertThat(next(silent("n1"), sound("n2"))).isEmpty();
  }

  @Test
  void removesNobodyFromTwoNorWithoutACurrentMajority() {
    assertThat(next(voter("n1", Has.AWAITED))).as("a lone one would remain").isEmpty();
    assertThat(next(voter("n1", Has.AWAITED), silent("n2"))).as("nobody to agree").isEmpty();
    assertThat(next(voter("n1", Has.AWAITED), voter("n2", Has.LOST)))
        .as("n2 is told meanwhile, and not removed")
        .contains(new Step(What.AWAIT, new NodeId("n2"), "loss-n2"));
  }

  /** If its node is started again before it knows that it is back, it is empty again. */
  @Test
  void removesNobodyWhileTheOtherOneIsNotBackItself() {
    Word notBack = new Word(Has.RETURNING, life("n2", 1), "", false);
    Member current = new Member(life("n2", 1), Role.STAYS, true, true, Optional.of(notBack));

    assertThat(next(voter("n1", Has.AWAITED), current)).isEmpty();
    assertThat(next(voter("n1", Has.AWAITED), sound("n2"))).contains(step(What.REMOVE));
  }

  /** So it is with the superpeer, which may have been elected in that moment. */
  @Test
  void removesNobodyBeforeTheSuperpeerIsBackItself() {
    List<Member> members = List.of(voter("n1", Has.AWAITED), sound("n2"));

    assertThat(caretaker.next(false, members, Optional.empty())).isEmpty();
    assertThat(caretaker.next(true, members, Optional.empty())).contains(step(What.REMOVE));
  }

  /** Between the look and the deed an administrator may have removed another one. */
  @Test
  void takesNoStepThatFitsNoMore() {
    assertThat(Caretaker.fits(What.REMOVE, Role.STAYS, true, 3)).isTrue();
    assertThat(Caretaker.fits(What.REMOVE, Role.STAYS, true, 2))
        .as("a lone one would remain")
        .isFalse();
    assertThat(Caretaker.fits(What.REMOVE, Role.STAYS, false, 3)).isFalse();
    assertThat(Caretaker.fits(What.AWAIT, Role.STAYS, true, 2)).isTrue();
    assertThat(Caretaker.fits(What.AWAIT, Role.STAYS, false, 2)).isFalse();
    for (What what : List.of(What.RETURN, What.ADD)) {
      assertThat(Caretaker.fits(what, Role.STAYS, false, 2)).isTrue();
      assertThat(Caretaker.fits(what, Role.STAYS, true, 3)).isFalse();
    }
  }

  @Test
  void bringsOneBackBeforeItRemovesTheNext() {
    Member[] members = {
      voter("n1", Has.AWAITED), absent("n2", Has.RETURNING), sound("n3"), sound("n4")
    };

    assertThat(next(members)).contains(new Step(What.ADD, new NodeId("n2"), "loss-n2"));
  }

  /** How long that takes the member says: superpeers come and go. */
  @Test
  void bringsOneBackOnceItIsDue() {
    Word early = new Word(Has.AWAITED, life("n1", 2), "loss-n1", false);
    Member failed = new Member(life("n1", 1), Role.STAYS, false, false, Optional.of(early));

    assertThat(next(failed, sound("n2"))).isEmpty();
    assertThat(next(absent("n1", Has.AWAITED), sound("n2"))).contains(step(What.RETURN));
  }

  private Optional<Step> next(Member... others) {
    return caretaker.next(true, List.of(others), Optional.empty());
  }

  private static Step step(What what) {
    return new Step(what, LOST, "loss-n1");
  }

  private static Member sound(String node) {
    Word held = new Word(Has.HELD, life(node, 1), "", false);
    return new Member(life(node, 1), Role.STAYS, true, true, Optional.of(held));
  }

  private static Member silent(String node) {
    return new Member(life(node, 1), Role.STAYS, true, false, Optional.empty());
  }

  private static Member voter(String node, Has has) {
    return says(node, 2, true, has);
  }

  private static Member absent(String node, Has has) {
    return says(node, 2, false, has);
  }

  private static Member says(String node, long boot, boolean isVoter, Has has) {
    Word word = new Word(has, life(node, boot), "loss-" + node, has == Has.AWAITED);
    return new Member(life(node, 1), Role.STAYS, isVoter, false, Optional.of(word));
  }

  private static Incarnation life(String node, long boot) {
    return new Incarnation(new NodeId(node), boot);
  }
}
