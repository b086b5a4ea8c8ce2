package io.corale.node.outward.netty;

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
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounded pools of kept connections, one for each far side, whose sockets let go of what they hold
 * within the delivery bound (rule 10). Thread-safe.
 */
public final class PeerPools implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PeerPools.class);

  private static final int THREADS = 2;

  /** More to one address than most providers' limits for an account. */
  private static final int MAX_CONNECTIONS = 1_024;

  /** The scheduler sends no more than an account's limit; this many may wait for a connection. */
  private static final int MAX_PENDING = 4_096;

  /** Compositions may name any host; of those not used for a while nothing is kept. */
  private static final int MAX_PEERS = 2_048;

  private static final Duration PEER_IDLE = Duration.ofMinutes(10);

  private static final int CONNECT_TIMEOUT_MILLIS = 1_000;

  /** Closing a socket takes no time; a node that leaves must not wait longer. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  /** A send may not linger in the kernel longer than the delivery bound (rule 10). */
  static final int TCP_USER_TIMEOUT_MILLIS = 1_000;

  /** What has not left yet cannot be called back: keep it short. */
  private static final int SEND_BUFFER_BYTES = 64 * 1024;

  private final EventLoopGroup loops;
  private final Bootstrap bootstrap;
  private final ChannelHealthChecker health;
  private final BiConsumer<Channel, Peer> furnish;
  private final Cache<Peer, FixedChannelPool> pools;

  /**
   * A far side; with TLS the same address is another one under each name, because it has proved one
   * name only.
   *
   * @param name by which TLS knows it; empty without
   */
  public record Peer(InetSocketAddress address, String name) {
    /** Whether it must prove its name. */
    public boolean isSecure() {
      return !name.isEmpty();
    }
  }

  /**
   * Opens nothing yet.
   *
   * @param threads what its threads are called
   * @param health whether a kept connection may be used again
   * @param furnish lays the pipeline of a new connection; on its event loop
   */
  public PeerPools(String threads, ChannelHealthChecker health, BiConsumer<Channel, Peer> furnish) {
    this.health = health;
    this.furnish = furnish;
    boolean isNative = Epoll.isAvailable();
    this.loops =
        new MultiThreadIoEventLoopGroup(
            THREADS,
            new DefaultThreadFactory(threads, true),
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
    } else {
      log.warn(
          "{}: no epoll here, so that the kernel may send what it holds later than the delivery"
              + " bound allows: limits of accounts may be exceeded when a superpeer is lost ({})",
          threads,
          String.valueOf(Epoll.unavailabilityCause()));
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

  /** The connections to a far side. */
  public ChannelPool to(Peer peer) {
    return pools.get(peer, this::open);
  }

  private FixedChannelPool open(Peer peer) {
    return new FixedChannelPool(
        bootstrap.clone().remoteAddress(peer.address()),
        new Furnisher(peer),
        health,
        FixedChannelPool.AcquireTimeoutAction.FAIL,
        CONNECT_TIMEOUT_MILLIS,
        MAX_CONNECTIONS,
        MAX_PENDING);
  }

  /** A kept connection needs nothing. */
  private final class Furnisher implements ChannelPoolHandler {
    private final Peer peer;

    Furnisher(Peer peer) {
      this.peer = peer;
    }

    @Override
    public void channelCreated(Channel channel) {
      furnish.accept(channel, peer);
    }

    @Override
    public void channelAcquired(Channel channel) {}

    @Override
    public void channelReleased(Channel channel) {}
  }

  /**
   * Ends all connections, and what is sent on them.
   *
   * <p>A pool closes its connections on their event loops, and an executor of the whole process
   * waits for that. So the loops end after the pools, or that executor would wait for ever.
   */
  @Override
  public void close() {
    List<Future<Void>> closing = new ArrayList<>();
    pools.asMap().values().forEach(pool -> closing.add(pool.closeAsync()));
    pools.invalidateAll();
    long until = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
    for (Future<Void> closed : closing) {
      closed.awaitUninterruptibly(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
