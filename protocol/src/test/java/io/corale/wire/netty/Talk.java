package io.corale.wire.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.wire.Common;
import io.corale.wire.Door;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.jspecify.annotations.Nullable;

/** What tests say at a door and hear from it, byte by byte, without a network. */
final class Talk {
  static final Incarnation N2 = new Incarnation(new NodeId("n2"), 1);

  private static final Reception RECEPTION =
      Reception.of(new Incarnation(new NodeId("n1"), 1), "blue", "secret", "0.1");

  private Talk() {}

  /** A connection that node n1 of cluster blue has just accepted; its time stands still. */
  static EmbeddedChannel accept(Doorway doorway) {
    EmbeddedChannel channel =
        new EmbeddedChannel(DoorChannels.accepting(RECEPTION, doorway, each -> {}));
    channel.freezeTime();
    return channel;
  }

  /** Such a connection to somebody who reads only what he is told to. */
  static SlowChannel acceptSlow(Doorway doorway) {
    SlowChannel channel = new SlowChannel(DoorChannels.accepting(RECEPTION, doorway, each -> {}));
    channel.freezeTime();
    return channel;
  }

  static void hello(EmbeddedChannel channel) {
    say(
        channel,
        Door.Frame.newBuilder().setHello(Introduction.ofClient("test", "0.1").hello()).build());
  }

  static void enterAsNode(EmbeddedChannel channel) {
    say(
        channel,
        Door.Frame.newBuilder()
            .setHello(Introduction.ofNode(N2, "blue", "secret", "0.1").hello())
            .build());
    assertThat(heard(channel).hasWelcome()).isTrue();
  }

  static void enter(EmbeddedChannel channel) {
    hello(channel);
    assertThat(heard(channel).hasWelcome()).isTrue();
  }

  static void say(EmbeddedChannel channel, Door.Frame frame) {
    ByteBuf bytes = Unpooled.buffer().writeInt(frame.getSerializedSize());
    channel.writeInbound(bytes.writeBytes(frame.toByteArray()));
  }

  static Door.Frame heard(EmbeddedChannel channel) {
    channel.runPendingTasks(); // Flushes are consolidated.
    @Nullable ByteBuf bytes = channel.readOutbound();
    assertThat(bytes).isNotNull();
    try {
      bytes.readInt();
      return Door.Frame.parseFrom(bytes.nioBuffer());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    } finally {
      bytes.release();
    }
  }

  static Common.Refusal refusal(EmbeddedChannel channel) {
    return heard(channel).getResponse().getRefused();
  }

  static Door.Envelope.Builder envelope(long id, long deadlineMillis) {
    return Door.Envelope.newBuilder().setRequestId(id).setDeadlineMillis(deadlineMillis);
  }

  static Door.Frame status(long id, long deadlineMillis) {
    return request(
        Door.Request.newBuilder()
            .setEnvelope(envelope(id, deadlineMillis))
            .setStatus(Door.Status.newBuilder().setInvocation("i")));
  }

  static Door.Request.Builder deliver(long id) {
    return Door.Request.newBuilder()
        .setEnvelope(envelope(id, 1_000))
        .setDeliver(Door.Deliver.getDefaultInstance());
  }

  static Door.Frame request(Door.Request.Builder request) {
    return Door.Frame.newBuilder().setRequest(request).build();
  }

  /** A submit whose input has so many bytes. */
  static Door.Frame submit(long id, int bytes) {
    return request(
        Door.Request.newBuilder()
            .setEnvelope(envelope(id, 60_000))
            .setSubmit(
                Door.Submit.newBuilder()
                    .setInput(
                        Common.Payload.newBuilder()
                            .setInline(ByteString.copyFrom(new byte[bytes])))));
  }

  /** A response with so many bytes of text. */
  static Door.Response.Builder large(int bytes) {
    return Door.Response.newBuilder()
        .setUnknown(Door.Unknown.newBuilder().setMessage("x".repeat(bytes)));
  }

  static Door.Response.Builder done(long index) {
    return Door.Response.newBuilder().setDone(Door.Done.newBuilder().setIndex(index));
  }
}
