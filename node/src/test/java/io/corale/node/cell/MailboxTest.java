package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Would wait for ever for a mailbox that is wrong about itself. */
@Timeout(30)
class MailboxTest {
  private final TurnThreads threads = TurnThreads.start();

  @AfterEach
  void closeThreads() {
    threads.close();
  }

  private static final Mailbox.Owner IDLE =
      new Mailbox.Owner() {
        @Override
        public void wake() {}

        @Override
        public void turn() {}
      };

  @Test
  void isStuckWhileOnePieceOfWorkDoesNotEnd() throws InterruptedException {
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    try (Mailbox mailbox = new Mailbox("test", threads.turns(), threads::ring, IDLE)) {
      mailbox.start();
      mailbox.tell(
          () -> {
            began.countDown();
            await(goOn);
          });
      began.await();

      assertThat(mailbox.isStuck(Duration.ZERO)).isTrue();
      assertThat(mailbox.isStuck(Duration.ofHours(1))).isFalse();

      goOn.countDown();
      while (mailbox.isStuck(Duration.ZERO)) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void isStuckOnceAnErrorHasEndedIt() throws InterruptedException {
    CountDownLatch dies = new CountDownLatch(1);
    Mailbox mailbox = new Mailbox("test", threads.turns(), threads::ring, IDLE);
    mailbox.start();
    mailbox.tell(
        () -> {
          Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> dies.countDown());
          throw new AssertionError("planted");
        });
    dies.await();
    while (!mailbox.isStuck(Duration.ofHours(1))) {
      Thread.onSpinWait(); // The handler runs in the thread that is about to end.
    }

    mailbox.close();

    assertThat(mailbox.isStuck(Duration.ZERO)).as("who was closed is not stuck").isFalse();
  }

  @Test
  void goesOnAfterABug() {
    AtomicInteger turns = new AtomicInteger();
    CountDownLatch ran = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Mailbox.Owner counting =
        new Mailbox.Owner() {
          @Override
          public void wake() {}

          @Override
          public void turn() {
            turns.incrementAndGet();
          }
        };
    try (Mailbox mailbox = new Mailbox("test", threads.turns(), threads::ring, counting)) {
      mailbox.start();
      mailbox.tell(() -> await(goOn));
      mailbox.tell(
          () -> {
            throw new StackOverflowError("planted");
          });
      mailbox.tell(
          () -> {
            assertThat(turns)
                .as("what was asked for before the bug is done with the rest")
                .hasValue(0);
            ran.countDown();
          });
      goOn.countDown();

      await(ran);
    }
    assertThat(turns).hasPositiveValue();
  }

  @Test
  void runsAllThatItTookBeforeItIsClosed() {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger ran = new AtomicInteger();
    Mailbox mailbox = new Mailbox("test", threads.turns(), threads::ring, IDLE);
    mailbox.start();
    mailbox.tell(
        () -> {
          await(goOn);
          mailbox.close();
        });
    for (int i = 0; i < 10; i++) {
      assertThat(
              mailbox.offer(
                  () -> {
                    ran.incrementAndGet();
                    throw new IllegalStateException("planted");
                  }))
          .isTrue();
    }
    goOn.countDown();

    mailbox.close();

    assertThat(ran).hasValue(10);
    assertThat(mailbox.offer(ran::incrementAndGet)).isFalse();
  }

  /** Whoever was told yes waits for an answer. */
  @RepeatedTest(200)
  void runsAllThatItTookWhileItWasClosed() throws InterruptedException {
    AtomicInteger ran = new AtomicInteger();
    AtomicInteger taken = new AtomicInteger();
    CountDownLatch began = new CountDownLatch(1);
    Mailbox mailbox = new Mailbox("test", threads.turns(), threads::ring, IDLE);
    mailbox.start();
    Thread asking =
        new Thread(
            () -> {
              while (mailbox.offer(ran::incrementAndGet)) {
                taken.incrementAndGet();
                began.countDown();
              }
            });
    asking.start();
    began.await();

    mailbox.close();
    asking.join();

    assertThat(ran).hasValue(taken.get());
  }

  @Test
  void hasNoThreadWhileNothingWaits() {
    Queue<Runnable> given = new ArrayDeque<>();
    AtomicInteger ran = new AtomicInteger();
    Mailbox mailbox = new Mailbox("test", given::add, threads::ring, IDLE);
    mailbox.tell(ran::incrementAndGet);
    assertThat(given).as("it has not begun").isEmpty();

    mailbox.start();
    given.remove().run();
    assertThat(ran).hasValue(1);
    assertThat(given).isEmpty();

    mailbox.tell(ran::incrementAndGet);
    assertThat(given).hasSize(1);
  }

  @Test
  void doesAllThatWaitsHoweverMuchItIs() {
    int all = 2_000;
    AtomicInteger ran = new AtomicInteger();
    Mailbox mailbox = new Mailbox("test", Runnable::run, threads::ring, IDLE);
    for (int i = 0; i < all; i++) {
      mailbox.tell(ran::incrementAndGet);
    }

    mailbox.start();

    assertThat(ran).hasValue(all);
  }

  /** A superpeer may ask to be woken with each entry; a bell is set for the earliest time only. */
  @Test
  void setsOneBellAndWakesAtTheTimeThatWasAskedForLast() {
    long hourNanos = Duration.ofHours(1).toNanos();
    List<FutureTask<?>> set = new ArrayList<>();
    AtomicInteger wakes = new AtomicInteger();
    Mailbox.Owner waking =
        new Mailbox.Owner() {
          @Override
          public void wake() {
            wakes.incrementAndGet();
          }

          @Override
          public void turn() {}
        };
    Mailbox mailbox =
        new Mailbox(
            "test",
            Runnable::run,
            (ring, nanos) -> {
              set.add(new FutureTask<>(ring, null));
              return set.get(set.size() - 1);
            },
            waking);
    mailbox.start();

    mailbox.tell(() -> mailbox.wakeAfter(2 * hourNanos));
    mailbox.tell(() -> mailbox.wakeAfter(3 * hourNanos));
    assertThat(set).as("it rings early, and is set again then").hasSize(1);
    mailbox.tell(() -> mailbox.wakeAfter(hourNanos));
    assertThat(set).hasSize(2);
    assertThat(set.get(0)).isCancelled();
    assertThat(wakes).hasValue(0);

    mailbox.tell(
        () -> {
          mailbox.wakeAfter(0);
          mailbox.wakeAfter(hourNanos);
        });
    assertThat(wakes).as("what was asked first is replaced").hasValue(0);
    assertThat(set).as("for the time that is past, and for the one that is not").hasSize(4);

    mailbox.tell(() -> mailbox.wakeAfter(0));
    assertThat(wakes).hasValue(1);
    set.forEach(FutureTask::run);
    assertThat(wakes).as("a bell that was replaced wakes nobody").hasValue(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
