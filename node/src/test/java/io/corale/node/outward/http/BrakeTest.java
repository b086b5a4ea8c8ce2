package io.corale.node.outward.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.node.provider.Hold;
import io.corale.wire.Freight;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
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
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A large answer is read where there is room for it, and not before. */
class BrakeTest {
  private static final int MEGABYTE = 1024 * 1024;

  private final Freight freight = new Freight(16 * MEGABYTE, 0);
  private final Hold hold = new Hold(freight, (bytes, task) -> task.run());
  private final Reads reads = new Reads();
  private final Brake brake = new Brake();
  private final EmbeddedChannel channel =
      new EmbeddedChannel(reads, brake, new HttpObjectAggregator(8 * MEGABYTE));

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
    brake.begin(Optional.of(hold));
    channel.writeInbound(chunked(), content(Freight.SMALL_BYTES));
    channel.writeInbound(content(1));
    int before = reads.count;

    channel.writeInbound(content(1));
    channel.writeInbound(content(1));

    assertThat(brake.isWaiting()).isTrue();
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

  private static DefaultHttpResponse chunked() {
    DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    return head;
  }

  private static HttpContent content(int bytes) {
    return new DefaultHttpContent(Unpooled.wrappedBuffer(new byte[bytes]));
  }
}
