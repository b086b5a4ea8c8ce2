package io.corale.wire.netty;

import io.corale.model.Refusal;
import io.corale.wire.Door;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
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
 * or because the connection broke, is {@code Unknown}. Confined to the channel's event loop, but
 * for {@link #ask}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write closes the channel: channelInactive.
final class AskingHandler extends SimpleChannelInboundHandler<Door.Frame> {
  private static final Logger log = LoggerFactory.getLogger(AskingHandler.class);

  /** How soon a congested connection is worth another try. */
  private static final Duration CONGESTED = Duration.ofMillis(50);

  private final String remote;
  private final int maxOpen;
  private final LongObjectMap<Question> open = new LongObjectHashMap<>();
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

  AskingHandler(String remote, boolean asNode) {
    super(Door.Frame.class);
    this.remote = remote;
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
    if (open.size() >= maxOpen || !ctx.channel().isWritable()) {
      answer.complete(congested());
      return;
    }
    long id = ++lastId;
    Door.Envelope envelope = request.getEnvelope().toBuilder().setRequestId(id).build();
    Door.Frame frame =
        Door.Frame.newBuilder().setRequest(request.toBuilder().setEnvelope(envelope)).build();
    if (frame.getSerializedSize() > DoorLimits.MAX_FRAME_BYTES) {
      answer.complete(tooLarge(frame.getSerializedSize()));
      return;
    }
    long waitMillis =
        Math.max(0, Math.min(envelope.getDeadlineMillis(), DoorLimits.MAX_DEADLINE.toMillis()));
    long dueNanos = ctx.executor().ticker().nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    open.put(id, new Question(id, waitMillis, dueNanos, more, answer));
    answer.whenComplete((response, failure) -> forgetIfCancelled(ctx, id, answer));
    sweep.start(ctx.executor(), () -> sweep(ctx));
    ctx.writeAndFlush(frame, ctx.voidPromise());
  }

  private void forgetIfCancelled(
      ChannelHandlerContext ctx, long id, CompletableFuture<Door.Response> answer) {
    if (answer.isCancelled() && !ctx.executor().isShuttingDown()) {
      ctx.executor().execute(() -> forget(ctx, id));
    }
  }

  private void forget(ChannelHandlerContext ctx, long id) {
    if (open.remove(id) != null && ctx.channel().isActive()) {
      ctx.writeAndFlush(
          Door.Frame.newBuilder().setForget(Door.Forget.newBuilder().setRequestId(id)).build(),
          ctx.voidPromise());
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Door.Frame frame) {
    if (!frame.hasResponse()) {
      log.info("{}: closed, it sent {} where a response belongs", remote, frame.getBodyCase());
      ctx.close();
      return;
    }
    Door.Response response = frame.getResponse();
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

  private void sweep(ChannelHandlerContext ctx) {
    long now = ctx.executor().ticker().nanoTime();
    List<Question> due = new ArrayList<>(0);
    for (Question question : open.values()) {
      if (now - question.dueNanos() >= 0) {
        due.add(question);
      }
    }
    for (Question question : due) {
      forget(ctx, question.id());
      question.answer().complete(unknown("did not answer within " + question.waitMillis() + " ms"));
    }
    if (open.isEmpty()) {
      sweep.stop();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    sweep.stop();
    List<Question> left = List.copyOf(open.values());
    open.clear();
    for (Question question : left) {
      question.answer().complete(unknown("closed the connection before it answered"));
    }
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

  private static Door.Response tooLarge(int size) {
    String message =
        "the request has " + size + " bytes, a frame holds " + DoorLimits.MAX_FRAME_BYTES;
    return Doorway.refused(Refusal.of(Refusal.Code.TOO_LARGE, message)).build();
  }

  private Door.Response unknown(String what) {
    return Door.Response.newBuilder()
        .setUnknown(Door.Unknown.newBuilder().setMessage(remote + " " + what))
        .build();
  }
}
