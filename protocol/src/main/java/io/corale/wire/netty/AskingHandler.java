package io.corale.wire.netty;

import io.corale.model.Refusal;
import io.corale.wire.Door;
import io.corale.wire.Freight;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the questions of an opened connection and hands their answers to whoever asked.
 *
 * <p>What was not sent is a definite {@code Refused}; what was sent and not answered, by deadline
 * or because the connection broke, is {@code Unknown}. Large questions wait for the channel, and
 * small ones pass between them. Confined to the channel's event loop, but for {@link #ask}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write closes the channel: channelInactive.
final class AskingHandler extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(AskingHandler.class);

  /** How soon a congested connection is worth another try. */
  private static final Duration CONGESTED = Duration.ofMillis(50);

  private final String remote;
  private final int maxOpen;
  private final int maxFrameBytes;
  private final LongObjectMap<Question> open = new LongObjectHashMap<>();
  private final LargeFrames large =
      new LargeFrames(Freight.unbounded(), DoorLimits.MAX_QUESTIONS_WAITING_BYTES);
  private final Sweep sweep = new Sweep();
  private long lastId;
  private @Nullable ChannelHandlerContext context;

  /** A request on its way. */
  private record Question(
      long id,
      long waitMillis,
      long dueNanos,
      Consumer<Door.Response> more,
      CompletableFuture<Door.Response> answer) {}

  /**
   * @param protocol that the other side chose
   */
  AskingHandler(String remote, boolean asNode, int protocol) {
    this.remote = remote;
    this.maxFrameBytes = ProtocolRange.mostBytes(protocol);
    this.maxOpen = asNode ? DoorLimits.MAX_OPEN_OF_NODE : DoorLimits.MAX_OPEN_OF_CLIENT;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  CompletableFuture<Door.Response> ask(Door.Request request, Consumer<Door.Response> more) {
    CompletableFuture<Door.Response> answer = new CompletableFuture<>();
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      answer.complete(notSent(Refusal.Code.UNAVAILABLE, "is not connected yet"));
      return answer;
    }
    try {
      ctx.executor().execute(() -> send(ctx, request, more, answer));
    } catch (RejectedExecutionException e) {
      answer.complete(notSent(Refusal.Code.UNAVAILABLE, "is being closed"));
    }
    return answer;
  }

  private void send(
      ChannelHandlerContext ctx,
      Door.Request request,
      Consumer<Door.Response> more,
      CompletableFuture<Door.Response> answer) {
    if (answer.isDone()) {
      return; // Cancelled before it was sent.
    }
    if (!ctx.channel().isActive()) {
      answer.complete(notSent(Refusal.Code.UNAVAILABLE, "closed the connection"));
      return;
    }
    if (open.size() >= maxOpen) {
      answer.complete(congested());
      return;
    }
    long id = ++lastId;
    Door.Envelope envelope = request.getEnvelope().toBuilder().setRequestId(id).build();
    Door.Frame frame =
        Door.Frame.newBuilder().setRequest(request.toBuilder().setEnvelope(envelope)).build();
    int most = Math.min(maxFrameBytes, DoorLimits.mostBytes(request.getWhatCase()));
    if (frame.getSerializedSize() > most) {
      answer.complete(tooLarge(frame.getSerializedSize(), most));
      return;
    }
    long waitMillis =
        Math.max(0, Math.min(envelope.getDeadlineMillis(), DoorLimits.MAX_DEADLINE.toMillis()));
    long dueNanos = ctx.executor().ticker().nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    Question question = new Question(id, waitMillis, dueNanos, more, answer);
    open.put(id, question);
    if (!write(ctx, frame)) {
      open.remove(id);
      answer.complete(congested());
      return;
    }
    answer.whenComplete((response, failure) -> forgetIfCancelled(ctx, id, answer));
    sweep.start(ctx.executor(), () -> sweep(ctx));
  }

  /** Whether the other side reads too little; what one large question takes does not count. */
  private boolean isCongested(Channel channel) {
    if (large.underWayBytes() == 0) {
      return !channel.isWritable();
    }
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null
        || buffer.totalPendingWriteBytes() - large.underWayBytes() > DoorLimits.HIGH_WATER_BYTES;
  }

  private boolean write(ChannelHandlerContext ctx, Door.Frame frame) {
    if (LargeFrames.isLarge(frame)) {
      if (!large.hasRoomFor(frame)) {
        return false;
      }
      large.add(ctx, new LargeFrames.Waiting(frame, () -> {}));
      return true;
    }
    if (isCongested(ctx.channel())) {
      return false;
    }
    ctx.writeAndFlush(frame, ctx.voidPromise());
    return true;
  }

  private void forgetIfCancelled(
      ChannelHandlerContext ctx, long id, CompletableFuture<Door.Response> answer) {
    if (answer.isCancelled() && !ctx.executor().isShuttingDown()) {
      ctx.executor().execute(() -> forget(ctx, id));
    }
  }

  private void forget(ChannelHandlerContext ctx, long id) {
    if (open.remove(id) != null && !large.takeBack(id)) {
      tell(ctx, id);
    }
  }

  /** The other side drops what it holds for this one. */
  private static void tell(ChannelHandlerContext ctx, long id) {
    if (ctx.channel().isActive()) {
      ctx.writeAndFlush(
          Door.Frame.newBuilder().setForget(Door.Forget.newBuilder().setRequestId(id)).build(),
          ctx.voidPromise());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    if (read instanceof FrameDecoder.Laden laden) {
      try {
        read(ctx, laden.frame());
      } finally {
        laden.load().release(); // Whoever hands it on has counted it by now.
      }
    } else if (read instanceof FrameDecoder.TurnedAway away) {
      heard(noRoom(away.heading()));
    } else {
      read(ctx, (Door.Frame) read);
    }
  }

  private void read(ChannelHandlerContext ctx, Door.Frame frame) {
    if (frame.hasResponse()) {
      heard(frame.getResponse());
    } else {
      log.info("{}: closed, it sent {} where a response belongs", remote, frame.getBodyCase());
      ctx.close();
    }
  }

  /** On the connection's event loop. */
  boolean isAwaited(long requestId) {
    return open.containsKey(requestId);
  }

  private void heard(Door.Response response) {
    Question question = open.get(response.getRequestId());
    if (question == null) {
      return; // It came after its deadline, or after it was forgotten.
    }
    if (response.getMore()) {
      question.more().accept(response);
    } else {
      open.remove(response.getRequestId());
      question.answer().complete(response);
    }
  }

  private Door.Response noRoom(Heading heading) {
    return unknown("answered with " + heading.sizeBytes() + " bytes, for which no room was here")
        .toBuilder()
        .setRequestId(heading.requestId())
        .build();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    large.pump(ctx);
  }

  private void sweep(ChannelHandlerContext ctx) {
    long now = ctx.executor().ticker().nanoTime();
    List<Question> due = new ArrayList<>(0);
    for (Question question : open.values()) {
      if (now - question.dueNanos() >= 0) {
        due.add(question);
      }
    }
    for (Question question : due) {
      open.remove(question.id());
      question.answer().complete(overdue(ctx, question));
    }
    if (open.isEmpty()) {
      sweep.stop();
    }
  }

  private Door.Response overdue(ChannelHandlerContext ctx, Question question) {
    if (large.takeBack(question.id())) {
      return congested();
    }
    tell(ctx, question.id());
    return unknown("did not answer within " + question.waitMillis() + " ms");
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    sweep.stop();
    List<Question> left = List.copyOf(open.values());
    open.clear();
    for (Question question : left) {
      question.answer().complete(lost(question));
    }
    large.drop();
  }

  private Door.Response lost(Question question) {
    return large.takeBack(question.id())
        ? notSent(Refusal.Code.UNAVAILABLE, "closed the connection before it was sent")
        : unknown("closed the connection before it answered");
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent && open.isEmpty()) {
      ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.info("{}: closed: {}", remote, cause.getMessage());
    ctx.close();
  }

  private Door.Response notSent(Refusal.Code code, String what) {
    return Doorway.refused(Refusal.of(code, remote + " " + what)).build();
  }

  private Door.Response congested() {
    String message = "the connection to " + remote + " is full: " + open.size() + " requests open";
    return Doorway.refused(Refusal.later(Refusal.Code.OVERLOADED, message, CONGESTED)).build();
  }

  private Door.Response tooLarge(int size, int most) {
    String message =
        "the request has " + size + " bytes, " + remote + " takes at most " + most + " of its kind";
    return Doorway.refused(Refusal.of(Refusal.Code.TOO_LARGE, message)).build();
  }

  private Door.Response unknown(String what) {
    return Door.Response.newBuilder()
        .setUnknown(Door.Unknown.newBuilder().setMessage(remote + " " + what))
        .build();
  }
}
