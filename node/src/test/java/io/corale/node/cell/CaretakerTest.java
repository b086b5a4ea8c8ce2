package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.node.cell.Caretaker.Change;
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

/** Rules 6, 27 and 28: who is removed and added, and who never. */
final class CaretakerTest {
  private static final NodeId SELF = new NodeId("n0");
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

  /** Started again before its disk knew that it is back it is empty, and the cell of two stops. */
  @Test
  void addsNobodyWhoReturnsToACellOfOne() {
    assertThat(next(absent("n1", Has.RETURNING))).isEmpty();
    assertThat(next(absent("n1", Has.RETURNING), sound("n2"))).contains(step(What.ADD));
    assertThat(
            caretaker.next(
                false, List.of(absent("n1", Has.RETURNING), sound("n2")), Optional.empty()))
        .as("the superpeer is not back itself")
        .isEmpty();
  }

  @Test
  void bringsInWhoComesStepByStep() {
    for (Has has : List.of(Has.NOTHING, Has.LEFT)) {
      assertThat(move(comes(false, has), sound("n2"))).contains(step(What.ARRIVE));
    }
    assertThat(move(comes(false, Has.ARRIVING), sound("n2"))).contains(step(What.ADD));
    assertThat(move(comes(true, Has.ARRIVING), sound("n2"))).contains(end("n1"));
  }

  /** From a move before, or an attempt at this one that was undone halfway. */
  @ParameterizedTest
  @EnumSource(
      value = Has.class,
      names = {"HELD", "LOST", "AWAITED", "RETURNING"})
  void clearsWhatIsLeftWhereOneComes(Has has) {
    assertThat(move(comes(false, has), sound("n2"))).contains(step(What.LEAVE));
  }

  @Test
  void addsNoneOfTwoBeforeBothAreThere() {
    Member second = as(Role.COMES, absent("n2", Has.NOTHING));

    assertThat(move(comes(false, Has.ARRIVING), second))
        .contains(new Step(What.ARRIVE, new NodeId("n2"), "loss-n2"));
    assertThat(move(comes(false, Has.ARRIVING), as(Role.COMES, silent(false, "n2")))).isEmpty();
    assertThat(move(comes(false, Has.ARRIVING), as(Role.COMES, absent("n2", Has.ARRIVING))))
        .contains(step(What.ADD));
    assertThat(move(comes(true, Has.ARRIVING), as(Role.COMES, absent("n2", Has.ARRIVING))))
        .contains(new Step(What.ADD, new NodeId("n2"), "loss-n2"));
  }

  @Test
  void removesWhoGoesOnceWhoComesIsHeld() {
    Member going = as(Role.GOES, sound("n2"));

    assertThat(move(comes(true, Has.ARRIVING), going, sound("n3"))).isEmpty();
    Member held = as(Role.COMES, sound("n1"));
    assertThat(move(held, going, sound("n3")))
        .contains(new Step(What.REMOVE, new NodeId("n2"), ""));
    assertThat(move(held, as(Role.GOES, absent("n2", Has.HELD)), sound("n3"))).contains(end("n1"));
  }

  /** Of two that are to go again one may be dead, and the other needed until it is removed. */
  @Test
  void removesWhoeverCanBeSpared() {
    Member alive = as(Role.GOES, sound("n1"));
    Member dead = as(Role.GOES, silent("n2"));

    assertThat(move(alive, dead)).contains(new Step(What.REMOVE, new NodeId("n2"), ""));
  }

  @Test
  void makesNoCellOfOneWhileAMemberIsToReturn() {
    Member going = as(Role.GOES, sound("n1"));

    assertThat(move(going, silent(false, "n2"))).isEmpty();
    assertThat(move(going)).contains(new Step(What.REMOVE, LOST, ""));
  }

  @Test
  void handsOverBeforeTheSuperpeerGoesItself() {
    Optional<Change> own = Optional.of(new Change("move", SELF, true));
    Member held = as(Role.COMES, sound("n1"));

    assertThat(caretaker.next(true, List.of(held, sound("n2")), own))
        .contains(new Step(What.HAND_OVER, LOST, ""));
    assertThat(caretaker.next(true, List.of(comes(true, Has.ARRIVING), sound("n2")), own))
        .isEmpty();
  }

  /** Nobody else is left whom the end could be about. */
  @Test
  void endsAMoveThatHasBroughtInTheSuperpeerItself() {
    assertThat(move(sound("n1"), sound("n2"))).contains(end("n0"));
  }

  /** Also where there is nothing: what comes late finds that said. */
  @ParameterizedTest
  @EnumSource(
      value = Has.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"LEFT", "OTHER"})
  void tellsWhoIsGoneToLeave(Has has) {
    assertThat(next(as(Role.GONE, absent("n1", has)), sound("n2"))).contains(step(What.LEAVE));
  }

  @Test
  void forgetsWhoIsGoneOnceItSaysSo() {
    assertThat(next(as(Role.GONE, absent("n1", Has.LEFT)), sound("n2")))
        .contains(step(What.FORGET));
    assertThat(next(as(Role.GONE, silent(false, "n1")), sound("n2"))).isEmpty();
    assertThat(next(as(Role.GONE, voter("n1", Has.LEFT)), sound("n2"))).isEmpty();
  }

  @Test
  void takesNoStepOfAMoveThatFitsNoMore() {
    for (What what : List.of(What.ARRIVE, What.LEAVE, What.FORGET)) {
      assertThat(Caretaker.fits(what, Role.COMES, true, 3)).isFalse();
      assertThat(Caretaker.fits(what, Role.GONE, false, 3)).isTrue();
    }
    assertThat(Caretaker.fits(What.REMOVE, Role.GOES, true, 2)).isTrue();
    assertThat(Caretaker.fits(What.REMOVE, Role.GOES, true, 1)).isFalse();
    assertThat(Caretaker.fits(What.HAND_OVER, Role.STAYS, false, 3)).isFalse();
    assertThat(Caretaker.fits(What.END, Role.COMES, false, 3)).isFalse();
    assertThat(Caretaker.fits(What.END, Role.GOES, true, 3)).isFalse();
    assertThat(Caretaker.fits(What.END, Role.GOES, false, 3)).isTrue();
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

  private Optional<Step> move(Member... others) {
    return caretaker.next(true, List.of(others), Optional.of(new Change("move", SELF, false)));
  }

  private static Step end(String node) {
    return new Step(What.END, new NodeId(node), "move");
  }

  private static Member comes(boolean isVoter, Has has) {
    return as(Role.COMES, says("n1", 2, isVoter, has));
  }

  private static Member as(Role role, Member member) {
    return new Member(member.bornIn(), role, member.isVoter(), member.isCurrent(), member.word());
  }

  private static Step step(What what) {
    return new Step(what, LOST, "loss-n1");
  }

  private static Member sound(String node) {
    Word held = new Word(Has.HELD, life(node, 1), "", false);
    return new Member(life(node, 1), Role.STAYS, true, true, Optional.of(held));
  }

  private static Member silent(String node) {
    return silent(true, node);
  }

  private static Member silent(boolean isVoter, String node) {
    return new Member(life(node, 1), Role.STAYS, isVoter, false, Optional.empty());
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
