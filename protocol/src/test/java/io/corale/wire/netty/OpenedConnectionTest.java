package io.corale.wire.netty;

import static io.corale.wire.netty.Talk.heard;
import static io.corale.wire.netty.Talk.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.corale.wire.Common;
import io.corale.wire.Door;
import io.corale.wire.Freight;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The opening side of a door, byte by byte. */
class OpenedConnectionTest {
  private final CompletableFuture<Connection> opened = new CompletableFuture<>();
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          DoorChannels.opening(Introduction.ofClient("test", "0.1"), Freight.unbounded(), opened));

  OpenedConnectionTest() {
    channel.freezeTime();
  }

  @AfterEach
  void releaseBuffers() {
    channel.finishAndReleaseAll();
  }

  @Test
  void itIntroducesItselfAndKnowsWhoAnswered() {
    Door.Hello hello = heard(channel).getHello();
    welcome();

    assertThat(hello.getClient()).isEqualTo("test");
    assertThat(hello.getProtocolMax()).isEqualTo(2);
    assertThat(opened.join().welcome().getCluster()).isEqualTo("blue");
  }

  @Test
  void aRefusedHelloFailsWithTheRefusal() {
    say(
        channel,
        Door.Frame.newBuilder()
            .setHelloRefused(
                Door.HelloRefused.newBuilder()
                    .setRefusal(
                        Common.Refusal.newBuilder()
                            .setCode(Common.Refusal.Code.INCOMPATIBLE)
                            .setMessage("you speak protocol 1 to 1, this node speaks 2 to 3")))
            .build());

    assertThatThrownBy(opened::join)
        .hasCauseInstanceOf(ConnectFailedException.class)
        .hasMessageContaining("this node speaks 2 to 3");
  }

  @Test
  void aNodeThatSaysNothingFailsAfterTheHandshakeTime() {
    channel.advanceTimeBy(DoorLimits.HANDSHAKE.toMillis() + 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();

    assertThatThrownBy(opened::join).hasMessageContaining("did not answer within");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void somethingElseThanADoorFails() {
    channel.writeInbound(
        Unpooled.wrappedBuffer(
            "HTTP/1.1 400 Bad Request\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));

    assertThatThrownBy(opened::join).hasMessageContaining("does not speak the door's protocol");
  }

  @Test
  void eachAnswerFindsItsQuestion() {
    Connection connection = connected();
    List<Door.Response> more = new ArrayList<>();
    CompletableFuture<Door.Response> first = connection.ask(status(1_000), more::add);
    CompletableFuture<Door.Response> second = connection.ask(status(1_000));
    channel.runPendingTasks();
    long firstId = heard(channel).getRequest().getEnvelope().getRequestId();
    long secondId = heard(channel).getRequest().getEnvelope().getRequestId();

    answer(secondId, false, 2);
    answer(firstId, true, 1);
    answer(firstId, false, 3);

    assertThat(second.join().getDone().getIndex()).isEqualTo(2);
    assertThat(more).singleElement().matches(r -> r.getDone().getIndex() == 1);
    assertThat(first.join().getDone().getIndex()).isEqualTo(3);
  }

  @Test
  void noAnswerInTimeIsUnknownAndTheOtherSideIsTold() {
    Connection connection = connected();
    CompletableFuture<Door.Response> answer = connection.ask(status(300));
    channel.runPendingTasks();
    long id = heard(channel).getRequest().getEnvelope().getRequestId();

    channel.advanceTimeBy(400, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();

    assertThat(answer.join().getUnknown().getMessage()).contains("did not answer within 300 ms");
    assertThat(heard(channel).getForget().getRequestId()).isEqualTo(id);
  }

  @Test
  void aConnectionLostAfterSendingIsUnknown() {
    Connection connection = connected();
    CompletableFuture<Door.Response> answer = connection.ask(status(1_000));
    channel.runPendingTasks();

    channel.close().syncUninterruptibly();
    channel.runPendingTasks();

    assertThat(answer.join().hasUnknown()).isTrue();
  }

  @Test
  void aConnectionLostBeforeSendingIsADefiniteNo() {
    Connection connection = connected();
    channel.close().syncUninterruptibly();
    channel.runPendingTasks();

    CompletableFuture<Door.Response> answer = connection.ask(status(1_000));
    channel.runPendingTasks();

    assertThat(answer.join().getRefused().getCode()).isEqualTo(Common.Refusal.Code.UNAVAILABLE);
  }

  @Test
  void whoCancelsForgets() {
    Connection connection = connected();
    CompletableFuture<Door.Response> answer = connection.ask(status(1_000));
    channel.runPendingTasks();
    long id = heard(channel).getRequest().getEnvelope().getRequestId();

    answer.cancel(false);
    channel.runPendingTasks();

    assertThat(heard(channel).getForget().getRequestId()).isEqualTo(id);
  }

  @Test
  void aFullConnectionIsADefiniteNo() {
    Connection connection = connected();
    ChannelFill.fill(channel);

    CompletableFuture<Door.Response> answer = connection.ask(status(1_000));
    channel.runPendingTasks();

    assertThat(answer.join().getRefused().getCode()).isEqualTo(Common.Refusal.Code.OVERLOADED);
  }

  @Test
  void aRequestTooLargeForAFrameIsNotSent() {
    Connection connection = connected();

    CompletableFuture<Door.Response> answer =
        connection.ask(
            Door.Request.newBuilder()
                .setEnvelope(Door.Envelope.newBuilder().setDeadlineMillis(1_000))
                .setPublish(
                    Door.Publish.newBuilder()
                        .setSource(ByteString.copyFrom(new byte[DoorLimits.MAX_FRAME_BYTES])))
                .build());
    channel.runPendingTasks();

    assertThat(answer.join().getRefused().getCode()).isEqualTo(Common.Refusal.Code.TOO_LARGE);
    assertThat(channel.outboundMessages()).isEmpty();
  }

  private Connection connected() {
    heard(channel);
    welcome();
    return opened.join();
  }

  private void welcome() {
    say(
        channel,
        Door.Frame.newBuilder()
            .setWelcome(Door.Welcome.newBuilder().setProtocol(1).setCluster("blue"))
            .build());
  }

  private void answer(long id, boolean more, long index) {
    say(
        channel,
        Door.Frame.newBuilder()
            .setResponse(
                Door.Response.newBuilder()
                    .setRequestId(id)
                    .setMore(more)
                    .setDone(Door.Done.newBuilder().setIndex(index)))
            .build());
  }

  private static Door.Request status(long deadlineMillis) {
    return Door.Request.newBuilder()
        .setEnvelope(Door.Envelope.newBuilder().setDeadlineMillis(deadlineMillis))
        .setStatus(Door.Status.newBuilder().setInvocation("i"))
        .build();
  }
}
