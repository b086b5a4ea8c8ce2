package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.node.registry.BornMember;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rules 2 and 3: which replicas a node creates when it is asked to. */
final class AdmissionTest {
  private static final Incarnation SELF = new Incarnation(new NodeId("n1"), 3);

  @Test
  void createsWhatItIsAskedForInThisLife() {
    assertThat(Admission.of(Optional.empty(), file(1, "a", 3), SELF)).isEqualTo(Admission.NEW);
  }

  @Test
  void refusesWhatItWasAskedForInAnotherLife() {
    assertThat(Admission.of(Optional.empty(), file(1, "a", 2), SELF)).isEqualTo(Admission.REFUSED);
  }

  @Test
  void holdsWhatItCreatedInAFormerLife() {
    assertThat(Admission.of(Optional.of(file(1, "a", 2)), file(1, "a", 2), SELF))
        .isEqualTo(Admission.HELD);
  }

  @Test
  void givesAnEarlierBirthUpForALaterOne() {
    assertThat(Admission.of(Optional.of(file(1, "a", 3)), file(2, "b", 3), SELF))
        .isEqualTo(Admission.REPLACES);
  }

  @Test
  void neverGivesUpWhatWasOpen() {
    assertThat(Admission.of(Optional.of(file(1, "a", 3).opened()), file(2, "b", 3), SELF))
        .isEqualTo(Admission.REFUSED);
  }

  @Test
  void refusesAnEarlierBirthAndAnotherOneOfTheSameEpoch() {
    assertThat(Admission.of(Optional.of(file(2, "b", 3)), file(1, "a", 3), SELF))
        .isEqualTo(Admission.REFUSED);
    assertThat(Admission.of(Optional.of(file(2, "b", 3)), file(2, "c", 3), SELF))
        .isEqualTo(Admission.REFUSED);
  }

  private static CellFile file(long epoch, String nonce, long boot) {
    BornMember self = new BornMember(new Incarnation(SELF.node(), boot), "h_1", "h:1", "h:2");
    return new CellFile(CellId.home(new OwnerId("acme")), epoch, nonce, List.of(self), false);
  }
}
