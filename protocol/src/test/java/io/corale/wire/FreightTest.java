package io.corale.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FreightTest {
  private final Freight freight = new Freight(100, 30);

  @Test
  void newWorkLeavesTheReserveToWhatEndsWork() {
    var unused = freight.takeForNewWork(70).orElseThrow();

    assertThat(freight.takeForNewWork(1)).isEmpty();
    assertThat(freight.take(30)).isPresent();
    assertThat(freight.take(1)).isEmpty();
    assertThat(freight.reading()).isEqualTo(new Freight.Reading(100, 100, 0, 2));
  }

  @Test
  void whatIsGivenBackTwiceIsGivenBackOnce() {
    Freight.Load load = freight.take(60).orElseThrow();
    var unused = freight.take(20).orElseThrow();

    load.release();
    load.release();

    assertThat(freight.reading().usedBytes()).isEqualTo(20);
  }

  @Test
  void aLoadBecomesSmallerAndNeverLarger() {
    Freight.Load load = freight.take(60).orElseThrow();

    load.shrinkTo(10);
    load.shrinkTo(50);

    assertThat(freight.reading().usedBytes()).isEqualTo(10);
  }

  @Test
  void whoWaitsIsServedInTheOrderOfComing() {
    Freight.Load first = freight.take(100).orElseThrow();
    CompletableFuture<Freight.Load> large = freight.await(80);
    CompletableFuture<Freight.Load> small = freight.await(30);

    first.shrinkTo(50);
    boolean waitsBehind = !small.isDone();
    first.release();

    assertThat(waitsBehind).isTrue();
    assertThat(large).isCompleted();
    assertThat(small).isNotDone();
    large.join().release();
    assertThat(small).isCompleted();
  }

  @Test
  void nobodyPassesThoseWhoWait() {
    var unused = freight.take(60).orElseThrow();
    var waits = freight.await(80);

    assertThat(freight.take(1)).isEmpty();
    assertThat(waits).isNotDone();
  }

  /** ADR 29: nobody waits because another has much to do. */
  @Test
  void oneOfManyHasHalfOfIt() {
    Freight.Load first = freight.await(40, "alpha").join();
    CompletableFuture<Freight.Load> second = freight.await(20, "alpha");
    CompletableFuture<Freight.Load> others = freight.await(30, "beta");

    assertThat(second).isNotDone();
    assertThat(others).isCompleted();
    assertThat(freight.take(10)).as("he waits in nobody's way").isPresent();

    first.shrinkTo(30);
    assertThat(second).isCompleted();
    assertThat(freight.reading().usedBytes()).isEqualTo(90);
  }

  @Test
  void whoHasNothingMayHaveMoreThanHalf() {
    Freight.Load all = freight.await(80, "alpha").join();
    CompletableFuture<Freight.Load> next = freight.await(80, "alpha");
    assertThat(next).isNotDone();

    all.release();

    assertThat(next).isCompleted();
  }

  @Test
  void whatIsThereAlreadyCountsToAShareAsWell() {
    Freight.Load there = freight.add(50, "alpha");
    CompletableFuture<Freight.Load> next = freight.await(10, "alpha");
    assertThat(next).isNotDone();

    there.release();

    assertThat(next).isCompleted();
  }

  @Test
  void whoWaitsNoMoreIsInNobodysWay() {
    var unused = freight.take(60).orElseThrow();
    CompletableFuture<Freight.Load> large = freight.await(80);
    CompletableFuture<Freight.Load> small = freight.await(30);

    large.cancel(false);

    assertThat(small).isCompleted();
    assertThat(freight.reading().usedBytes()).isEqualTo(90);
    assertThat(freight.reading().refused()).as("he has found no room").isEqualTo(1);
  }

  @Test
  void whatIsLargerThanAllThereIsComesWhenItIsAlone() {
    Freight.Load first = freight.take(1).orElseThrow();
    CompletableFuture<Freight.Load> huge = freight.await(1_000);
    boolean waits = !huge.isDone();

    first.release();

    assertThat(waits).isTrue();
    assertThat(huge).isCompleted();
  }

  @Test
  void whatIsThereAlreadyCountsWithoutBeingAsked() {
    Freight.Load more = freight.add(150);

    assertThat(freight.take(1)).isEmpty();
    more.release();
    assertThat(freight.take(1)).isPresent();
  }

  /** The one test with threads of its own: what it looks for is between two locks. */
  @Test
  void noMoreIsGrantedThanThereIsWhoeverGivesBackAtOnce() throws Exception {
    AtomicLong most = new AtomicLong();
    Consumer<Freight.Load> hold =
        load -> {
          most.accumulateAndGet(freight.reading().usedBytes(), Math::max);
          load.release();
        };
    ExecutorService threads = Executors.newFixedThreadPool(4);

    List<Callable<Void>> work =
        Collections.nCopies(
            4,
            () -> {
              for (int i = 0; i < 20_000; i++) {
                hold.accept(freight.await(60).get());
                freight.take(60).ifPresent(hold);
              }
              return null;
            });
    for (Future<Void> each : threads.invokeAll(work)) {
      each.get();
    }
    threads.shutdown();

    assertThat(most).hasValue(60);
    assertThat(freight.reading().usedBytes()).isZero();
  }

  @Test
  void aReserveOfAllIsNone() {
    assertThatThrownBy(() -> new Freight(10, 10)).hasMessageContaining("cannot reserve 10");
  }
}
