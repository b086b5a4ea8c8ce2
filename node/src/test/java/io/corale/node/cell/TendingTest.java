package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.node.cell.CellFile.State;
import io.corale.node.cell.Tending.Done;
import io.corale.wire.Door;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rules 3, 6 and 28: no word from afar, late or not, empties a replica that counts. */
final class TendingTest {
  private static final Incarnation SELF = new Incarnation(new NodeId("n1"), 5);

  @Test
  void whatIsLostOrWasNeverHereIsAwaited() {
    Optional<CellFile> lost = Optional.of(file(1).lost("second"));

    assertThat(wish(lost, Door.TendReplica.Wish.AWAIT, "second")).isEqualTo(Done.AWAITS);
    assertThat(wish(lost, Door.TendReplica.Wish.AWAIT, "first")).isEqualTo(Done.LOOKED);
    assertThat(wish(Optional.empty(), Door.TendReplica.Wish.AWAIT, "")).isEqualTo(Done.AWAITS);
  }

  @Test
  void whatIsAwaitedReturnsByTheNameOfItsLoss() {
    Optional<CellFile> awaited = Optional.of(file(1).awaited("second"));

    assertThat(wish(awaited, Door.TendReplica.Wish.RETURN, "second")).isEqualTo(Done.RETURNS);
    assertThat(wish(awaited, Door.TendReplica.Wish.RETURN, "first"))
        .as("a word that was under way when it was lost again")
        .isEqualTo(Done.LOOKED);
    assertThat(wish(awaited, Door.TendReplica.Wish.RETURN, "")).isEqualTo(Done.LOOKED);
  }

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"HELD", "RETURNING", "ARRIVING"})
  void whatMayCountStaysWhateverIsWished(State state) {
    for (Door.TendReplica.Wish wish :
        List.of(
            Door.TendReplica.Wish.AWAIT,
            Door.TendReplica.Wish.RETURN,
            Door.TendReplica.Wish.ARRIVE)) {
      assertThat(wish(held(state), wish, "")).isEqualTo(Done.LOOKED);
    }
  }

  @Test
  void whatIsLostDoesNotReturnBeforeItIsAwaited() {
    assertThat(wish(held(State.LOST), Door.TendReplica.Wish.RETURN, "")).isEqualTo(Done.LOOKED);
    assertThat(wish(Optional.empty(), Door.TendReplica.Wish.RETURN, "")).isEqualTo(Done.LOOKED);
  }

  @Test
  void whoIsNewCreatesAnEmptyReplicaWhereNothingIs() {
    assertThat(at(Optional.empty(), Door.TendReplica.Wish.ARRIVE, 9)).isEqualTo(Done.ARRIVES);
    assertThat(at(held(State.LOST), Door.TendReplica.Wish.ARRIVE, 9)).isEqualTo(Done.LOOKED);
    assertThat(at(held(State.AWAITED), Door.TendReplica.Wish.ARRIVE, 9)).isEqualTo(Done.LOOKED);
  }

  /** What was said before it left is late. */
  @ParameterizedTest
  @EnumSource(
      value = Door.TendReplica.Wish.class,
      names = {"AWAIT", "ARRIVE"})
  void whatHasLeftComesAgainByALaterWordOnly(Door.TendReplica.Wish wish) {
    assertThat(at(held(State.LEFT), wish, 6)).isEqualTo(Done.LOOKED);
    assertThat(at(held(State.LEFT), wish, 8)).isNotEqualTo(Done.LOOKED);
  }

  /** What came after that configuration is another one, which counts. */
  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"RETURNING", "ARRIVING"})
  void whatCameAfterThatConfigurationDoesNotLeave(State state) {
    for (Optional<CellFile> each : List.of(held(state), held(state).map(CellFile::held))) {
      assertThat(at(each, Door.TendReplica.Wish.LEAVE, 6)).isEqualTo(Done.LOOKED);
      assertThat(at(each, Door.TendReplica.Wish.LEAVE, 7)).isEqualTo(Done.LOOKED);
      assertThat(at(each, Door.TendReplica.Wish.LEAVE, 8)).isEqualTo(Done.LEAVES);
    }
  }

  /** What is left of it goes when it is looked at. */
  @Test
  void whatHasLeftLeavesNotAgainByTheSameWord() {
    assertThat(at(held(State.LEFT), Door.TendReplica.Wish.LEAVE, 7)).isEqualTo(Done.LOOKED);
    assertThat(at(held(State.LEFT), Door.TendReplica.Wish.LEAVE, 8)).isEqualTo(Done.LEAVES);
  }

  /** So that no earlier word, which may still come, creates one. */
  @Test
  void whoHasNothingRemembersThatItHasLeft() {
    assertThat(at(Optional.empty(), Door.TendReplica.Wish.LEAVE, 7)).isEqualTo(Done.LEAVES);
  }

  @Test
  void aReplicaOfAnotherBirthStaysUnlessThatWasGivenUp() {
    CellFile later = file(2);

    assertThat(Tending.of(held(State.HELD), later, request(Door.TendReplica.Wish.AWAIT, "")))
        .isEqualTo(Done.AWAITS);
    assertThat(Tending.report(held(State.HELD), false, later, SELF).getState())
        .isEqualTo(Door.ReplicaReport.State.NONE);
    Optional<CellFile> open = held(State.HELD).map(CellFile::opened);
    assertThat(Tending.of(open, later, request(Door.TendReplica.Wish.AWAIT, "")))
        .isEqualTo(Done.LOOKED);
    assertThat(Tending.report(open, false, later, SELF).getState())
        .isEqualTo(Door.ReplicaReport.State.OTHER);
  }

  @Test
  void tellsTheLossOfWhatIsAwaitedAndWhoSaysSo() {
    Door.ReplicaReport report =
        Tending.report(Optional.of(file(1).awaited("second")), true, file(1), SELF);

    assertThat(report.getState()).isEqualTo(Door.ReplicaReport.State.AWAITED);
    assertThat(report.getToken()).isEqualTo("second");
    assertThat(report.getDue()).isTrue();
    assertThat(report.getIncarnation().getBoot()).isEqualTo(5);
  }

  private static Done wish(Optional<CellFile> held, Door.TendReplica.Wish wish, String token) {
    return Tending.of(held, file(1), request(wish, token));
  }

  private static Done at(Optional<CellFile> held, Door.TendReplica.Wish wish, long index) {
    Door.TendReplica request =
        Door.TendReplica.newBuilder().setWish(wish).setConfiguration(index).build();
    return Tending.of(held, file(1), request);
  }

  private static Door.TendReplica request(Door.TendReplica.Wish wish, String token) {
    return Door.TendReplica.newBuilder().setWish(wish).setToken(token).build();
  }

  private static Optional<CellFile> held(State state) {
    return Optional.of(
        switch (state) {
          case HELD -> file(1);
          case LOST -> file(1).lost("");
          case AWAITED -> file(1).awaited("");
          case RETURNING -> file(1).returning(7);
          case ARRIVING -> file(1).arriving(7);
          case LEFT -> file(1).left(7);
        });
  }

  private static CellFile file(long epoch) {
    CellId cell = CellId.home(new OwnerId("acme"));
    return new CellFile(cell, epoch, "nonce-" + epoch, List.of(), false);
  }
}
