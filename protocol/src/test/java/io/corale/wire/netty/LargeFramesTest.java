package io.corale.wire.netty;

import static io.corale.wire.netty.Talk.accept;
import static io.corale.wire.netty.Talk.done;
import static io.corale.wire.netty.Talk.enter;
import static io.corale.wire.netty.Talk.envelope;
import static io.corale.wire.netty.Talk.heard;
import static io.corale.wire.netty.Talk.large;
import static io.corale.wire.netty.Talk.refusal;
import static io.corale.wire.netty.Talk.say;
import static io.corale.wire.netty.Talk.status;
import static io.corale.wire.netty.Talk.submit;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.wire.Common;
import io.corale.wire.Door;
import io.corale.wire.Exchange;
import io.corale.wire.Freight;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames of more than 32 KiB, at the door. */
class LargeFramesTest {
  private static final int MIB = 1024 * 1024;

  private final Freight taken = new Freight(20L * MIB, 9L * MIB);
  private final Freight given = new Freight(20L * MIB, 9L * MIB);
  private final List<Exchange> exchanges = new ArrayList<>();
  private final Doorway doorway =
      new Doorway("n1", 10, line -> Runnable::run, exchanges::add, taken, given);
  private final EmbeddedChannel channel = accept(doorway);

  @AfterEach
  void releaseBuffers() {
    channel.finishAndReleaseAll();
    assertThat(taken.reading().usedBytes()).isZero();
    assertThat(given.reading().usedBytes()).isZero();
  }

