package io.corale.node.provider.grpc;

import com.google.protobuf.ByteString;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.outward.netty.Departure;
import io.corale.node.outward.proof.Proof;
import io.corale.node.provider.Hold;
import io.corale.node.provider.ProviderCall;
import io.corale.wire.Freight;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.pool.ChannelPool;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One attempt on a stream of its own; confined to the event loop of the connection. */
final class Exchange extends SimpleChannelInboundHandler<Http2StreamFrame> {
  /** A larger answer is no result. */
  private static final int MAX_RESPONSE_BYTES = Payload.MAX_BYTES;

  /** A header has eight digits for the time that is left. */
  private static final long MAX_TIMEOUT_DIGITS = 99_999_999;

  private final Channel connection;
  private final ChannelPool pool;
  private final Attempt attempt;
  private final SortedMap<String, String> headers = new TreeMap<>();
  private ByteString body = ByteString.EMPTY;
  private int status;
  private boolean isEnded;
  private @Nullable CompletableFuture<Void> room;
  private boolean hasWaited;
  private @Nullable Future<?> patience;
  private @Nullable Http2StreamChannel stream;
  private @Nullable Future<?> sent;
  private long endNanos;
  private @Nullable Future<?> timeout;
  private @Nullable Departure departure;

  private Exchange(Channel connection, ChannelPool pool, Attempt attempt) {
    this.connection = connection;
    this.pool = pool;
    this.attempt = attempt;
  }

  /** Sends, as the last thing after the send guard's word; on the connection's event loop. */
  static void begin(Channel connection, ChannelPool pool, Attempt attempt) {
    Exchange exchange = new Exchange(connection, pool, attempt);
    Line line = Line.of(connection);
    line.occupy(true);
    if (!connection.isActive() || line.isLeaving()) {
      // It was closed between the pool's look and ours, and nothing has been written.
      exchange.end(new Outcome.NotSent("the connection had been closed"));
      return;
    }
    new Http2StreamChannelBootstrap(connection)
        .handler(exchange)
        .open()
        .addListener((Future<Http2StreamChannel> opened) -> exchange.opened(opened));
  }

  private void opened(Future<Http2StreamChannel> opened) {
    if (!opened.isSuccess()) {
      end(new Outcome.NotSent("no stream could be opened: " + opened.cause().getMessage()));
      return;
    }
    stream = opened.getNow();
    if (attempt.leaves()) {
      send(stream);
    } else {
      end(new Outcome.NotSent("the send guard said no"));
    }
  }

  private void send(Http2StreamChannel stream) {
    ProviderCall call = attempt.call();
    endNanos = System.nanoTime() + call.timeout().toNanos();
    timeout =
        connection
            .eventLoop()
            .schedule(this::expire, call.timeout().toNanos(), TimeUnit.NANOSECONDS);
    stream
        .write(new DefaultHttp2HeadersFrame(headers(attempt), false))
        .addListener(
            written -> {
              if (!written.isSuccess()) {
                unwritten(written.cause());
              }
            });
    departure =
        Departure.begin(
            connection,
            call.arguments().fitsInline() ? Departure.SMALL : Departure.MOST,
            this::untaken);
    sent =
        stream
            .writeAndFlush(new DefaultHttp2DataFrame(framed(attempt.message().body()), true))
            .addListener(
                written -> {
                  if (written.isSuccess()) {
                    left(call);
                  }
                });
  }

  /** What has come as far as to wait for room has come in time. */
  private void expire() {
    if (!hasWaited) {
      end(new Outcome.TimedOut(true));
    }
  }

  private void left(ProviderCall call) {
    call.written();
    if (departure != null) {
      departure.written();
    }
  }

  private void untaken() {
    end(new Outcome.Unavailable("the server did not take the arguments in time", true));
    connection.close();
  }

  /** What HTTP/2 itself refuses never left; of what the network refuses nobody knows. */
  private void unwritten(Throwable cause) {
    boolean isRefusedHere = cause instanceof Http2Exception;
    end(
        isRefusedHere
            ? new Outcome.NotSent("no stream could be opened: " + cause.getMessage())
            : new Outcome.Unavailable("the call could not be written: " + cause, true));
    connection.close();
  }

  private static Http2Headers headers(Attempt attempt) {
    Message message = attempt.message();
    ProviderCall call = attempt.call();
    Http2Headers headers =
        new DefaultHttp2Headers()
            .method("POST")
            .scheme(message.target().isPlain() ? "http" : "https")
            .path(message.path())
            .authority(message.target().authority())
            .set("te", "trailers")
            .set("content-type", "application/grpc")
            .set("user-agent", "corale")
            .set("grpc-timeout", timeout(call.timeout()))
            .set("idempotency-key", call.attempt().call().toString())
            .set("corale-attempt", String.valueOf(call.attempt().number()))
            .set("corale-not-after", call.notAfter().toString());
    attempt
        .proof()
        .flatMap(Proof::authorization)
        .ifPresent(value -> headers.set("authorization", value));
    return call.traceParent().isEmpty() ? headers : headers.set("traceparent", call.traceParent());
  }

  private static String timeout(Duration timeout) {
    long millis = Math.max(1, timeout.toMillis());
    return millis <= MAX_TIMEOUT_DIGITS ? millis + "m" : millis / 1_000 + "S";
  }

