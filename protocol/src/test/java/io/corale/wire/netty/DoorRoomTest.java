package io.corale.wire.netty;

import static io.corale.wire.netty.Talk.acceptSlow;
import static io.corale.wire.netty.Talk.done;
import static io.corale.wire.netty.Talk.enter;
import static io.corale.wire.netty.Talk.enterAsNode;
import static io.corale.wire.netty.Talk.envelope;
import static io.corale.wire.netty.Talk.refusal;
import static io.corale.wire.netty.Talk.request;
import static io.corale.wire.netty.Talk.say;
import static io.corale.wire.netty.Talk.submit;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.corale.wire.Common;
import io.corale.wire.Door;
import io.corale.wire.Exchange;
import io.corale.wire.Freight;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may hold the room for large requests, and for how long. */
class DoorRoomTest {
  private static final int MIB = 1024 * 1024;

  private final Freight taken = new Freight(20L * MIB, 9L * MIB);
  private final Freight given = new Freight(20L * MIB, 9L * MIB);
  private final List<Exchange> exchanges = new ArrayList<>();
  private final Doorway doorway =
      new Doorway("n1", 10, line -> Runnable::run, exchanges::add, taken, given);
  private final SlowChannel channel = acceptSlow(doorway);

  @AfterEach
  void releaseBuffers() {
    channel.finishAndReleaseAll();
    assertThat(taken.reading().usedBytes()).isZero();
    assertThat(given.reading().usedBytes()).isZero();
  }

  @Test
  void aRequestHoldsItsRoomUntilItIsAnsweredAndNotUntilTheAnswerIsRead() {
    enter(channel);
    channel.stopReading();

    say(channel, submit(1, 8 * MIB));
    long whileOpen = taken.reading().usedBytes();
    exchanges.get(0).answer(done(1));

    assertThat(whileOpen).isGreaterThanOrEqualTo(8L * MIB);
    assertThat(taken.reading().usedBytes()).isZero();
  }

  /** In Protobuf the last of two alternatives counts. */
  @Test
  void whatBeginsAsARequestAndIsNoneHoldsNothing() {
    enter(channel);

    sayInOne(
        submit(1, 1),
        unknownField(3 * MIB),
        Door.Frame.newBuilder().setForget(Door.Forget.newBuilder().setRequestId(1)).build());

    assertThat(exchanges).isEmpty();
    assertThat(taken.reading().usedBytes()).isZero();
  }

  @Test
  void outcomesThatANodeDeliversComeInWhereNewWorkIsRefused() {
    enterAsNode(channel);
    say(channel, submit(1, 8 * MIB));

    say(channel, request(deliver(2, 8 * MIB)));

    assertThat(exchanges).hasSize(2);
    channel.close();
  }

  @Test
  void nodesHearOfEachOtherWhereNewWorkIsRefused() {
    enterAsNode(channel);
    say(channel, submit(1, 8 * MIB));
    Freight.Load rest = taken.takeForNewWork(2L * MIB + 900_000).orElseThrow();

    say(
        channel,
        request(
            Door.Request.newBuilder()
                .setEnvelope(envelope(2, 1_000))
                .setGossip(Door.Gossip.getDefaultInstance())
                .setUnknownFields(unknown(200_000))));

    assertThat(exchanges).hasSize(2);
    rest.release();
    channel.close();
  }

  @Test
  void clientsFindNoReserveWhateverTheySayItIs() {
    enter(channel);
    Freight.Load newWork = taken.takeForNewWork(11L * MIB).orElseThrow();

    say(channel, request(deliver(1, 900_000)));
    Common.Refusal refused = refusal(channel);
    say(channel, request(deliver(2, 8 * MIB)));

    assertThat(refused.getCode()).isEqualTo(Common.Refusal.Code.OVERLOADED);
    assertThat(refusal(channel).getCode()).isEqualTo(Common.Refusal.Code.TOO_LARGE);
    newWork.release();
  }

  /** A megabyte of it would be tens of megabytes of objects. */
  @Test
  void littleMayStandBesideTheValueThatMakesARequestLarge() {
    enter(channel);
    Door.Frame.Builder frame = submit(1, 2 * MIB).toBuilder();
    for (int i = 0; i < 10_000; i++) {
      frame.getRequestBuilder().getSubmitBuilder().putLabels("k" + i, "");
    }

    say(channel, frame.build());
    Common.Refusal refused = refusal(channel);
    say(channel, submit(2, 2 * MIB));

    assertThat(refused.getCode()).isEqualTo(Common.Refusal.Code.TOO_LARGE);
    assertThat(refused.getMessage()).contains("SUBMIT has at most 65536 bytes beside its value");
    assertThat(exchanges).hasSize(1);
    exchanges.get(0).answer(done(1));
  }

