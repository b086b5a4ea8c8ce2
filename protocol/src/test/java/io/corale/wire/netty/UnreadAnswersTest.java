package io.corale.wire.netty;

import static io.corale.wire.netty.Talk.acceptSlow;
import static io.corale.wire.netty.Talk.done;
import static io.corale.wire.netty.Talk.enter;
import static io.corale.wire.netty.Talk.large;
import static io.corale.wire.netty.Talk.say;
import static io.corale.wire.netty.Talk.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.wire.Door;
import io.corale.wire.Exchange;
import io.corale.wire.Freight;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of answers that are read slowly, or not at all. */
class UnreadAnswersTest {
  private static final int MIB = 1024 * 1024;
  private static final int STEP_MILLIS = 500;
  private static final int STALLED_STEPS = (int) DoorLimits.STALLED.toMillis() / STEP_MILLIS;

  private static final int LARGE_STEPS = (int) DoorLimits.LARGE_FRAME.toMillis() / STEP_MILLIS;

  private final Freight given = new Freight(20L * MIB, 9L * MIB);
  private final List<Exchange> exchanges = new ArrayList<>();
  private final SlowChannel channel =
      acceptSlow(
          new Doorway("n1", 10, line -> Runnable::run, exchanges::add, Freight.unbounded(), given));

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

    for (int i = 0; i < 2 * LARGE_STEPS; i++) {
      pass();
    }

    assertThat(channel.isOpen()).isTrue();
    others.release();
  }

  /** However little it is: what waits may hold the room of others. */
  @Test
  void aLargeAnswerWaitsForAReaderAsLongAsItMayBeUnderWay() {
    channel.stopReading();
    answerWithSmallOnes();
    answerWith(1, 8 * MIB);

    for (int i = 0; i < LARGE_STEPS - 1; i++) {
      pass();
    }
    boolean before = channel.isOpen();
    pass();
    pass();

    assertThat(before).isTrue();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void roomThatComesWhileNobodyReadsIsForOthers() {
    Freight.Load others = given.take(15L * MIB).orElseThrow();
    answerWith(1, 8 * MIB);
    channel.stopReading();
    answerWithSmallOnes();

    others.release();
    channel.runPendingTasks();
    long whileNobodyReads = given.reading().usedBytes();
    channel.read(2 * MIB);

    assertThat(whileNobodyReads).isZero();
    assertThat(given.reading().usedBytes()).isGreaterThan(8L * MIB);
  }

  @Test
  void anAnswerWithoutRoomDoesNotPassWhatWasSaidBefore() {
    channel.stopReading();
    answerWithSmallOnes();
    AtomicBoolean isGone = new AtomicBoolean();
    exchanges.get(0).onGone(() -> isGone.set(true));
    exchanges.get(0).more(large(8 * MIB));
    Door.Unknown message = large(8 * MIB).getUnknown();
    for (int i = 1; i < 18; i++) {
      exchanges.get(i).answer(Door.Response.newBuilder().setUnknown(message));
    }

    exchanges.get(0).answer(Door.Response.newBuilder().setUnknown(message));
    channel.runPendingTasks();
    channel.read(2 * MIB); // All that is small, but the first large one is under way only now.
    boolean before = isGone.get();
    for (int i = 0; i < 18; i++) {
      channel.read(8 * MIB + 100);
    }

    assertThat(before).isFalse();
    assertThat(isGone).isTrue();
  }

  @Test
  void aFrameThatFindsNoMemoryEndsTheConnection() {
    channel
        .config()
        .setAllocator(
            new PooledByteBufAllocator() {
              @Override
              public ByteBuf buffer(int initialCapacity) {
                throw new OutOfMemoryError("planted");
              }
            });

    answerWith(1, 8 * MIB);

    assertThat(channel.isOpen()).isFalse();
  }

  /** More than may be pending before the channel takes no large frame. */
  private void answerWithSmallOnes() {
    exchanges.subList(20, 60).forEach(exchange -> exchange.answer(large(30_000)));
    channel.runPendingTasks();
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
