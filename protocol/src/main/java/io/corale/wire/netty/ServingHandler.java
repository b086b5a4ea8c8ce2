package io.corale.wire.netty;

import io.corale.model.Refusal;
import io.corale.wire.Common;
import io.corale.wire.Door;
import io.corale.wire.Freight;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import io.netty.util.concurrent.Future;
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
 * <p>Back-pressure: while the other side does not read its answers, its requests are not read, and
 * large answers wait here. Who leaves much unread and reads nothing for a while is cut off. A
 * client that is refused for want of room again and again is read more slowly. Confined to the
 * channel's event loop, but for {@link #send}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write closes the channel: channelInactive.
final class ServingHandler extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(ServingHandler.class);

  private static final Duration SHED = Duration.ofMillis(200);

  /** How often it is looked, in the time in which a reader is to read something. */
  private static final int LOOKS = 5;

  private final Guest guest;
  private final Doorway doorway;
  private final LongObjectMap<OpenExchange> open = new LongObjectHashMap<>();
  private final LargeFrames large;
  private final UnreadBytes unread = new UnreadBytes();
  private final RefusedReading reading;
  private final Sweep sweep = new Sweep();
  private @Nullable Future<?> nextLook;
  private @Nullable ChannelHandlerContext context;

  ServingHandler(Guest guest, Doorway doorway) {
    this.guest = guest;
    this.doorway = doorway;
    this.large = new LargeFrames(doorway.given(), DoorLimits.MAX_ANSWERS_WAITING_BYTES);
    this.reading = new RefusedReading(doorway.refusals());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    if (read instanceof FrameDecoder.Laden laden) {
      if (!laden.frame().hasRequest()) {
        laden.load().release(); // Nothing will be answered that could give it back.
      }
      read(ctx, laden.frame(), Optional.of(laden.load()));
    } else if (read instanceof FrameDecoder.TurnedAway away) {
      turnAway(ctx, away);
    } else {
      read(ctx, (Door.Frame) read, Optional.empty());
    }
  }

  private void read(ChannelHandlerContext ctx, Door.Frame frame, Optional<Freight.Load> load) {
    switch (frame.getBodyCase()) {
      case REQUEST -> receive(ctx, frame.getRequest(), load);
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

  private void turnAway(ChannelHandlerContext ctx, FrameDecoder.TurnedAway away) {
    Door.Response response =
        doorway.turnedAway(away).setRequestId(away.heading().requestId()).build();
    Door.Frame frame = Door.Frame.newBuilder().setResponse(response).build();
    if (isWantOfRoom(response)) {
      reading.refused(ctx, () -> readIfWanted(ctx));
    }
    ctx.writeAndFlush(frame, ctx.voidPromise());
    look(ctx);
  }

  private void receive(
      ChannelHandlerContext ctx, Door.Request request, Optional<Freight.Load> load) {
    long id = request.getEnvelope().getRequestId();
    if (open.containsKey(id)) {
      load.ifPresent(Freight.Load::release);
      log.info("{}: closed, it used request id {} twice", guest, id);
      ctx.close();
      return;
    }
    long takenNanos = ctx.executor().ticker().nanoTime();
    Optional<Refusal> refusal = refuse(request);
    long millis =
        Math.min(request.getEnvelope().getDeadlineMillis(), DoorLimits.MAX_DEADLINE.toMillis());
    long dueNanos = takenNanos + TimeUnit.MILLISECONDS.toNanos(millis);
    OpenExchange exchange = new OpenExchange(request, guest, takenNanos, dueNanos, this);
    load.ifPresent(exchange::holds);
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
    if (!guest.isNode() && DoorLimits.isOfNodes(request.getWhatCase())) {
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
              "connection: it has "
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
    boolean isLast = !response.getMore();
    if (isLast) {
      open.remove(exchange.id());
    }
    if (isWantOfRoom(response)) {
      reading.refused(ctx, () -> readIfWanted(ctx));
    }
    if (LargeFrames.isLarge(frame) || exchange.hasWaiting()) {
      queue(ctx, exchange, frame, isLast);
    } else {
      writeNow(ctx, exchange, frame, isLast);
    }
    look(ctx);
  }

  /** A node asks for many, each of whom its own door reads more slowly. */
  private boolean isWantOfRoom(Door.Response response) {
    return response.getRefused().getCode() == Common.Refusal.Code.OVERLOADED && !guest.isNode();
  }

  private void readIfWanted(ChannelHandlerContext ctx) {
    ctx.channel().config().setAutoRead(ctx.channel().isWritable() && !reading.isPaused());
  }

  private void writeNow(
      ChannelHandlerContext ctx, OpenExchange exchange, Door.Frame frame, boolean isLast) {
    if (isLast) {
      ctx.writeAndFlush(frame)
          .addListener(
              left -> {
                if (left.isSuccess() && frame.getResponse().hasRefused()) {
                  doorway.refused(
                      exchange, frame.getResponse(), ctx.executor().ticker().nanoTime());
                }
                exchange.gone();
              });
    } else {
      ctx.writeAndFlush(frame, ctx.voidPromise());
    }
  }

  /** Answers to one request keep their order; those to others may pass. */
  private void queue(
      ChannelHandlerContext ctx, OpenExchange exchange, Door.Frame frame, boolean isLast) {
    boolean hasRoom = large.hasRoomFor(frame);
    Door.Frame fits = hasRoom ? frame : noRoom(frame);
    if (!hasRoom && !exchange.hasWaiting()) {
      writeNow(ctx, exchange, fits, isLast);
      return;
    }
    Runnable left =
        () -> {
          exchange.waits(-1);
          if (isLast) {
            exchange.gone();
          }
        };
    exchange.waits(1);
    large.add(ctx, new LargeFrames.Waiting(fits, left));
  }

  /** Neither yes nor no: what was asked for may have been done. */
  private Door.Frame noRoom(Door.Frame frame) {
    String message =
        "an answer of "
            + frame.getSerializedSize()
            + " bytes finds no room: "
            + large.waitingBytes()
            + " bytes of answers wait to be read on this connection";
    return Door.Frame.newBuilder()
        .setResponse(
            Door.Response.newBuilder()
                .setRequestId(frame.getResponse().getRequestId())
                .setMore(frame.getResponse().getMore())
                .setUnknown(Door.Unknown.newBuilder().setMessage(message)))
        .build();
  }

  /** Whether the other side still reads; looks again while it leaves anything unread. */
  private void look(ChannelHandlerContext ctx) {
    UnreadBytes.Outgoing outgoing = UnreadBytes.Outgoing.of(ctx.channel());
    // What a writable channel has not been given waits for our room, and not for the reader.
    long waiting = ctx.channel().isWritable() ? 0 : large.waitingBytes();
    UnreadBytes.Verdict verdict =
        unread.look(outgoing, large.underWayBytes(), waiting, ctx.executor().ticker().nanoTime());
    long bytes = outgoing.pendingBytes() + waiting;
    if (verdict != UnreadBytes.Verdict.READS) {
      log.info("{}: closed, it left {} bytes unread", guest, bytes);
      ctx.close();
    } else if (bytes > DoorLimits.MAX_UNREAD_BYTES && nextLook == null) {
      nextLook =
          ctx.executor()
              .schedule(
                  () -> {
                    nextLook = null;
                    look(ctx);
                  },
                  DoorLimits.STALLED.toMillis() / LOOKS,
                  TimeUnit.MILLISECONDS);
    }
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
    readIfWanted(ctx);
    large.pump(ctx);
    look(ctx); // A large frame may have begun to leave, and others wait for the reader now.
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
    if (nextLook != null) {
      nextLook.cancel(false);
    }
    large.drop();
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
