package io.corale.node.outward.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.OwnerId;
import io.corale.node.provider.Hold;
import io.corale.wire.Freight;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A large answer is read where there is room for it, and not before. */
class BrakeTest {
  private static final OwnerId OWNER = new OwnerId("alpha");
  private static final int MEGABYTE = 1024 * 1024;

  private final Freight freight = new Freight(16 * MEGABYTE, 0);
  private final Hold hold = new Hold(freight, OWNER, (bytes, task) -> task.run());
  private final Reads reads = new Reads();
  private final Brake brake = new Brake();
  private final EmbeddedChannel channel =
      new EmbeddedChannel(reads, brake, new HttpObjectAggregator(8 * MEGABYTE), new Events());
  private final List<Object> events = new ArrayList<>();

  /** What the brake tells. */
  private final class Events extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      events.add(event);
    }
  }

  /** Counts how often the socket is asked for more. */
  private static final class Reads extends ChannelOutboundHandlerAdapter {
    private int count;

    @Override
    public void read(ChannelHandlerContext context) {
      count++;
      context.read();
    }
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void readsNoMoreOfAnAnswerOfUnknownLengthUntilThereIsRoom() {
    Freight.Load others = freight.take(16 * MEGABYTE).orElseThrow();
    brake.begin(Optional.of(hold), "POST");
    channel.writeInbound(chunked(), content(Freight.SMALL_BYTES));
    channel.writeInbound(content(1));
    int before = reads.count;

    channel.writeInbound(content(1));
    channel.writeInbound(content(1));

    assertThat(brake.hasWaited()).isTrue();
    assertThat(channel.config().isAutoRead()).isFalse();
    assertThat(reads.count).isEqualTo(before);

    others.release();
    channel.runPendingTasks();
    channel.writeInbound(new DefaultLastHttpContent(Unpooled.wrappedBuffer(new byte[1])));

    assertThat(channel.config().isAutoRead()).isTrue();
    FullHttpResponse whole = channel.readInbound();
    assertThat(whole.content().readableBytes()).isEqualTo(Freight.SMALL_BYTES + 4);
    whole.release();
  }

  @Test
  void saysWhenItHasWaitedTooLong() {
    freight.add(16 * MEGABYTE);
    channel.freezeTime();
    brake.begin(Optional.of(hold), "POST");
    channel.writeInbound(announcing(MEGABYTE));

    pass(Hold.PATIENCE.toSeconds() - 1);
    assertThat(events).isEmpty();
    pass(1);

    assertThat(events).containsExactly(Brake.NO_ROOM);
  }

  /** Others wait for that room. */
  @Test
  void whoHasRoomComesToAnEndSoon() {
    channel.freezeTime();
    brake.begin(Optional.of(hold), "POST");
    channel.writeInbound(announcing(MEGABYTE));
    assertThat(freight.reading().usedBytes()).isEqualTo(MEGABYTE);

    pass(Hold.PATIENCE.toSeconds());
    assertThat(events).containsExactly(Brake.TOO_SLOW);
    channel.writeInbound(new DefaultLastHttpContent());
  }

  @Test
  void whoHasComeToItsEndIsLeftAlone() {
    channel.freezeTime();
    brake.begin(Optional.of(hold), "POST");
    channel.writeInbound(announcing(MEGABYTE), new DefaultLastHttpContent());
    pass(Hold.PATIENCE.toSeconds());
    assertThat(events).isEmpty();
  }

  /** RFC 9110, section 8.6. */
  @Test
  void wantsNoRoomForABodyThatDoesNotCome() {
    freight.add(16 * MEGABYTE);

    brake.begin(Optional.of(hold), "HEAD");
    channel.writeInbound(announcing(MEGABYTE), new DefaultLastHttpContent());
    brake.begin(Optional.of(hold), "GET");
    DefaultHttpResponse unchanged =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_MODIFIED);
    unchanged.headers().set(HttpHeaderNames.CONTENT_LENGTH, MEGABYTE);
    channel.writeInbound(unchanged, new DefaultLastHttpContent());

    assertThat(freight.reading().waiting()).isZero();
    assertThat(channel.inboundMessages()).hasSize(2);
  }

  private void pass(long seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  private static DefaultHttpResponse announcing(int bytes) {
    DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes);
    return head;
  }

  private static DefaultHttpResponse chunked() {
    DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    return head;
  }

  private static HttpContent content(int bytes) {
    return new DefaultHttpContent(Unpooled.wrappedBuffer(new byte[bytes]));
  }
}
