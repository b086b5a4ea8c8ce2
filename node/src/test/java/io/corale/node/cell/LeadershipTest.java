package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.NodeId;
import io.corale.node.cell.Cell.Standing;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rules 9 and 10: who may send, and who may acknowledge, at every moment of a change. */
final class LeadershipTest {
  private static final NodeId SELF = new NodeId("n1");
  private static final NodeId OTHER = new NodeId("n2");

  private final Leadership leadership = new Leadership(SELF);

  @Test
  void servesOnlyAfterItHasTakenOver() {
    leadership.won(5);
    boolean atOnce = leadership.serve(5);
    leadership.takeOver(5);
    boolean ofAnotherTerm = leadership.serve(4);

    assertThat(atOnce).isFalse();
    assertThat(ofAnotherTerm).isFalse();
    assertThat(leadership.standing()).isEqualTo(Standing.TAKING_OVER);
    assertThat(leadership.serve(5)).isTrue();
    assertThat(leadership.standing()).isEqualTo(Standing.SUPERPEER);
  }

  @Test
  void sendsNothingFromTheMomentAtWhichItIsLost() {
    leadership.won(5);
    leadership.takeOver(5);
    leadership.serve(5);

    long over = leadership.lost();

    // The cell's thread does not know yet; the send guard does.
    assertThat(over).isEqualTo(5);
    assertThat(leadership.leads(5)).isFalse();
    assertThat(leadership.serves(5)).isTrue();
  }

  /** Rule 1: else two would claim to lead the new term while the old leader's turn takes long. */
  @Test
  void neverServesTheTermOfAnotherLeader() {
    leadership.won(4);
    leadership.takeOver(4);
    long beforeItServes = leadership.termServed();
    leadership.serve(4);
    long whileItServes = leadership.termServed();

    leadership.lost();
    leadership.heardOf(5);

    assertThat(leadership.standing())
        .as("the cell's thread is behind")
        .isEqualTo(Standing.SUPERPEER);
    assertThat(leadership.term()).isEqualTo(5);
    assertThat(List.of(beforeItServes, whileItServes, leadership.termServed()))
        .containsExactly(0L, 4L, 0L);
  }

  @Test
  void servesATermThatItWonAgainOnlyOnceItHasTakenThatOver() {
    leadership.won(4);
    leadership.takeOver(4);
    leadership.serve(4);
    leadership.lost();
    leadership.won(6);
    long behind = leadership.termServed();
    leadership.giveUp(4);
    leadership.takeOver(6);
    long takingOver = leadership.termServed();
    leadership.serve(6);

    assertThat(List.of(behind, takingOver, leadership.termServed())).containsExactly(0L, 0L, 6L);
  }

  /** Rule 11: a later superpeer has asked for the inventory, whatever Ratis still says here. */
  @Test
  void servesNoTermThatIsFencedOrOfAReplicaThatIsOutOfOrder() {
    leadership.won(4);
    leadership.takeOver(4);
    leadership.serve(4);
    leadership.end(Ailment.closed());
    long outOfOrder = leadership.termServed();
    leadership.fence(5);
    leadership.giveUp(4);
    leadership.revive();

    assertThat(List.of(outOfOrder, leadership.termServed())).containsExactly(0L, 0L);
  }

  @Test
  void givingAnOldTermUpKeepsTheOneThatWasWonMeanwhile() {
    leadership.won(5);
    leadership.takeOver(5);
    leadership.won(6);

    boolean gaveUp = leadership.giveUp(5);

    assertThat(gaveUp).isTrue();
    assertThat(leadership.leads(6)).isTrue();
    assertThat(leadership.standing()).isEqualTo(Standing.FOLLOWER);
  }

  @Test
  void givesUpOnceAndOnlyWhatItHasTaken() {
    leadership.won(5);
    leadership.takeOver(5);

    assertThat(leadership.giveUp(4)).isFalse();
    assertThat(leadership.giveUp(5)).isTrue();
    assertThat(leadership.giveUp(5)).isFalse();
    assertThat(leadership.giveUp(0)).isFalse();
    assertThat(leadership.leads(5)).isFalse();
  }

  @Test
  void neverPointsAtItselfWhenItDoesNotLead() {
    leadership.follows(Optional.of(SELF));
    Optional<NodeId> before = leadership.leader();
    leadership.follows(Optional.of(OTHER));

    assertThat(before).isEmpty();
    assertThat(leadership.leader()).contains(OTHER);
    leadership.won(5);
    assertThat(leadership.leader()).contains(SELF);
  }

  @Test
  void theTermNeverGoesBack() {
    leadership.heardOf(7);
    leadership.heardOf(6);

    assertThat(leadership.term()).isEqualTo(7);
  }

  @Test
  void theGravestAilmentStays() {
    boolean first = leadership.end(Ailment.closed());
    boolean graver = leadership.end(Ailment.logFailed(new IOException("no space")));
    boolean again = leadership.end(Ailment.logFailed(new IOException("no space")));
    boolean lighter = leadership.end(Ailment.closed());

    assertThat(List.of(first, graver, again, lighter)).containsExactly(true, true, false, false);
    assertThat(leadership.standing()).isEqualTo(Standing.QUARANTINED);
    assertThat(leadership.ailment()).map(Ailment::kind).contains(Ailment.Kind.LOG_FAILED);
    assertThat(leadership.isOver()).isTrue();
  }

  @Test
  void oneThatIsRevivedFollowsAndKnowsItsTerm() {
    leadership.won(5);
    leadership.takeOver(5);
    leadership.end(Ailment.closed());
    leadership.lost();
    leadership.giveUp(5);

    leadership.revive();

    assertThat(leadership.standing()).isEqualTo(Standing.FOLLOWER);
    assertThat(leadership.term()).isEqualTo(5);
    leadership.won(6);
    leadership.takeOver(6);
    assertThat(leadership.serve(6)).isTrue();
  }

  /** Or it would send in a term that others have ended. */
  @Test
  void noneIsRevivedThatStillLeads() {
    leadership.won(5);
    leadership.takeOver(5);
    leadership.end(Ailment.closed());

    assertThatThrownBy(leadership::revive).isInstanceOf(IllegalStateException.class);
  }

  /** Rule 11: Ratis may say "won" of a term after this node has said that it is over. */
  @Test
  void aFencedTermIsLedNoMoreWhateverIsSaidOfIt() {
    leadership.won(5);
    leadership.follows(Optional.of(OTHER));

    leadership.fence(6);
    boolean ledAtOnce = leadership.leads(5);
    leadership.won(5);

    assertThat(ledAtOnce).isFalse();
    assertThat(leadership.leads(5)).isFalse();
    assertThat(leadership.leader()).contains(OTHER);
    leadership.won(6);
    assertThat(leadership.leads(6)).isTrue();
  }
}
