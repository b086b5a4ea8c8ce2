package io.corale.wire.netty;

import io.corale.model.Refusal;
import io.corale.wire.Door;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the requests of one accepted connection into exchanges, and their answers into frames.
 *
 * <p>Back-pressure: while the other side does not read its answers, its requests are not read.
 * Confined to the channel's event loop, but for {@link #send}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write closes the channel: channelInactive.
final class ServingHandler extends SimpleChannelInboundHandler<Door.Frame> {
  private static final Logger log = LoggerFactory.getLogger(ServingHandler.class);

  private static final Duration SHED = Duration.ofMillis(200);

  /** Requests with these numbers and above are spoken between nodes only. */
  private static final int FIRST_OF_NODES = Door.Request.ADD_REPLICA_FIELD_NUMBER;

  private final Guest guest;
  private final Doorway doorway;
  private final LongObjectMap<OpenExchange> open = new LongObjectHashMap<>();
  private final Sweep sweep = new Sweep();
  private @Nullable ChannelHandlerContext context;

  ServingHandler(Guest guest, Doorway doorway) {
    super(Door.Frame.class);
    this.guest = guest;
    this.doorway = doorway;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Door.Frame frame) {
    switch (frame.getBodyCase()) {
      case REQUEST -> receive(ctx, frame.getRequest());
      case FORGET -> {
        OpenExchange exchange = open.remove(frame.getForget().getRequestId());
        if (exchange != null) {
          exchange.forget();
        }
      }
      default -> {
        log.info("{}: closed, it sent {} where a request belongs", guest, frame.getBodyCase());
        ctx.close();
      }
    }
  }

  private void receive(ChannelHandlerContext ctx, Door.Request request) {
    long id = request.getEnvelope().getRequestId();
    if (open.containsKey(id)) {
      log.info("{}: closed, it used request id {} twice", guest, id);
      ctx.close();
      return;
    }
    Optional<Refusal> refusal = refuse(request);
    long millis =
        Math.min(request.getEnvelope().getDeadlineMillis(), DoorLimits.MAX_DEADLINE.toMillis());
    long dueNanos = ctx.executor().ticker().nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    OpenExchange exchange = new OpenExchange(request, guest.isNode(), dueNanos, this);
    open.put(id, exchange);
    if (refusal.isPresent()) {
      exchange.answer(Doorway.refused(refusal.get()));
      return;
    }
    sweep.start(ctx.executor(), () -> sweep(ctx));
    doorway.serve(exchange);
  }

  private Optional<Refusal> refuse(Door.Request request) {
    Door.Envelope envelope = request.getEnvelope();
    if (envelope.getDeadlineMillis() <= 0) {
      return Optional.of(
          Refusal.of(
              Refusal.Code.INVALID,
              "envelope.deadline_millis must say how long you wait: expected 1 to "
                  + DoorLimits.MAX_DEADLINE.toMillis()));
    }
    if (request.getWhatCase() == Door.Request.WhatCase.WHAT_NOT_SET) {
      return Optional.of(
          Refusal.of(
              Refusal.Code.UNSUPPORTED,
              "request of a kind unknown to protocol " + guest.protocol()));
    }
    if (!guest.isNode() && request.getWhatCase().getNumber() >= FIRST_OF_NODES) {
      return Optional.of(
          Refusal.of(
              Refusal.Code.FORBIDDEN, request.getWhatCase() + " is spoken between nodes only"));
    }
    if (!guest.isNode() && envelope.hasCaller()) {
      return Optional.of(
          Refusal.of(
              Refusal.Code.UNAUTHENTICATED,
              "envelope.caller is vouched for by nodes only: show a credential"));
    }
    if (open.size() >= guest.maxOpen()) {
      return Optional.of(
          Refusal.later(
              Refusal.Code.OVERLOADED,
              "this connection has "
                  + open.size()
                  + " requests open, at most "
                  + guest.maxOpen()
                  + " are held",
              SHED));
    }
    return Optional.empty();
  }

  /** May be called from any thread. */
  void send(OpenExchange exchange, Door.Response response) {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      return;
    }
    if (ctx.executor().inEventLoop()) {
      write(ctx, exchange, response);
      return;
    }
    try {
      ctx.executor().execute(() -> write(ctx, exchange, response));
    } catch (RejectedExecutionException e) {
      exchange.gone(); // The event loops have ended, and every connection with them.
    }
  }

  private void write(ChannelHandlerContext ctx, OpenExchange exchange, Door.Response response) {
    if (open.get(exchange.id()) != exchange) {
      return; // Forgotten meanwhile.
    }
    Door.Frame frame = Door.Frame.newBuilder().setResponse(response).build();
    if (response.getMore()) {
      ctx.writeAndFlush(frame, ctx.voidPromise());
    } else {
      open.remove(exchange.id());
      ctx.writeAndFlush(frame).addListener(left -> exchange.gone());
    }
    if (unread(ctx.channel()) > DoorLimits.MAX_UNREAD_BYTES) {
      log.info("{}: closed, it left {} bytes unread", guest, unread(ctx.channel()));
      ctx.close();
    }
  }

  private static long unread(Channel channel) {
    return channel.isWritable() ? 0 : channel.bytesBeforeWritable() + DoorLimits.LOW_WATER_BYTES;
  }

  /** Whoever asked has stopped waiting at its deadline; what we hold for it may go. */
  private void sweep(ChannelHandlerContext ctx) {
    long now = ctx.executor().ticker().nanoTime();
    List<OpenExchange> due = new ArrayList<>(0);
    for (OpenExchange exchange : open.values()) {
      if (exchange.isDue(now)) {
        due.add(exchange);
      }
    }
    for (OpenExchange exchange : due) {
      open.remove(exchange.id());
      exchange.forget();
    }
    if (open.isEmpty()) {
      sweep.stop();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    ctx.channel().config().setAutoRead(ctx.channel().isWritable());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent && open.isEmpty()) {
      ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    sweep.stop();
    List<OpenExchange> left = List.copyOf(open.values());
    open.clear();
    left.forEach(OpenExchange::forget);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.info("{}: closed: {}", guest, cause.getMessage());
    ctx.close();
  }
}
