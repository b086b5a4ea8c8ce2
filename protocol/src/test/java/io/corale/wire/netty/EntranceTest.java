package io.corale.wire.netty;

import static io.corale.wire.netty.Talk.N2;
import static io.corale.wire.netty.Talk.accept;
import static io.corale.wire.netty.Talk.enter;
import static io.corale.wire.netty.Talk.heard;
import static io.corale.wire.netty.Talk.hello;
import static io.corale.wire.netty.Talk.say;
import static io.corale.wire.netty.Talk.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.wire.Common;
import io.corale.wire.Door;
import io.corale.wire.Exchange;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is let in at a door, and who is cut off. */
class EntranceTest {
  private final List<Exchange> taken = new ArrayList<>();
  private final Doorway doorway = new Doorway("n1", 2, Runnable::run, taken::add);
  private final EmbeddedChannel channel = accept(doorway);

  @AfterEach
  void releaseBuffers() {
    channel.finishAndReleaseAll();
  }

  @Test
  void whoSaysNothingIsCutOffAfterTheHandshakeTime() {
    channel.advanceTimeBy(DoorLimits.HANDSHAKE.toMillis() + 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whoBeginsWithoutHelloIsCutOff() {
    say(channel, status(1, 1_000));

    assertThat(channel.isOpen()).isFalse();
    assertThat(taken).isEmpty();
  }

  @Test
  void garbageIsCutOff() {
    channel.writeInbound(
        Unpooled.wrappedBuffer("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void garbageInsideAFrameIsCutOff() {
    enter(channel);

    channel.writeInbound(Unpooled.buffer().writeInt(3).writeBytes(new byte[] {-1, -1, -1}));

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void anOversizedFrameIsCutOffBeforeItIsRead() {
    enter(channel);

    channel.writeInbound(Unpooled.buffer().writeInt(DoorLimits.MAX_FRAME_BYTES + 1).writeByte(0));

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aRefusedHelloIsAnsweredAndThenCutOff() {
    Door.Hello elsewhere = Introduction.ofNode(N2, "green", "secret", "0.1").hello();

    say(channel, Door.Frame.newBuilder().setHello(elsewhere).build());

    assertThat(heard(channel).getHelloRefused().getRefusal().getMessage()).contains("'blue'");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void connectionsAreBounded() {
    enter(channel);
    EmbeddedChannel second = accept(doorway);
    EmbeddedChannel third = accept(doorway);
    enter(second);

    hello(third);

    assertThat(heard(third).getHelloRefused().getRefusal().getCode())
        .isEqualTo(Common.Refusal.Code.OVERLOADED);
    second.finishAndReleaseAll();
    third.finishAndReleaseAll();
  }
}
