package io.corale.node.door;

import io.corale.node.thread.FairPool;
import io.corale.wire.Exchange;
import io.corale.wire.Freight;
import io.corale.wire.netty.DoorChannels;
import io.corale.wire.netty.DoorWatch;
import io.corale.wire.netty.Doorway;
import io.corale.wire.netty.Reception;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens at the node's door and hands what is asked to one handler, off the event loops. */
public final class DoorServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DoorServer.class);

  /** A file descriptor and some ten KB each. */
  private static final int MAX_CONNECTIONS = 10_000;

  /** Requests that wait for a thread; more would only grow old. */
  private static final int MAX_WAITING = 8_192;

  /**
   * Handlers may block for a moment on the registry; more threads than that would hide overload.
   */
  private static final int THREADS = 8;

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Channel listener;
  private final Doorway doorway;
  private final Guests guests;
  private final FairPool<Object> threads;

  private DoorServer(Channel listener, Doorway doorway, Guests guests, FairPool<Object> threads) {
    this.listener = listener;
    this.doorway = doorway;
    this.guests = guests;
    this.threads = threads;
  }

  /** The connections that were accepted, and what passes over them. */
  private record Guests(ChannelGroup channels, Traffic traffic) {
    static Guests none() {
      return new Guests(new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true), new Traffic());
    }

    void add(Channel channel) {
      channels.add(channel);
      channel.pipeline().addFirst(traffic);
    }
  }

  /** As the other, with large frames that find room without end. */
  public static DoorServer open(
      EventLoopGroup loops,
      InetSocketAddress address,
      Reception reception,
      Consumer<Exchange> handler)
      throws IOException {
    return open(loops, address, reception, handler, Freight.unbounded(), Freight.unbounded());
  }

  /**
   * Binds {@code address}; port 0 chooses a free one. Addresses other than loopback speak to
   * strangers in clear, so they must be wanted: {@link #openInsecurely}.
   *
   * @param taken where large requests find room until they are answered
   * @param given where large answers find room while they are written
   */
  public static DoorServer open(
      EventLoopGroup loops,
      InetSocketAddress address,
      Reception reception,
      Consumer<Exchange> handler,
      Freight taken,
      Freight given)
      throws IOException {
    InetAddress host = resolved(address).getAddress();
    if (!host.isLoopbackAddress()) {
      throw new IOException(
          "door address "
              + address
              + " is not loopback and there is no TLS yet: bind localhost, or accept clear text"
              + " with --insecure");
    }
    return openInsecurely(loops, address, reception, handler, taken, given);
  }

  /** As {@link #open}, on any address. */
  public static DoorServer openInsecurely(
      EventLoopGroup loops,
      InetSocketAddress address,
      Reception reception,
      Consumer<Exchange> handler,
      Freight taken,
      Freight given)
      throws IOException {
    String name = reception.node().node().value();
    FairPool<Object> threads = FairPool.start(name + "-door", THREADS, MAX_WAITING);
    Doorway doorway = new Doorway(name, MAX_CONNECTIONS, threads::of, handler, taken, given);
    Guests guests = Guests.none();
    try {
      Channel listener =
          listen(loops, resolved(address), DoorChannels.accepting(reception, doorway, guests::add));
      log.info("{}: door open at {}", name, listener.localAddress());
      return new DoorServer(listener, doorway, guests, threads);
    } catch (IOException e) {
      threads.close();
      throw e;
    }
  }

  private static Channel listen(
      EventLoopGroup loops, InetSocketAddress address, DoorChannels channels) throws IOException {
    var bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(channels)
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "door cannot listen at " + address + ": " + bound.cause().getMessage(), bound.cause());
    }
    return bound.channel();
  }

  private static InetSocketAddress resolved(InetSocketAddress address) throws IOException {
    InetSocketAddress resolved =
        address.isUnresolved()
            ? new InetSocketAddress(address.getHostString(), address.getPort())
            : address;
    if (resolved.isUnresolved()) {
      throw new IOException("door address " + address.getHostString() + " is not known to DNS");
    }
    return resolved;
  }

  /** From now on this one sees how long requests take. */
  public void watchBy(DoorWatch watch) {
    doorway.watchBy(watch);
  }

  /** Where it listens, with the port that was chosen. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** Requests taken and not yet answered. */
  public int open() {
    return doorway.open();
  }

  /** What it holds, and what has passed it. */
  public DoorLoad load() {
    return new DoorLoad(
        guests.channels.size(),
        doorway.open(),
        doorway.shedRequests(),
        doorway.shedConnections(),
        doorway.slowedConnections(),
        guests.traffic.received(),
        guests.traffic.sent());
  }

  /**
   * Takes nothing new, waits until what is open has been answered but no longer than {@code bound},
   * then closes all connections. Blocks; says whether all was answered.
   */
  public boolean leave(Duration bound) {
    listener.close().awaitUninterruptibly(PATIENCE.toMillis());
    boolean emptied = emptied(bound);
    guests.channels.close().awaitUninterruptibly(PATIENCE.toMillis());
    threads.close();
    return emptied;
  }

  private boolean emptied(Duration bound) {
    try {
      doorway.leave().get(bound.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      log.info("{} requests were still open after {}", doorway.open(), bound);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("leaving never fails", e);
    }
    return false;
  }

  /** Leaves without waiting. */
  @Override
  public void close() {
    leave(Duration.ZERO);
  }
}
