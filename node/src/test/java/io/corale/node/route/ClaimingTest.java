package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.gossip.ClaimView;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.node.cell.StillCell;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClaimingTest {
  private static final Incarnation SELF = new Incarnation(new NodeId("n1"), 3);

  private final StillCell cell = new StillCell(List.of());

  @Test
  void whoLeadsClaimsTheTermThatItServes() {
    assertThat(Claiming.of(SELF, cell)).isEqualTo(new ClaimView(SELF, cell.id(), 1, 1, 0, true));
  }

  /** It believes that it leads for a moment longer, and knows the term that it has lost. */
  @Test
  void whoWasDeposedClaimsNoTermThoughItStillBelievesToLead() {
    cell.depose();

    ClaimView claim = Claiming.of(SELF, cell);

    assertThat(cell.isSuperpeer()).isTrue();
    assertThat(claim.leads()).isFalse();
    assertThat(claim.term()).isZero();
  }
}