  /** What a call is given in the place of what it had may be as large as that. */
  @Test
  void littleMayStandBesideOtherInputAsWell() {
    enter(channel);
    Door.Frame large = retry(1, 2 * MIB, "i");

    say(channel, large);
    say(channel, retry(2, 2 * MIB, "i".repeat(100_000)));

    assertThat(exchanges).hasSize(1);
    assertThat(refusal(channel).getMessage())
        .contains("RESOLVE_INCIDENT has at most 65536 bytes beside its value");
    exchanges.get(0).answer(done(1));
  }

  private static Door.Frame retry(long id, int bytes, String invocation) {
    return request(
        Door.Request.newBuilder()
            .setEnvelope(envelope(id, 60_000))
            .setResolveIncident(
                Door.ResolveIncident.newBuilder()
                    .setInvocation(invocation)
                    .setRetry(
                        Door.ResolveIncident.Retry.newBuilder()
                            .setArguments(
                                Common.Payload.newBuilder()
                                    .setInline(ByteString.copyFrom(new byte[bytes]))))));
  }

  @Test
  void whatBeginsAsASubmitAndIsOfAnotherKindStaysShort() {
    enter(channel);

    sayInOne(
        submit(1, 1),
        request(
            Door.Request.newBuilder()
                .setPublish(
                    Door.Publish.newBuilder().setSource(ByteString.copyFrom(new byte[2 * MIB])))));

    assertThat(refusal(channel).getCode()).isEqualTo(Common.Refusal.Code.TOO_LARGE);
    assertThat(exchanges).isEmpty();
  }

  @Test
  void anOutcomeOfTheLargestSizeIsRead() {
    enterAsNode(channel);
    Door.Frame frame = request(deliver(1, 1));
    int most = DoorLimits.MAX_FRAME_BYTES - frame.getSerializedSize() - 9;

    say(channel, request(deliver(1, most)));

    assertThat(exchanges).hasSize(1);
    exchanges.get(0).answer(done(1));
  }

  @Test
  void whatIsNoProtobufAtAllHoldsNothing() {
    enter(channel);
    byte[] frame = submit(1, 2 * MIB).toByteArray();
    frame[frame.length - 2 * MIB - 3] = -1;

    channel.writeInbound(Unpooled.buffer().writeInt(frame.length).writeBytes(frame));

    assertThat(channel.isOpen()).isFalse();
    assertThat(taken.reading().usedBytes()).isZero();
  }

  /** A frame of 8 MiB and the first byte of one more, of which no other comes. */
  @Test
  void theMemoryOfALargeFrameIsGivenBackThoughTheNextHasBegun() {
    UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);
    channel.config().setAllocator(memory);
    enter(channel);
    byte[] frame = submit(1, 8 * MIB).toByteArray();
    ByteBuf all = Unpooled.buffer().writeInt(frame.length).writeBytes(frame).writeByte(0);

    while (all.isReadable()) {
      int next = Math.min(50_000, all.readableBytes());
      channel.writeInbound(memory.directBuffer(next).writeBytes(all, next));
    }
    all.release();

    assertThat(exchanges).hasSize(1);
    assertThat(memory.metric().usedDirectMemory()).isLessThan(100_000);
    exchanges.get(0).answer(done(1));
  }

  private static Door.Request.Builder deliver(long id, int bytes) {
    return Door.Request.newBuilder()
        .setEnvelope(envelope(id, 1_000))
        .setDeliver(Door.Deliver.newBuilder().setSettle(ByteString.copyFrom(new byte[bytes])));
  }

  private static Door.Frame unknownField(int bytes) {
    return Door.Frame.newBuilder().setUnknownFields(unknown(bytes)).build();
  }

  private static UnknownFieldSet unknown(int bytes) {
    return UnknownFieldSet.newBuilder()
        .addField(
            900,
            UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFrom(new byte[bytes]))
                .build())
        .build();
  }

  /** One after the other they are one message that has the fields of all. */
  private void sayInOne(Door.Frame... frames) {
    ByteString all = ByteString.EMPTY;
    for (Door.Frame frame : frames) {
      all = all.concat(frame.toByteString());
    }
    channel.writeInbound(Unpooled.buffer().writeInt(all.size()).writeBytes(all.toByteArray()));
  }
}
