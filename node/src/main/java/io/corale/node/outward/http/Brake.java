package io.corale.node.outward.http;

import io.corale.model.Payload;
import io.corale.node.provider.Hold;
import io.corale.wire.Freight;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
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
 * held back by the network meanwhile, and may not take his time any more afterwards. Confined to
 * its channel's event loop.
 */
final class Brake extends ChannelInboundHandlerAdapter {
  /** What an answer that is no attempt's may have, such as a token. */
  static final int MAX_PLAIN_BYTES = 1024 * 1024;

  /** Told to the channel where no room was found in time. */
  static final Object NO_ROOM = new Object();

  /** Told to the channel where an answer has room, and does not come to its end. */
  static final Object TOO_SLOW = new Object();

  private final Deque<Object> held = new ArrayDeque<>();
  private Optional<Hold> hold = Optional.empty();
  private long bytes;
  private boolean isHead;
  private boolean hasRoom;
  private boolean isWaiting;
  private boolean hasWaited;
  private @Nullable Future<?> patience;

  /**
   * The response that comes next has this hold; one of no attempt has none.
   *
   * @param method of the request
   */
  void begin(Optional<Hold> fresh, String method) {
    hold = fresh;
    isHead = method.equals("HEAD");
    bytes = 0;
    hasRoom = false;
    hasWaited = false;
  }

  /** Whether the answer that comes has had to wait for room: how long it may take is told here. */
  boolean hasWaited() {
    return hasWaited;
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
      pass(context, part);
    }
  }

  private void pass(ChannelHandlerContext context, Object part) {
    if (part instanceof LastHttpContent) {
      calm();
    }
    context.fireChannelRead(part);
  }

  /** What the response takes, as far as this part of it tells. */
  private long wanted(Object part) {
    long announced = 0;
    if (part instanceof HttpResponse response) {
      bytes = 0;
      announced =
          hasBody(response)
              ? Math.min(HttpUtil.getContentLength(response, 0L), Payload.MAX_BYTES)
              : 0;
    }
    if (part instanceof HttpContent content) {
      bytes += content.content().readableBytes();
    }
    return Math.max(announced, bytes > Freight.SMALL_BYTES ? Payload.MAX_BYTES : 0);
  }

  /** Some tell the length of a body that does not come (RFC 9110, section 8.6). */
  private boolean hasBody(HttpResponse response) {
    return !isHead && !response.status().equals(HttpResponseStatus.NOT_MODIFIED);
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
      granted(context);
      pass(context, part);
      return;
    }
    isWaiting = true;
    hasWaited = true;
    held.add(part);
    context.channel().config().setAutoRead(false);
    tellLater(context, NO_ROOM);
    room.whenComplete((granted, failure) -> goOn(context, failure == null));
  }

  /** Others wait for this room, so that the rest must come soon. */
  private void granted(ChannelHandlerContext context) {
    hasRoom = true;
    tellLater(context, TOO_SLOW);
  }

  private void tellLater(ChannelHandlerContext context, Object event) {
    patience =
        context
            .executor()
            .schedule(
                () -> context.fireUserEventTriggered(event),
                Hold.PATIENCE.toMillis(),
                TimeUnit.MILLISECONDS);
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
    granted(context);
    context.channel().config().setAutoRead(true);
    for (Object part = held.poll(); part != null; part = held.poll()) {
      pass(context, part);
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
