package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
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

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
