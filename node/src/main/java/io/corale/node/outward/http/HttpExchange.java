package io.corale.node.outward.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.outward.netty.Departure;
import io.corale.node.provider.ProviderCall;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.pool.ChannelPool;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The one message that is under way on a connection; confined to its event loop. */
final class HttpExchange extends SimpleChannelInboundHandler<FullHttpResponse> {
  /** A larger answer is no result. */
  private static final int MAX_RESPONSE_BYTES = Payload.MAX_BYTES;

  /** Shorter than servers keep connections, so that it is we who close them. */
  private static final int MAX_IDLE_SECONDS = 4;

  /** Those that say that a message has a body even if it is empty. */
  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

  private @Nullable Running running;
  private io.netty.util.concurrent.@Nullable Future<?> timeout;
  private @Nullable Departure departure;

  /**
   * What is under way.
   *
   * @param onward sends the next message of the same attempt
   */
  record Running(ChannelPool pool, Journey journey, Message message, Consumer<Message> onward) {}

  static void furnish(Channel channel) {
    channel
        .pipeline()
        .addLast(new IdleStateHandler(0, 0, MAX_IDLE_SECONDS))
        .addLast(new HttpClientCodec())
        .addLast(new Brake())
        .addLast(new HttpObjectAggregator(MAX_RESPONSE_BYTES))
        .addLast(new HttpExchange());
  }

  /** Sends, as the last thing after the send guard's word; on the channel's event loop. */
  static void begin(Channel channel, Running fresh) {
    HttpExchange exchange = channel.pipeline().get(HttpExchange.class);
    if (exchange == null || !channel.isActive()) {
      // It was closed between the pool's look and ours, and nothing has been written.
      fresh.pool.release(channel);
      fresh.journey.end(new Outcome.NotSent("the connection had been closed"));
      return;
    }
    FullHttpRequest request;
    try {
      request = request(fresh.message, fresh.journey.call());
    } catch (IllegalArgumentException e) {
      fresh.pool.release(channel);
      fresh.journey.end(new Outcome.FunctionError("this cannot be sent: " + e.getMessage(), false));
      return;
    }
    Optional<Outcome> held = fresh.journey.held(System.nanoTime());
    if (held.isEmpty()) {
      exchange.send(channel, fresh, request);
    } else {
      request.release();
      fresh.pool.release(channel);
      fresh.journey.end(held.get());
    }
  }

  private void send(Channel channel, Running fresh, FullHttpRequest request) {
    running = fresh;
    channel
        .pipeline()
        .get(Brake.class)
        .begin(fresh.journey.call().map(ProviderCall::hold), fresh.message.method());
    timeout =
        channel
            .eventLoop()
            .schedule(
                () -> expire(channel, fresh),
                fresh.journey.leftNanos(System.nanoTime()),
                TimeUnit.NANOSECONDS);
    Departure leaving =
        fresh.journey.isLarge()
            ? Departure.begin(
                channel,
                Departure.MOST,
                () -> broken(channel, "did not take the arguments in time"))
            : null;
    departure = leaving;
    channel
        .writeAndFlush(request)
        .addListener(
            written -> {
              if (!written.isSuccess()) {
                broken(channel, "could not be written: " + written.cause().getMessage());
              } else {
                left(fresh, leaving);
              }
            });
  }

  private static void left(Running sent, @Nullable Departure leaving) {
    sent.journey.call().ifPresent(ProviderCall::written);
    if (leaving != null) {
      leaving.written();
    }
  }

