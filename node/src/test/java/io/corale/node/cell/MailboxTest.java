package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Would wait for ever for a mailbox that is wrong about itself. */
@Timeout(30)
class MailboxTest {
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
    try (Mailbox mailbox = new Mailbox("test", IDLE)) {
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
  void isStuckOnceItsThreadHasDied() throws InterruptedException {
    CountDownLatch dies = new CountDownLatch(1);
    Mailbox mailbox = new Mailbox("test", IDLE);
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
    try (Mailbox mailbox = new Mailbox("test", counting)) {
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
    Mailbox mailbox = new Mailbox("test", IDLE);
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
    Mailbox mailbox = new Mailbox("test", IDLE);
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

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