  @Test
  void beforeItsHelloNobodyMaySayMuch() {
    channel.writeInbound(
        Unpooled.buffer().writeInt(DoorLimits.MAX_FIRST_FRAME_BYTES + 1).writeByte(0));

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aHelloOfAllThatMayBeSaidBeforeItIsRead() {
    int beside = hello(60_000).getSerializedSize() - 60_000;

    say(channel, hello(DoorLimits.MAX_FIRST_FRAME_BYTES - beside));

    assertThat(heard(channel).hasWelcome()).isTrue();
  }

  @Test
  void whatIsNotLargeNeedsNoRoom() {
    enter(channel);
    int beside = submit(1, 30_000).getSerializedSize() - 30_000;

    say(channel, submit(1, Freight.SMALL_BYTES - beside));
    long forSmall = taken.reading().usedBytes();
    say(channel, submit(2, Freight.SMALL_BYTES - beside + 1));

    assertThat(forSmall).isZero();
    assertThat(taken.reading().usedBytes()).isEqualTo(Freight.SMALL_BYTES + 1);
  }

  @Test
  void aLargeFrameMayComeByteByByte() {
    enter(channel);
    ByteBuf whole = bytes(submit(1, 40_000));

    while (whole.isReadable()) {
      channel.writeInbound(whole.readRetainedSlice(1));
    }
    whole.release();

    assertThat(exchanges).hasSize(1);
  }

  @Test
  void whoWaitsForMoreAfterAFirstAnswerHoldsNothing() {
    enter(channel);
    say(channel, submit(1, 8 * MIB));

    exchanges
        .get(0)
        .more(Door.Response.newBuilder().setAccepted(Door.Accepted.getDefaultInstance()));

    assertThat(taken.reading().usedBytes()).isZero();
    assertThat(exchanges.get(0).request().hasSubmit()).isFalse();
    assertThat(exchanges.get(0).request().getEnvelope().getRequestId()).isEqualTo(1);
  }

  @Test
  void whatHasNoRoomIsRefusedForNowAndTheNextIsRead() {
    enter(channel);
    say(channel, submit(1, 8 * MIB));

    say(channel, submit(2, 8 * MIB));
    Door.Response second = heard(channel).getResponse();
    say(channel, status(3, 1_000));

    assertThat(second.getRequestId()).isEqualTo(2);
    assertThat(second.getRefused().getCode()).isEqualTo(Common.Refusal.Code.OVERLOADED);
    assertThat(second.getRefused().getRetryAfterMillis()).isPositive();
    assertThat(exchanges).hasSize(2);
    assertThat(taken.reading().refused()).isEqualTo(1);
  }

  @Test
  void aRefusedFrameThatComesInPiecesIsPassedOverAsAWhole() {
    enter(channel);
    say(channel, submit(1, 8 * MIB));
    ByteBuf whole = bytes(submit(2, 3 * MIB));

    while (whole.isReadable()) {
      channel.writeInbound(whole.readRetainedSlice(Math.min(50_000, whole.readableBytes())));
    }
    whole.release();
    say(channel, status(3, 1_000));

    assertThat(refusal(channel).getCode()).isEqualTo(Common.Refusal.Code.OVERLOADED);
    assertThat(exchanges).hasSize(2);
  }

  @Test
  void whatCarriesNoValueOfAnInvocationStaysShort() {
    enter(channel);

    say(
        channel,
        Talk.request(
            Door.Request.newBuilder()
                .setEnvelope(envelope(1, 1_000))
                .setPublish(
                    Door.Publish.newBuilder()
                        .setSource(
                            ByteString.copyFrom(new byte[DoorLimits.MAX_PLAIN_REQUEST_BYTES])))));

    Common.Refusal refusal = refusal(channel);
    assertThat(refusal.getCode()).isEqualTo(Common.Refusal.Code.TOO_LARGE);
    assertThat(refusal.getMessage()).contains("PUBLISH").contains("1048576");
    assertThat(exchanges).isEmpty();
  }

  @Test
  void whoSendsTooSlowlyIsCutOffAndHoldsNothing() {
    enter(channel);
    ByteBuf whole = bytes(submit(1, 8 * MIB));
    channel.writeInbound(whole.readRetainedSlice(100_000));
    long whileSending = taken.reading().usedBytes();

    channel.advanceTimeBy(DoorLimits.LARGE_FRAME.toMillis() + 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    whole.release();

    assertThat(whileSending).isPositive();
    assertThat(channel.isOpen()).isFalse();
    assertThat(taken.reading().usedBytes()).isZero();
  }

  @Test
  void anHonestReaderOfTenLargeAnswersGetsThemAll() {
    enter(channel);
    for (int i = 1; i <= 10; i++) {
      say(channel, status(i, 60_000));
    }
    ChannelFill.fill(channel);

    exchanges.forEach(exchange -> exchange.answer(large(8 * MIB)));
    channel.runPendingTasks();
    boolean isOpen = channel.isOpen();
    ChannelFill.drain(channel);

    assertThat(isOpen).isTrue();
    for (int i = 1; i <= 10; i++) {
      assertThat(heard(channel).getResponse().getRequestId()).isEqualTo(i);
    }
  }

  @Test
  void smallAnswersPassLargeOnesThatWait() {
    enter(channel);
    say(channel, status(1, 60_000));
    say(channel, status(2, 60_000));
    ChannelFill.fill(channel);

    exchanges.get(0).answer(large(8 * MIB));
    exchanges.get(1).answer(done(7));

    assertThat(heard(channel).getResponse().getRequestId()).isEqualTo(2);
    ChannelFill.drain(channel);
    assertThat(heard(channel).getResponse().getRequestId()).isEqualTo(1);
  }

  @Test
  void whoReadsNothingOfMuchIsCutOffAfterAWhile() {
    enter(channel);
    for (int i = 1; i <= 3; i++) {
      say(channel, status(i, 60_000));
    }
    ChannelFill.fill(channel);
    exchanges.forEach(exchange -> exchange.answer(large(8 * MIB)));
    channel.runPendingTasks();

    step(DoorLimits.STALLED.toMillis() - 1_000);
    boolean before = channel.isOpen();
    step(2_000);

    assertThat(before).isTrue();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void moreAnswersThanMayWaitAreNeitherYesNorNo() {
    enter(channel);
    for (int i = 1; i <= 18; i++) {
      say(channel, status(i, 60_000));
    }
    ChannelFill.fill(channel);

    exchanges.forEach(exchange -> exchange.answer(large(8 * MIB)));
    Door.Response response = heard(channel).getResponse();

    assertThat(response.getRequestId()).isEqualTo(18);
    assertThat(response.getUnknown().getMessage()).contains("finds no room");
  }

  @Test
  void answersAreWrittenWhileThereIsRoomForThem() {
    enter(channel);
    say(channel, status(1, 60_000));
    Freight.Load others = given.take(15L * MIB).orElseThrow();

    exchanges.get(0).answer(large(8 * MIB));
    channel.runPendingTasks();
    boolean waits = channel.outboundMessages().isEmpty();
    others.release();

    assertThat(waits).isTrue();
    assertThat(heard(channel).getResponse().getRequestId()).isEqualTo(1);
  }

  @Test
  void aConnectionLostWhileAnswersWaitHoldsNothing() {
    enter(channel);
    say(channel, submit(1, 8 * MIB));
    Freight.Load others = given.take(15L * MIB).orElseThrow();
    exchanges.get(0).answer(large(8 * MIB));
    channel.runPendingTasks();

    channel.close();
    channel.runPendingTasks();
    others.release();

    assertThat(given.reading().usedBytes()).isZero();
    assertThat(given.reading().waiting()).isZero();
    assertThat(taken.reading().usedBytes()).isZero();
  }

  /** It would end its connection, and ask again for ever. */
  @Test
  void anOlderBuildIsToldThatAnAnswerIsTooLarge() {
    Introduction older =
        new Introduction(new ProtocolRange(1, 1), "", Optional.empty(), "old", "0.1", "");
    say(channel, Door.Frame.newBuilder().setHello(older.hello()).build());
    heard(channel);
    say(channel, status(1, 60_000));
    say(channel, status(2, 60_000));

    exchanges.get(0).answer(large(2 * MIB));
    exchanges.get(1).answer(large(MIB / 2));

    assertThat(refusal(channel).getCode()).isEqualTo(Common.Refusal.Code.TOO_LARGE);
    assertThat(heard(channel).getResponse().hasUnknown()).isTrue();
  }

  private void step(long millis) {
    for (long passed = 0; passed < millis; passed += 500) {
      channel.advanceTimeBy(500, TimeUnit.MILLISECONDS);
      channel.runScheduledPendingTasks();
    }
  }

  private static Door.Frame hello(int buildChars) {
    Introduction introduction = Introduction.ofClient("test", "x".repeat(buildChars));
    return Door.Frame.newBuilder().setHello(introduction.hello()).build();
  }

  private static ByteBuf bytes(Door.Frame frame) {
    return Unpooled.buffer().writeInt(frame.getSerializedSize()).writeBytes(frame.toByteArray());
  }
}