  private static FullHttpRequest request(Message message, Optional<ProviderCall> call) {
    ByteBuf body =
        message
            .body()
            .map(bytes -> Unpooled.wrappedBuffer(bytes.asReadOnlyByteBuffer()))
            .orElse(Unpooled.EMPTY_BUFFER);
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.valueOf(message.method()), message.path(), body);
    message.headers().forEach((name, value) -> request.headers().set(name, value));
    request.headers().set(HttpHeaderNames.HOST, message.origin().authority());
    call.ifPresent(each -> tell(request, each));
    if (message.body().isPresent() || WITH_BODY.contains(message.method())) {
      request.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    }
    return request;
  }

  /** Which attempt it is. */
  private static void tell(FullHttpRequest request, ProviderCall call) {
    request
        .headers()
        .set("Idempotency-Key", call.attempt().call().toString())
        .set("Corale-Attempt", call.attempt().number())
        .set("Corale-Not-After", call.notAfter().toString());
    if (!call.traceParent().isEmpty()) {
      request.headers().set("traceparent", call.traceParent());
    }
  }

  private void expire(Channel channel, Running expired) {
    // What has come as far as to wait for room has come in time.
    if (expired.equals(running) && !channel.pipeline().get(Brake.class).hasWaited()) {
      end(channel, new Outcome.TimedOut(true));
    }
  }

  /** The function has answered: it would run again for an answer that finds no room either. */
  private static Outcome noRoom() {
    return new Outcome.FunctionError(
        "the answer is large, and this node found no room for it in time", false);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
    Running now = running;
    if (now == null) {
      context.close(); // Nobody asked: this server and we are out of step.
      return;
    }
    if (response.decoderResult().isFailure()) {
      broken(context.channel(), "brought no HTTP: " + response.decoderResult().cause());
      return;
    }
    boolean isOnlyNews =
        response.status().codeClass() == HttpStatusClass.INFORMATIONAL
            && !response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
    if (isOnlyNews) {
      return;
    }
    Reply reply = new Reply(response.status().code(), response.headers(), flat(response.content()));
    release(context.channel(), now, HttpUtil.isKeepAlive(response));
    now.journey
        .call()
        .ifPresentOrElse(
            call -> call.hold().read(reply.body().size(), () -> read(now, reply)),
            () -> read(now, reply));
  }

  /** On any thread: the connection carries something else by now. */
  private static void read(Running past, Reply reply) {
    Answers.Next next;
    try {
      next = past.journey.read(reply, past.message);
    } catch (RuntimeException | StackOverflowError e) {
      past.journey.end(new Outcome.Unavailable("the answer could not be read: " + e, true));
      return;
    }
    if (next instanceof Answers.Next.Ended ended) {
      past.journey.end(ended.outcome());
    } else {
      past.onward.accept(((Answers.Next.Elsewhere) next).message());
    }
  }

  /** Copied once, however many pieces it came in. */
  private static ByteString flat(ByteBuf content) {
    byte[] bytes = new byte[content.readableBytes()];
    content.getBytes(content.readerIndex(), bytes);
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    broken(context.channel(), "broke before the answer");
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof TooLongFrameException) {
      end(
          context.channel(),
          new Outcome.FunctionError("the answer has more than " + mostBytes() + " bytes", false));
    } else {
      broken(context.channel(), "broke: " + cause.getMessage());
      context.close();
    }
  }

  private int mostBytes() {
    boolean isOfAttempt = running == null || running.journey.call().isPresent();
    return isOfAttempt ? MAX_RESPONSE_BYTES : Brake.MAX_PLAIN_BYTES;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == Brake.NO_ROOM) {
      end(context.channel(), noRoom());
    } else if (event == Brake.TOO_SLOW) {
      broken(context.channel(), "brought the rest of a large answer too slowly");
    } else if (event instanceof IdleStateEvent idle
        && idle.state() == IdleState.ALL_IDLE
        && running == null) {
      context.close();
    }
  }

  private void broken(Channel channel, String how) {
    end(channel, new Outcome.Unavailable("the connection " + how, true));
  }

  /** Ends the attempt, and the connection with it. */
  private void end(Channel channel, Outcome outcome) {
    Running ended = running;
    if (ended != null) {
      release(channel, ended, false);
      ended.journey.end(outcome);
    }
  }

  private void release(Channel channel, Running ended, boolean isKept) {
    running = null;
    if (timeout != null) {
      timeout.cancel(false);
    }
    if (departure != null) {
      departure.over();
      departure = null;
    }
    if (!isKept) {
      channel.close();
    }
    ended.pool.release(channel);
  }
}