  private static ByteBuf framed(ByteString message) {
    return Unpooled.buffer(Answers.PREFIX_BYTES + message.size())
        .writeByte(0)
        .writeInt(message.size())
        .writeBytes(message.asReadOnlyByteBuffer());
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame) {
    if (frame instanceof Http2HeadersFrame part) {
      read(part);
    } else if (frame instanceof Http2DataFrame part) {
      read(part);
    }
  }

  private void read(Http2HeadersFrame part) {
    CharSequence said = part.headers().status();
    if (said != null) {
      status = Integer.parseInt(said.toString());
    }
    part.headers()
        .forEach(each -> headers.put(each.getKey().toString(), each.getValue().toString()));
    if (part.isEndStream()) {
      answered();
    }
  }

  private void read(Http2DataFrame part) {
    if (body.size() + part.content().readableBytes() > MAX_RESPONSE_BYTES) {
      end(
          new Outcome.FunctionError(
              "the answer has more than " + MAX_RESPONSE_BYTES + " bytes", false));
      return;
    }
    body = body.concat(ByteString.copyFrom(part.content().nioBuffer()));
    if (part.isEndStream()) {
      answered();
    } else if (body.size() > Freight.SMALL_BYTES && room == null && stream != null) {
      ask(stream);
    }
  }

  /** What has no room yet is left to the server, within the window that it has. */
  private void ask(Http2StreamChannel from) {
    CompletableFuture<Void> asked = attempt.call().hold().room(MAX_RESPONSE_BYTES);
    room = asked;
    if (asked.isDone() && !asked.isCompletedExceptionally()) {
      endLater(Exchange::tooSlow);
      return;
    }
    hasWaited = true;
    from.config().setAutoRead(false);
    endLater(Exchange::noRoom);
    asked.thenRun(() -> connection.eventLoop().execute(() -> goOn(from)));
  }

  private void goOn(Http2StreamChannel from) {
    if (!isEnded) {
      endLater(Exchange::tooSlow);
      from.config().setAutoRead(true);
    }
  }

  private void endLater(Supplier<Outcome> how) {
    if (patience != null) {
      patience.cancel(false);
    }
    patience =
        connection
            .eventLoop()
            .schedule(() -> end(how.get()), Hold.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The function has answered: it would run again for an answer that finds no room either. */
  private static Outcome noRoom() {
    return new Outcome.FunctionError(
        "the answer is large, and this node found no room for it in time", false);
  }

  /** Others wait for its room. */
  private static Outcome tooSlow() {
    return new Outcome.Unavailable(
        "the server brought the rest of a large answer too slowly", true);
  }

  private void answered() {
    Reply reply = new Reply(status, headers, body);
    if (Answers.isDisbelief(reply)) {
      attempt.proof().ifPresent(Proof::disbelieved);
    }
    if (close()) {
      attempt.call().hold().read(body.size(), () -> attempt.end(outcome(reply)));
    }
  }

  private Outcome outcome(Reply reply) {
    try {
      return Answers.outcome(reply, attempt::scrubbed, attempt.message()::result);
    } catch (RuntimeException | StackOverflowError e) {
      return new Outcome.Unavailable("the answer could not be read: " + e, true);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof Http2ResetFrame reset) {
      // This reason alone promises that nobody has looked at the call.
      boolean isUntouched = reset.errorCode() == Http2Error.REFUSED_STREAM.code();
      // A server that was told the time may end the call before our own timer comes to it.
      boolean isLate = System.nanoTime() - endNanos >= 0;
      String reason = String.valueOf(Http2Error.valueOf(reset.errorCode()));
      end(
          isLate && !isUntouched
              ? new Outcome.TimedOut(true)
              : new Outcome.Unavailable("the server reset the call: " + reason, !isUntouched));
    }
  }

  /** The word that this stream was passed over may stand in the frame that ends it. */
  @Override
  public void channelInactive(ChannelHandlerContext context) {
    int stream = ((Http2StreamChannel) context.channel()).stream().id();
    connection
        .eventLoop()
        .execute(
            () ->
                end(
                    new Outcome.Unavailable(
                        "the connection broke before the answer",
                        !Line.of(connection).hasPassedOver(stream))));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    end(new Outcome.Unavailable("the call broke: " + cause, true));
  }

  /** Ends the attempt. */
  private void end(Outcome outcome) {
    if (close()) {
      attempt.end(outcome);
    }
  }

  /**
   * Ends the stream, if it has not been: one that has not come to its end by itself would stay as
   * long as the connection, and a server would work for an answer that nobody waits for.
   */
  private boolean close() {
    if (isEnded) {
      return false;
    }
    isEnded = true;
    if (timeout != null) {
      timeout.cancel(false);
    }
    if (patience != null) {
      patience.cancel(false);
    }
    if (departure != null) {
      departure.over();
    }
    if (stream != null) {
      if (sent != null && !sent.isDone()) {
        // Netty would not: it takes an end that waits to be sent for one that was.
        stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
      }
      stream.close();
    }
    Line line = Line.of(connection);
    line.occupy(false);
    if (line.isLeaving()) {
      connection.close();
    }
    pool.release(connection);
    return true;
  }
}
