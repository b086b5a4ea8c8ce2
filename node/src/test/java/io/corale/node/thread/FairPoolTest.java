package io.corale.node.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** In virtual time: a thread is what this test calls, a task is how far it moves the clock. */
class FairPoolTest {
  private static final int CAPACITY = 1_000;
  private static final long SEED = Long.getLong("seed", 7);

  private final Queue<Runnable> threads = new ArrayDeque<>();
  private final List<String> served = new ArrayList<>();
  private final Map<String, Long> took = new LinkedHashMap<>();
  private final List<String> waits = new ArrayList<>();
  private long nowNanos;

  private final FairPool<String> pool =
      new FairPool<>(
          threads::add,
          () -> {},
          CAPACITY,
          () -> nowNanos,
          (owner, nanos) -> waits.add(owner + " " + nanos));

  private void add(String owner, long nanos) {
    pool.of(owner)
        .execute(
            () -> {
              served.add(owner);
              took.merge(owner, nanos, Long::sum);
              nowNanos += nanos;
            });
  }

  private void add(String owner, int count, long nanos) {
    for (int i = 0; i < count; i++) {
      add(owner, nanos);
    }
  }

  private void serve(int tasks) {
    for (int i = 0; i < tasks; i++) {
      threads.remove().run();
    }
  }

  private long had(String owner) {
    return took.getOrDefault(owner, 0L);
  }

  @Test
  void whoComesToAFloodWaitsForOneTask() {
    add("flood", 400, 10);
    serve(100);
    served.clear();

    add("late", 10);
    serve(2);

    assertThat(served).contains("late");
  }

  @Test
  void longTasksCountForMoreThanShortOnes() {
    add("long", 100, 50);
    add("short", 400, 10);

    serve(120);

    assertThat(Math.abs(had("long") - had("short"))).isLessThanOrEqualTo(60);
  }

  @Test
  void oneOwnerAloneHasAllOfIt() {
    add("alone", 500, 10);

    serve(500);

    assertThat(took).containsEntry("alone", 5_000L);
    assertThat(pool.size()).isZero();
  }

  @Test
  void nobodySavesUpTurnsByBeingIdle() {
    add("busy", 300, 10);
    add("saver", 10);
    serve(200);
    served.clear();

    add("saver", 100, 10);
    serve(100);

    assertThat(served.stream().filter("saver"::equals)).hasSizeBetween(49, 51);
  }

  @Test
  void whoLeavesAndComesBackHasHadItsTurn() {
    add("busy", 400, 10);
    add("greedy", 1_000);
    serve(2);
    served.clear();

    // Its line is empty now; what it had is not forgotten for that.
    add("greedy", 1_000);
    serve(50);

    assertThat(served).doesNotContain("greedy");
  }

  @Test
  void aLineLeavesHalfOfTheRoomToOthers() {
    add("flood", CAPACITY / 2, 10);

    assertThatThrownBy(() -> add("flood", 10))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("of flood");
    add("other", CAPACITY / 2, 10);
    assertThatThrownBy(() -> add("third", 10)).isInstanceOf(RejectedExecutionException.class);

    serve(CAPACITY);
    assertThat(pool.size()).isZero();
  }

  /** The process stood still meanwhile; nobody owes that. */
  @Test
  void aPauseIsNobodysDebt() {
    long hour = 3_600_000_000_000L;
    add("unlucky", hour);
    add("busy", 400, 10_000_000);
    serve(1);
    add("unlucky", 10);

    serve(150);

    assertThat(served.stream().filter("unlucky"::equals)).hasSize(2);
  }

  @Test
  void saysHowLongATaskOfAnOwnerWaitedForAThread() {
    add("first", 30);
    add("second", 10);

    serve(2);

    assertThat(waits).containsExactly("first 0", "second 30");
  }

  @Test
  void aRefusingThreadLeavesNothingBehind() {
    FairPool<String> closed =
        new FairPool<>(
            task -> {
              throw new RejectedExecutionException("closed");
            },
            () -> {},
            CAPACITY,
            () -> nowNanos,
            (owner, nanos) -> {});

    assertThatThrownBy(() -> closed.of("a").execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    assertThat(closed.size()).isZero();
  }

  @Test
  void aTaskThatThrowsEndsItsTurn() {
    pool.of("wild")
        .execute(
            () -> {
              throw new IllegalStateException("planted");
            });
    add("next", 10);

    assertThatThrownBy(() -> serve(1)).hasMessage("planted");
    serve(1);

    assertThat(served).containsExactly("next");
    assertThat(pool.size()).isZero();
  }

  /** Goyal, Vin and Cheng, theorem 1: two with work are apart by a longest task of each at most. */
  @Test
  void whoAlwaysHasWorkGetsAnEqualShareWhateverOthersDo() {
    RandomGenerator chance = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    add("a", 200, 30);
    add("b", 300, 20);
    for (int round = 0; round < 200; round++) {
      String sometimes = "s" + chance.nextInt(5);
      if (chance.nextInt(3) == 0) {
        add(sometimes, 1 + chance.nextInt(40));
      }
      serve(1);
      assertThat(Math.abs(had("a") - had("b")))
          .as("seed %d, round %d", SEED, round)
          .isLessThanOrEqualTo(50);
    }
  }
}
