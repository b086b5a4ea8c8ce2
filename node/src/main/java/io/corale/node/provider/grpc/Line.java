package io.corale.node.provider.grpc;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;

/**
 * What is to be known of a connection: whether its far side has shown that it speaks HTTP/2, and
 * whether it takes another message. Confined to the connection's event loop.
 */
final class Line extends ChannelInboundHandlerAdapter {
  private static final AttributeKey<Line> KEY = AttributeKey.valueOf(Line.class, "line");

  private final Promise<Channel> greeted;
  private int lastStream = Integer.MAX_VALUE;
  private boolean isBusy;

  private Line(Promise<Channel> greeted) {
    this.greeted = greeted;
  }

  /** Of a connection that is being made. */
  static Line install(Channel channel, Promise<Channel> greeted) {
    Line line = new Line(greeted);
    channel.attr(KEY).set(line);
    return line;
  }

  static Line of(Channel channel) {
    return channel.attr(KEY).get();
  }

  /** Completes when the far side has greeted us, or will not. */
  Future<Channel> greeted() {
    return greeted;
  }

  void refuse(Channel channel, Throwable cause) {
    greeted.tryFailure(cause);
    channel.close();
  }

  /** Whether the far side takes no message any more. */
  boolean isLeaving() {
    return lastStream != Integer.MAX_VALUE;
  }

  /** Whether the far side has said that it never looked at this stream. */
  boolean hasPassedOver(int stream) {
    return stream > lastStream;
  }

  void occupy(boolean occupied) {
    isBusy = occupied;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object frame) {
    if (frame instanceof Http2SettingsFrame) {
      greeted.trySuccess(context.channel());
    } else if (frame instanceof Http2GoAwayFrame leaving) {
      lastStream = Math.min(lastStream - 1, leaving.lastStreamId());
      if (!isBusy) {
        context.close();
      }
    }
    ReferenceCountUtil.release(frame);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    greeted.tryFailure(new IOException("it was closed before it spoke HTTP/2"));
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    greeted.tryFailure(cause);
    context.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent && !isBusy) {
      context.close();
    }
  }
}
