package io.corale.wire.netty;

import static io.corale.wire.netty.Talk.acceptSlow;
import static io.corale.wire.netty.Talk.done;
import static io.corale.wire.netty.Talk.enter;
import static io.corale.wire.netty.Talk.large;
import static io.corale.wire.netty.Talk.say;
import static io.corale.wire.netty.Talk.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.wire.Exchange;
import io.corale.wire.Freight;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of answers that are read slowly, or not at all. */
class UnreadAnswersTest {
  private static final int MIB = 1024 * 1024;
  private static final int STEP_MILLIS = 500;
  private static final int STALLED_STEPS = (int) DoorLimits.STALLED.toMillis() / STEP_MILLIS;

  private final Freight given = new Freight(20L * MIB, 9L * MIB);
  private final List<Exchange> exchanges = new ArrayList<>();
  private final SlowChannel channel =
      acceptSlow(new Doorway("n1", 10, Runnable::run, exchanges::add, Freight.unbounded(), given));

  @BeforeEach
  void ask() {
    enter(channel);
    for (int i = 1; i <= 60; i++) {
      say(channel, status(i, 600_000));
    }
  }

  @AfterEach
  void releaseBuffers() {
    channel.finishAndReleaseAll();
    assertThat(given.reading().usedBytes()).isZero();
  }

  @Test
  void whoReadsNothingIsCutOff() {
    channel.stopReading();
    answerWith(3, 8 * MIB);

    for (int i = 0; i < STALLED_STEPS + 3; i++) {
      pass();
    }

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whoReadsALittleNowAndThenIsNot() {
    channel.stopReading();
    answerWith(3, 8 * MIB);

    for (int i = 0; i < 4 * STALLED_STEPS; i++) {
      channel.read(i % 4 == 0 ? 1 : 0);
      pass();
    }

    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void anotherAnswerThatIsNotReadIsNoSignOfReading() {
    channel.stopReading();
    answerWith(3, 8 * MIB);

    for (int i = 0; i < STALLED_STEPS + 3; i++) {
      exchanges.get(10 + i).answer(done(1));
      pass();
    }

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void nobodyIsCutOffForAnswersThatWaitForOurRoom() {
    Freight.Load others = given.take(15L * MIB).orElseThrow();
    answerWith(3, 8 * MIB);

    for (int i = 0; i < 2 * STALLED_STEPS; i++) {
      pass();
    }

    assertThat(channel.isOpen()).isTrue();
    others.release();
  }

  private void answerWith(int howMany, int bytes) {
    exchanges.subList(0, howMany).forEach(exchange -> exchange.answer(large(bytes)));
    channel.runPendingTasks();
  }

  private void pass() {
    channel.advanceTimeBy(STEP_MILLIS, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }
}
