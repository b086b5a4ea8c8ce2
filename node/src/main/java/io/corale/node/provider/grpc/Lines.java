package io.corale.node.provider.grpc;

import io.corale.node.outward.netty.PeerPools;
import io.corale.node.outward.netty.PeerPools.Peer;
import io.corale.node.outward.netty.Reach;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.TargetRules;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.pool.ChannelHealthChecker;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Kept connections that speak HTTP/2. Thread-safe.
 *
 * <p>HTTP/2 could carry many messages on a connection. Here each has one of its own meanwhile: what
 * the send guard permits then leaves at once, and waits neither for a free stream nor for another
 * message that a slow server does not take (rule 10).
 */
final class Lines implements AutoCloseable {
  /** A server says so when it closes, so that it need not be we who do. */
  private static final int MAX_IDLE_SECONDS = 60;

  /** Three round trips and a proof; a message that then comes too late is stopped by its guard. */
  private static final int GREETING_TIMEOUT_MILLIS = 2_000;

  /** Trailers are a status and a message. */
  private static final int MAX_HEADER_BYTES = 16 * 1024;

  private final SslContext tls;
  private final Reach reach;

  Lines(TargetRules rules, SslContext tls) {
    this.tls = tls;
    PeerPools pools = new PeerPools("grpc-provider", Lines::isSound, this::furnish);
    // The guard is asked when the far side has proved who it is and what it speaks.
    this.reach = new Reach("grpc-resolve", rules, pools, channel -> Line.of(channel).greeted());
  }

  /** Brings a message to its target. */
  void to(Target target, ProviderCall call, Reach.Traveller traveller) {
    reach.to(
        new Reach.Goal(call.owner().value(), target.host(), target.port(), !target.isPlain()),
        traveller);
  }

  private static Future<Boolean> isSound(Channel channel) {
    return Line.of(channel).isLeaving()
        ? channel.eventLoop().newSucceededFuture(false)
        : ChannelHealthChecker.ACTIVE.isHealthy(channel);
  }

  private void furnish(Channel channel, Peer peer) {
    Line line = Line.install(channel, ImmediateEventExecutor.INSTANCE.newPromise());
    if (peer.isSecure()) {
      secure(channel, peer, line);
    } else {
      speak(channel, line);
    }
    channel.pipeline().addLast(new Patience(line));
  }

  /** HTTP/2 begins when the far side has proved who it is, and said that it speaks it. */
  private void secure(Channel channel, Peer peer, Line line) {
    SslHandler handler = tls.newHandler(channel.alloc(), peer.name(), peer.address().getPort());
    handler.setHandshakeTimeoutMillis(GREETING_TIMEOUT_MILLIS);
    channel.pipeline().addLast(handler);
    handler
        .handshakeFuture()
        .addListener(
            (Future<Channel> proved) -> {
              if (!proved.isSuccess()) {
                line.refuse(channel, new IOException("no TLS: " + proved.cause().getMessage()));
              } else if (!ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol())) {
                line.refuse(channel, new IOException("it speaks no HTTP/2"));
              } else {
                speak(channel, line);
              }
            });
  }

  private static void speak(Channel channel, Line line) {
    channel
        .pipeline()
        .addLast(new IdleStateHandler(0, 0, MAX_IDLE_SECONDS))
        .addLast(
            Http2FrameCodecBuilder.forClient()
                .initialSettings(
                    new Http2Settings()
                        .pushEnabled(false)
                        .maxConcurrentStreams(0)
                        .maxHeaderListSize(MAX_HEADER_BYTES))
                .build())
        .addLast(new Http2MultiplexHandler(new Uninvited()))
        .addLast(line);
  }

  /** Gives up a connection whose far side does not greet, or breaks what TLS asks of it. */
  private static final class Patience extends ChannelInboundHandlerAdapter {
    private final Line line;

    Patience(Line line) {
      this.line = line;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      var timeout =
          context
              .executor()
              .schedule(
                  () ->
                      line.refuse(
                          context.channel(), new TimeoutException("it did not greet in time")),
                  GREETING_TIMEOUT_MILLIS,
                  TimeUnit.MILLISECONDS);
      line.greeted().addListener(greeted -> timeout.cancel(false));
      context.fireChannelActive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close(); // Whoever waits for the proof, or the greeting, is told so by that.
    }
  }

  /** A server begins nothing with its client. */
  private static final class Uninvited extends ChannelInboundHandlerAdapter {
    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelRegistered(ChannelHandlerContext context) {
      context.close();
    }
  }

  @Override
  public void close() {
    reach.close();
  }
}
