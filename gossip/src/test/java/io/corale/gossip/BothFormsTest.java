package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.sim.Chance;
import io.corale.wire.Common;
import io.corale.wire.Gossips;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class BothFormsTest {
  /** Its callers were told that it is ready, and have begun to ask. */
  @Test
  void anOldNodeThatTurnsUpLaterTakesReadinessFromNobody() throws Exception {
    BothForms forms = forms();
    Output.Ask asked =
        (Output.Ask)
            forms.tick(0).stream().filter(Output.Ask.class::isInstance).findFirst().orElseThrow();
    boolean isSyncedAlone = forms.isSynced(Joining.ALONE_MICROS);
    Gossips.Message nothing = Gossips.Message.newBuilder().setVersion(FirstForm.VERSION).build();

    forms.heard(asked, nothing.toByteString(), Joining.ALONE_MICROS + 1);

    assertThat(isSyncedAlone).isTrue();
    assertThat(forms.isSynced(Joining.ALONE_MICROS + 2)).isTrue();
  }

  /** Else it would get younger by its way each time, among nodes that tell it to each other. */
  @Test
  void whenTheFirstFormWasHeardIsLongerAgoEachTimeItIsToldOn() throws Exception {
    BothForms forms = forms();
    Gossips.Talk question =
        Gossips.Talk.newBuilder()
            .setVersion(GossipCore.VERSION)
            .setCluster("test")
            .setFrom(Common.Incarnation.newBuilder().setNode("n3").setBoot(1))
            .setFirstHeard(7)
            .setSummary(1)
            .build();

    ByteString answer = forms.answer(question.toByteString(), Micros.SECOND);

    assertThat(Gossips.Talk.parseFrom(answer).getFirstHeard()).isEqualTo(8);
  }

  /** As in the second form; a former build puts followers without a term behind all leaders. */
  @Test
  void saysNoTermOfWhatItFollowsInTheFirstFormEither() throws Exception {
    BothForms forms = forms();
    Incarnation self = new Incarnation(new NodeId("n1"), 1);
    CellId led = CellId.home(new OwnerId("acme"));
    CellId followed = CellId.home(new OwnerId("beta"));
    Gossips.Message question =
        Gossips.Message.newBuilder()
            .setVersion(FirstForm.VERSION)
            .addDigests(FirstForm.digest("n3", 1))
            .build();

    forms.claim(
        List.of(new ClaimView(self, led, 1, 7, true), new ClaimView(self, followed, 1, 8, false)),
        10);
    Gossips.Message answer =
        Gossips.Message.parseFrom(forms.answer(question.toByteString(), 1_000));

    Gossips.NodeRecord record = Gossips.NodeRecord.parseFrom(answer.getRecords(0).getContent());
    assertThat(record.getClaimsList()).extracting(Gossips.Claim::getTerm).containsExactly(7L, 0L);
  }

  @Test
  void aSchedulerIsShownWithWhatIsKnownOfItAndHowOldThatIs() throws Exception {
    BothForms forms = forms();
    CellId led = CellId.home(new OwnerId("acme"));
    CellId followed = CellId.home(new OwnerId("beta"));
    ClaimView claim = new ClaimView(new Incarnation(new NodeId("n1"), 1), led, 1, 7, true);
    ClaimView other = new ClaimView(claim.node(), followed, 1, 0, false);

    forms.claim(List.of(claim, other), Micros.SECOND);
    SchedulerView before = forms.scheduler(led, 2 * Micros.SECOND).orElseThrow();
    forms.core().load(Map.of(led, 9L), 10, 3 * Micros.SECOND);

    assertThat(before.pending()).as("not told yet").isEmpty();
    assertThat(forms.scheduler(led, 5 * Micros.SECOND))
        .contains(
            new SchedulerView(
                led,
                Optional.of(claim),
                false,
                OptionalLong.of(4_000),
                Optional.of(Bands.range(Bands.of(9))),
                OptionalLong.of(2_000)));
    assertThat(forms.scheduler(followed, 5 * Micros.SECOND).orElseThrow().leader()).isEmpty();
    assertThat(forms.scheduler(CellId.home(new OwnerId("gamma")), 0)).isEmpty();
  }

  private static BothForms forms() {
    BothForms forms =
        new BothForms(
            GossipSetup.of(
                new Incarnation(new NodeId("n1"), 1),
                List.of(),
                "test",
                List.of("n3:1"),
                new Chance(1).of("forms"),
                (who, standing) -> {},
                true));
    forms.publish(Gossips.NodeRecord.newBuilder().setDoorAddress("n1:1").build(), 0);
    return forms;
  }
}
