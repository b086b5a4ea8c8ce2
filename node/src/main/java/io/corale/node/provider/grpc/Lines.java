package io.corale.node.provider.grpc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.pool.ChannelHealthChecker;
import io.netty.channel.pool.ChannelPool;
import io.netty.channel.pool.ChannelPoolHandler;
import io.netty.channel.pool.FixedChannelPool;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Bounded pools of kept connections, one for each address and name. Thread-safe.
 *
 * <p>HTTP/2 could carry many messages on a connection. Here each has one of its own meanwhile: what
 * the send guard permits then leaves at once, and waits neither for a free stream nor for another
 * message that a slow server does not take (rule 10).
 */
final class Lines implements AutoCloseable {
  private static final int THREADS = 2;

  /** More to one address than most limits of an account. */
  private static final int MAX_CONNECTIONS = 1_024;

  /** The scheduler sends no more than an account's limit; this many may wait for a connection. */
  private static final int MAX_PENDING = 4_096;

  /** Compositions may name any host; of those not used for a while nothing is kept. */
  private static final int MAX_PEERS = 2_048;

  private static final Duration PEER_IDLE = Duration.ofMinutes(10);

  /** A server says so when it closes, so that it need not be we who do. */
  private static final int MAX_IDLE_SECONDS = 60;

  private static final int CONNECT_TIMEOUT_MILLIS = 1_000;

  /** Three round trips and a proof; a message that then comes too late is stopped by its guard. */
  private static final int GREETING_TIMEOUT_MILLIS = 2_000;

  /** A send may not linger in the kernel longer than the delivery bound (rule 10). */
  private static final int TCP_USER_TIMEOUT_MILLIS = 1_000;

  /** What has not left yet cannot be called back: keep it short. */
  private static final int SEND_BUFFER_BYTES = 64 * 1024;

  /** Trailers are a status and a message. */
  private static final int MAX_HEADER_BYTES = 16 * 1024;

  private final EventLoopGroup loops;
  private final Bootstrap bootstrap;
  private final SslContext tls;
  private final Cache<Peer, FixedChannelPool> pools;

  /**
   * @param name by which TLS knows it; empty without
   */
  private record Peer(InetSocketAddress address, String name) {}

  Lines(SslContext tls) {
    this.tls = tls;
    boolean isNative = Epoll.isAvailable();
    this.loops =
        new MultiThreadIoEventLoopGroup(
            THREADS,
            new DefaultThreadFactory("grpc-provider", true),
            isNative ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    this.bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(isNative ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS);
    if (isNative) {
      bootstrap.option(EpollChannelOption.TCP_USER_TIMEOUT, TCP_USER_TIMEOUT_MILLIS);
    }
    this.pools =
        Caffeine.newBuilder()
            .maximumSize(MAX_PEERS)
            .expireAfterAccess(PEER_IDLE)
            .executor(Runnable::run)
            .<Peer, FixedChannelPool>removalListener((peer, pool, cause) -> close(pool))
            .build();
  }

  private static void close(@Nullable FixedChannelPool pool) {
    if (pool != null) {
      var unused = pool.closeAsync();
    }
  }

  /** The pool for a target at the address that it was found to have. */
  ChannelPool pool(Target target, InetAddress address) {
    return pools.get(
        new Peer(
            new InetSocketAddress(address, target.port()), target.isPlain() ? "" : target.name()),
        this::open);
  }

  private FixedChannelPool open(Peer peer) {
    return new FixedChannelPool(
        bootstrap.clone().remoteAddress(peer.address()),
        new Furnisher(peer),
        Lines::isSound,
        FixedChannelPool.AcquireTimeoutAction.FAIL,
        CONNECT_TIMEOUT_MILLIS,
        MAX_CONNECTIONS,
        MAX_PENDING);
  }

  private static Future<Boolean> isSound(Channel channel) {
    return Line.of(channel).isLeaving()
        ? channel.eventLoop().newSucceededFuture(false)
        : ChannelHealthChecker.ACTIVE.isHealthy(channel);
  }

  /** Lays the pipeline of a new connection; a kept one needs nothing. */
  private final class Furnisher implements ChannelPoolHandler {
    private final Peer peer;

    Furnisher(Peer peer) {
      this.peer = peer;
    }

    @Override
    public void channelCreated(Channel channel) {
      Line line = Line.install(channel, ImmediateEventExecutor.INSTANCE.newPromise());
      if (peer.name().isEmpty()) {
        speak(channel, line);
      } else {
        secure(channel, line);
      }
      channel.pipeline().addLast(new Patience(line));
    }

    /** HTTP/2 begins when the far side has proved who it is, and said that it speaks it. */
    private void secure(Channel channel, Line line) {
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

    private void speak(Channel channel, Line line) {
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

    @Override
    public void channelAcquired(Channel channel) {}

    @Override
    public void channelReleased(Channel channel) {}
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
    pools.invalidateAll();
    pools.cleanUp();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
