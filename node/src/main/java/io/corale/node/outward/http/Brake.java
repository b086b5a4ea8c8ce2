package io.corale.node.outward.http;

import io.corale.model.Payload;
import io.corale.node.provider.Hold;
import io.corale.wire.Freight;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stops the reading of a response that becomes large until there is room for it; who sends it is
 * held back by the network meanwhile. Confined to its channel's event loop.
 */
final class Brake extends ChannelInboundHandlerAdapter {
  /** What an answer that is no attempt's may have, such as a token. */
  private static final int MAX_PLAIN_BYTES = 1024 * 1024;

  /** Told to the channel where no room was found in time. */
  static final Object NO_ROOM = new Object();

  private final Deque<Object> held = new ArrayDeque<>();
  private Optional<Hold> hold = Optional.empty();
  private long bytes;
  private boolean hasRoom;
  private boolean isWaiting;
  private @Nullable Future<?> patience;

  /** The response that comes next has this hold; one of no attempt has none. */
  void begin(Optional<Hold> fresh) {
    hold = fresh;
    bytes = 0;
    hasRoom = false;
  }

  /** Whether an answer has begun to come that finds no room. */
  boolean isWaiting() {
    return isWaiting;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object part) {
    if (isWaiting) {
      held.add(part); // What was read before the channel stopped.
      return;
    }
    long wanted = wanted(part);
    if (wanted > Freight.SMALL_BYTES && !hasRoom) {
      ask(context, part, wanted);
    } else {
      context.fireChannelRead(part);
    }
  }

  /** What the response takes, as far as this part of it tells. */
  private long wanted(Object part) {
    long announced = 0;
    if (part instanceof HttpResponse response) {
      bytes = 0;
      announced = Math.min(HttpUtil.getContentLength(response, 0L), Payload.MAX_BYTES);
    }
    if (part instanceof HttpContent content) {
      bytes += content.content().readableBytes();
    }
    return Math.max(announced, bytes > Freight.SMALL_BYTES ? Payload.MAX_BYTES : 0);
  }

  private void ask(ChannelHandlerContext context, Object part, long wanted) {
    if (hold.isEmpty()) {
      if (Math.max(bytes, wanted == Payload.MAX_BYTES ? 0 : wanted) > MAX_PLAIN_BYTES) {
        ReferenceCountUtil.release(part);
        throw new TooLongFrameException("more than " + MAX_PLAIN_BYTES + " bytes");
      }
      context.fireChannelRead(part);
      return;
    }
    CompletableFuture<Void> room = hold.get().room(wanted);
    if (room.isDone() && !room.isCompletedExceptionally()) {
      hasRoom = true;
      context.fireChannelRead(part);
      return;
    }
    isWaiting = true;
    held.add(part);
    context.channel().config().setAutoRead(false);
    patience =
        context
            .executor()
            .schedule(
                () -> context.fireUserEventTriggered(NO_ROOM),
                Hold.PATIENCE.toMillis(),
                TimeUnit.MILLISECONDS);
    room.whenComplete((granted, failure) -> goOn(context, failure == null));
  }

  private void goOn(ChannelHandlerContext context, boolean isGranted) {
    try {
      context.executor().execute(() -> release(context, isGranted));
    } catch (RejectedExecutionException e) {
      return; // The event loops have ended, and every channel with them.
    }
  }

  private void release(ChannelHandlerContext context, boolean isGranted) {
    if (!isWaiting) {
      return;
    }
    calm();
    if (!isGranted) {
      context.fireUserEventTriggered(NO_ROOM);
      return;
    }
    isWaiting = false;
    hasRoom = true;
    context.channel().config().setAutoRead(true);
    for (Object part = held.poll(); part != null; part = held.poll()) {
      context.fireChannelRead(part);
    }
    context.fireChannelReadComplete();
  }

  /** Who puts parts together would read on for more of them, whatever the channel is told. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (!isWaiting) {
      context.fireChannelReadComplete();
    }
  }

  private void calm() {
    if (patience != null) {
      patience.cancel(false);
      patience = null;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    letGo();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    letGo();
  }

  private void letGo() {
    calm();
    isWaiting = false;
    for (Object part = held.poll(); part != null; part = held.poll()) {
      ReferenceCountUtil.release(part);
    }
  }
}
