package io.corale.node.provider.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
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
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounded pools of kept connections, one for each address; with TLS, for each address and name,
 * because the far side has proved one name only. Thread-safe.
 */
final class Connections implements AutoCloseable {
  private static final int THREADS = 2;

  /** More to one address than most providers' limits for an account. */
  private static final int MAX_CONNECTIONS = 1_024;

  /** The scheduler sends no more than an account's limit; this many may wait for a connection. */
  private static final int MAX_PENDING = 4_096;

  /** Compositions may name any host; of those not used for a while nothing is kept. */
  private static final int MAX_PEERS = 2_048;

  private static final Duration PEER_IDLE = Duration.ofMinutes(10);

  private static final int CONNECT_TIMEOUT_MILLIS = 1_000;

  /** Two round trips and a proof; a message that then comes too late is stopped by its guard. */
  private static final int HANDSHAKE_TIMEOUT_MILLIS = 2_000;

  /** A send may not linger in the kernel longer than the delivery bound (rule 10). */
  private static final int TCP_USER_TIMEOUT_MILLIS = 1_000;

  /** What has not left yet cannot be called back: keep it short. */
  private static final int SEND_BUFFER_BYTES = 64 * 1024;

  private final EventLoopGroup loops;
  private final Bootstrap bootstrap;
  private final SslContext tls;
  private final Cache<Peer, FixedChannelPool> pools;

  /**
   * @param name by which TLS knows it; empty without
   */
  private record Peer(InetSocketAddress address, String name) {}

  Connections(SslContext tls) {
    this.tls = tls;
    boolean isNative = Epoll.isAvailable();
    this.loops =
        new MultiThreadIoEventLoopGroup(
            THREADS,
            new DefaultThreadFactory("http-provider", true),
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

  /** The pool for an origin at the address that it was found to have. */
  ChannelPool pool(Origin origin, InetAddress address) {
    return pools.get(
        new Peer(
            new InetSocketAddress(address, origin.port()), origin.isSecure() ? origin.host() : ""),
        this::open);
  }

  private FixedChannelPool open(Peer peer) {
    return new FixedChannelPool(
        bootstrap.clone().remoteAddress(peer.address()),
        new Furnisher(peer),
        ChannelHealthChecker.ACTIVE,
        FixedChannelPool.AcquireTimeoutAction.FAIL,
        CONNECT_TIMEOUT_MILLIS,
        MAX_CONNECTIONS,
        MAX_PENDING);
  }

  /** Lays the pipeline of a new connection; a kept one needs nothing. */
  private final class Furnisher implements ChannelPoolHandler {
    private final Peer peer;

    Furnisher(Peer peer) {
      this.peer = peer;
    }

    @Override
    public void channelCreated(Channel channel) {
      if (!peer.name().isEmpty()) {
        SslHandler handler = tls.newHandler(channel.alloc(), peer.name(), peer.address().getPort());
        handler.setHandshakeTimeoutMillis(HANDSHAKE_TIMEOUT_MILLIS);
        channel.pipeline().addLast(handler);
      }
      HttpExchange.furnish(channel);
    }

    @Override
    public void channelAcquired(Channel channel) {}

    @Override
    public void channelReleased(Channel channel) {}
  }

  @Override
  public void close() {
    pools.invalidateAll();
    pools.cleanUp();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
