package io.corale.node.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.OwnerId;
import io.corale.wire.Freight;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What an attempt holds is counted, and given back once. */
class HoldTest {
  private static final OwnerId OWNER = new OwnerId("alpha");
  private static final int LARGE = 100_000;

  private final Freight freight = new Freight(250_000, 50_000);
  private final Deque<Runnable> reading = new ArrayDeque<>();
  private final Hold hold = new Hold(freight, OWNER, (bytes, task) -> reading.add(task));

  @Test
  void aFewBytesNeedNoRoom() {
    Freight.Load others = freight.add(1_000_000);

    assertThat(hold.room(Freight.SMALL_BYTES)).isCompleted();

    others.release();
    assertThat(freight.reading().usedBytes()).isZero();
  }

  @Test
  void moreWaitsForRoomAndCountsFromThenOn() {
    Freight.Load others = freight.add(200_000);
    CompletableFuture<Void> room = hold.room(LARGE);
    assertThat(room).isNotDone();

    others.release();

    assertThat(room).isCompleted();
    assertThat(freight.reading().usedBytes()).isEqualTo(LARGE);
  }

  @Test
  void whoAsksForMoreHasThatAndNotBoth() {
    hold.room(LARGE).join();
    hold.room(2 * LARGE).join();

    assertThat(freight.reading().usedBytes()).isEqualTo(2 * LARGE);
  }

  /** ADR 29: nobody waits because another has much to do. */
  @Test
  void theAnswersOfOneOwnerHaveHalf() {
    Hold another = new Hold(freight, OWNER, (bytes, task) -> reading.add(task));
    Hold ofBeta = new Hold(freight, new OwnerId("beta"), (bytes, task) -> reading.add(task));
    hold.room(LARGE).join();

    assertThat(another.room(LARGE)).isNotDone();
    assertThat(ofBeta.room(LARGE)).isCompleted();
  }

  @Test
  void whatIsThereCountsWithOrWithoutRoom() {
    hold.room(2 * LARGE).join();
    hold.settle(LARGE);
    assertThat(freight.reading().usedBytes()).isEqualTo(LARGE);

    Hold other = new Hold(freight, OWNER, (bytes, task) -> reading.add(task));
    CompletableFuture<Void> room = other.room(2 * LARGE);
    other.settle(2 * LARGE);

    assertThat(room).isDone().isCompletedExceptionally();
    assertThat(freight.reading().usedBytes()).isEqualTo(3 * LARGE);
    assertThat(freight.reading().waiting()).isZero();
  }

  @Test
  void afterItsEndItHoldsNothingAndTakesNothing() {
    assertThat(hold.pack(50_000)).isTrue();
    hold.room(LARGE).join();
    hold.release();
    hold.release();

    assertThat(hold.room(LARGE)).isCompletedExceptionally();
    hold.settle(LARGE);

    assertThat(hold.pack(LARGE)).isFalse();
    assertThat(freight.reading().usedBytes()).isZero();
  }

  @Test
  void whoEndsWhileHeWaitsMakesWayForTheNext() {
    Freight.Load others = freight.add(200_000);
    Hold next = new Hold(freight, OWNER, (bytes, task) -> reading.add(task));
    hold.room(2 * LARGE);
    CompletableFuture<Void> room = next.room(50_000);

    hold.release();

    assertThat(room).isCompleted();
    others.release();
  }

  /** The reserve is for answers. */
  @Test
  void whatIsMadeOfArgumentsIsNewWork() {
    assertThat(hold.pack(200_001)).isFalse();
    assertThat(hold.pack(2 * LARGE)).isTrue();
    assertThat(freight.reading().usedBytes()).isEqualTo(2 * LARGE);

    hold.unpack(LARGE);
    assertThat(freight.reading().usedBytes()).isEqualTo(LARGE);

    hold.settle(50_000);
    assertThat(freight.reading().usedBytes()).as("only the answer is left").isEqualTo(50_000);
  }

  @Test
  void aLargeAnswerIsReadElsewhereAndASmallOneAtOnce() {
    CompletableFuture<String> small = new CompletableFuture<>();
    CompletableFuture<String> large = new CompletableFuture<>();

    hold.read(Freight.SMALL_BYTES, () -> small.complete("read"));
    hold.read(LARGE, () -> large.complete("read"));

    assertThat(small).isCompletedWithValue("read");
    assertThat(large).isNotDone();
    assertThat(hold.isBeingRead()).isTrue();

    reading.remove().run();
    assertThat(large).isCompletedWithValue("read");
    assertThat(hold.isBeingRead()).isFalse();
  }
}
