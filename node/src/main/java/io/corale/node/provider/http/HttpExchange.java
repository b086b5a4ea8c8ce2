package io.corale.node.provider.http;

import com.google.protobuf.ByteString;
import io.corale.model.Outcome;
import io.corale.node.provider.ProviderCall;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.pool.ChannelPool;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The one request that is under way on a connection; confined to its event loop. */
final class HttpExchange extends SimpleChannelInboundHandler<FullHttpResponse> {
  /** A larger answer is no result; see the inline limit of payloads. */
  private static final int MAX_RESPONSE_BYTES = 1024 * 1024;

  /** Shorter than servers keep connections, so that it is we who close them. */
  private static final int MAX_IDLE_SECONDS = 4;

  private @Nullable Running running;

  private record Running(
      ChannelPool pool,
      ProviderCall call,
      CompletableFuture<Outcome> answer,
      io.netty.util.concurrent.Future<?> timeout) {}

  static void furnish(Channel channel) {
    channel
        .pipeline()
        .addLast(new IdleStateHandler(0, 0, MAX_IDLE_SECONDS))
        .addLast(new HttpClientCodec())
        .addLast(new HttpObjectAggregator(MAX_RESPONSE_BYTES))
        .addLast(new HttpExchange());
  }

  /** Sends, as the last thing after the send guard's word; on the channel's event loop. */
  static void begin(
      Channel channel,
      ChannelPool pool,
      FullHttpRequest request,
      ProviderCall call,
      CompletableFuture<Outcome> answer) {
    channel
        .pipeline()
        .get(HttpExchange.class)
        .begin(
            channel,
            new Running(
                pool,
                call,
                answer,
                channel
                    .eventLoop()
                    .schedule(
                        () -> expire(channel, call),
                        call.timeout().toMillis(),
                        TimeUnit.MILLISECONDS)),
            request);
  }

  private void begin(Channel channel, Running fresh, FullHttpRequest request) {
    if (!channel.isActive()) {
      // It was closed between the pool's look and ours, and nothing has been written.
      request.release();
      fresh.timeout.cancel(false);
      fresh.pool.release(channel);
      fresh.answer.complete(new Outcome.NotSent("the connection had been closed"));
      return;
    }
    if (fresh.answer.isDone() || !fresh.call.guard().permits()) {
      request.release();
      fresh.timeout.cancel(false);
      fresh.pool.release(channel);
      fresh.answer.complete(new Outcome.NotSent("the send guard said no"));
      return;
    }
    running = fresh;
    channel
        .writeAndFlush(request)
        .addListener(
            written -> {
              if (!written.isSuccess()) {
                broken(channel, "could not be written: " + written.cause().getMessage());
              }
            });
  }

  private static void expire(Channel channel, ProviderCall call) {
    HttpExchange exchange = channel.pipeline().get(HttpExchange.class);
    if (exchange != null && exchange.running != null && exchange.running.call.equals(call)) {
      exchange.end(channel, new Outcome.TimedOut(true), false);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
    Running now = running;
    if (now == null) {
      context.close(); // Nobody asked: this server and we are out of step.
      return;
    }
    Optional<String> type =
        Optional.ofNullable(response.headers().get(HttpHeaderNames.CONTENT_TYPE));
    Outcome outcome =
        HttpAnswers.outcome(
            now.call.account().id().value(),
            response.status().code(),
            type.map(t -> t.contains("json")).orElse(false),
            ByteString.copyFrom(response.content().nioBuffer()),
            Optional.ofNullable(response.headers().get(HttpHeaderNames.RETRY_AFTER)),
            Instant.now());
    end(context.channel(), outcome, HttpUtil.isKeepAlive(response));
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
          new Outcome.FunctionError(
              "the answer has more than " + MAX_RESPONSE_BYTES + " bytes", false),
          false);
    } else {
      broken(context.channel(), "broke: " + cause.getMessage());
      context.close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent idle
        && idle.state() == IdleState.ALL_IDLE
        && running == null) {
      context.close();
    }
  }

  private void broken(Channel channel, String how) {
    end(channel, new Outcome.Unavailable("the connection " + how, true), false);
  }

  private void end(Channel channel, Outcome outcome, boolean isKept) {
    Running ended = running;
    if (ended == null) {
      return;
    }
    running = null;
    ended.timeout.cancel(false);
    if (!isKept) {
      channel.close();
    }
    ended.pool.release(channel);
    ended.answer.complete(outcome);
  }
}
