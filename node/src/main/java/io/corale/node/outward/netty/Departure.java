package io.corale.node.outward.netty;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The leaving of a message that a far side need not take at once, because it is larger than what
 * the network holds for it, or because their protocol lets the far side say when. It has some time,
 * and then it has left as a whole, or its connection is closed (rule 10). What is small, in a
 * protocol that knows no such word, has left when it is written, or never will.
 *
 * <p>Confined to the connection's event loop.
 */
public final class Departure {
  /** For 8 MiB on a slow line, or a server that is busy for a while; fences wait for it. */
  public static final Duration MOST = Duration.ofSeconds(30);

  /** For what is small: as long as the kernel has for it. */
  public static final Duration SMALL = Duration.ofMillis(PeerPools.TCP_USER_TIMEOUT_MILLIS);

  private final Channel connection;
  private final long endNanos;
  private final Future<?> limit;
  private boolean isOver;

  private Departure(Channel connection, long endNanos, Future<?> limit) {
    this.connection = connection;
    this.endNanos = endNanos;
    this.limit = limit;
  }

  /**
   * To be called before it is written.
   *
   * @param time {@link #MOST} or {@link #SMALL}
   * @param tooLate has the connection closed
   */
  public static Departure begin(Channel connection, Duration time, Runnable tooLate) {
    long endNanos = connection.eventLoop().ticker().nanoTime() + time.toNanos();
    allow(connection, time.toMillis());
    return new Departure(
        connection,
        endNanos,
        connection.eventLoop().schedule(tooLate, time.toNanos(), TimeUnit.NANOSECONDS));
  }

  /** The kernel has the rest of it, and what is left of the time. */
  public void written() {
    limit.cancel(false);
    if (isOver) {
      return; // Some answer before they have read all.
    }
    long leftNanos = endNanos - connection.eventLoop().ticker().nanoTime();
    allow(
        connection,
        Math.max(PeerPools.TCP_USER_TIMEOUT_MILLIS, TimeUnit.NANOSECONDS.toMillis(leftNanos)));
  }

  /** It was answered, or given up: the connection is as before. */
  public void over() {
    isOver = true;
    limit.cancel(false);
    allow(connection, PeerPools.TCP_USER_TIMEOUT_MILLIS);
  }

  private static void allow(Channel connection, long millis) {
    if (connection.isOpen()) {
      connection.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, (int) millis);
    }
  }
}
