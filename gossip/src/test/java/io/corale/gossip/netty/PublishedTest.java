package io.corale.gossip.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.gossip.BothForms;
import io.corale.gossip.ClaimView;
import io.corale.gossip.GossipSetup;
import io.corale.gossip.NodeView;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.sim.Chance;
import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What readers see at once, and what may wait for a moment. */
final class PublishedTest {
  private static final Incarnation SELF = new Incarnation(new NodeId("n1"), 1);

  private final BothForms forms =
      new BothForms(
          GossipSetup.of(
              SELF,
              List.of(),
              "test",
              List.of(),
              new Chance(1).of("published"),
              (who, standing) -> {},
              true));
  private final Published published = new Published();

  PublishedTest() {
    forms.publish(record(false), 0);
    published.refresh(forms, 1_000_000);
  }

  private static Gossips.NodeRecord record(boolean isLeaving) {
    return Gossips.NodeRecord.newBuilder().setDoorAddress("n1:1").setLeaving(isLeaving).build();
  }

  private static ClaimView leads(String owner) {
    return new ClaimView(SELF, CellId.home(new OwnerId(owner)), 1, 1, true);
  }

  private void claim(String... owners) {
    List<ClaimView> claims = new ArrayList<>();
    for (String owner : owners) {
      claims.add(leads(owner));
    }
    forms.claim(claims, 0);
  }

  /** Among a thousand nodes claims change all the time, and counting them takes milliseconds. */
  @Test
  void aClaimIsSeenAtOnceAndInTheCountsOfNodesHalfASecondLaterAtMost() {
    claim("acme");
    published.refresh(forms, 1_400_000);
    int early = published.nodes().get(0).cellsLed();
    Optional<ClaimView> claim = published.claims(leads("acme").cell()).stream().findFirst();
    published.refresh(forms, 1_500_000);

    assertThat(claim).contains(leads("acme"));
    assertThat(early).isZero();
    assertThat(published.nodes().get(0).cellsLed()).isEqualTo(1);
  }

  @Test
  void whoLeavesIsSeenToAtOnce() {
    forms.publish(record(true), 0);
    published.refresh(forms, 1_000_001);

    assertThat(published.nodes().get(0).state()).isEqualTo(NodeView.State.LEAVING);
  }

  @Test
  void cellsComeByTheirOrderAndAreGoneWithTheirLastClaim() {
    claim("delta", "acme", "beta");
    published.refresh(forms, 2_000_000);
    List<CellId> two = published.cells(Optional.empty(), 2);
    List<CellId> rest = published.cells(Optional.of(two.get(1)), 2);
    claim("delta");
    published.refresh(forms, 3_000_000);

    assertThat(two).containsExactly(leads("acme").cell(), leads("beta").cell());
    assertThat(rest).containsExactly(leads("delta").cell());
    assertThat(published.cells(Optional.empty(), 5)).containsExactly(leads("delta").cell());
    assertThat(published.claims(leads("acme").cell())).isEmpty();
  }
}
