package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.NodeId;
import io.corale.node.cell.Cell.Standing;
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
  void quarantineOutlastsClosing() {
    leadership.end(Standing.CLOSED);
    leadership.end(Standing.QUARANTINED);
    leadership.end(Standing.CLOSED);

    assertThat(leadership.standing()).isEqualTo(Standing.QUARANTINED);
    assertThat(leadership.isOver()).isTrue();
  }
}
