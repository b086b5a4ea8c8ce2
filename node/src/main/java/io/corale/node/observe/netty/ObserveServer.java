package io.corale.node.observe.netty;

import io.corale.node.observe.Paths;
import io.corale.node.thread.Daemons;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Answers GET at a few paths. Who looks is not asked for a token, so it is bound to loopback unless
 * clear text is accepted, and everything that a stranger could use up is bounded.
 */
public final class ObserveServer implements AutoCloseable {
  /** A Prometheus pair, some probes and a curious person. */
  static final int MAX_CONNECTIONS = 32;

  private static final int MAX_LINE_BYTES = 1_024;
  private static final int MAX_HEADER_BYTES = 8_192;

  /** A GET has no body; this much is read before it is refused. */
  private static final int MAX_BODY_BYTES = 1_024;

  /** Prometheus asks every 15 s to 60 s over one connection. */
  private static final int IDLE_SECONDS = 90;

  /** Pages are made one after the other; more would wait longer than anybody waits. */
  static final int MAX_WAITING = 16;

  private static final long PATIENCE_MILLIS = 2_000;

  private final Channel listener;
  private final ChannelGroup channels;
  private final ThreadPoolExecutor pages;
  private final ThreadPoolExecutor probes;

  private ObserveServer(
      Channel listener,
      ChannelGroup channels,
      ThreadPoolExecutor pages,
      ThreadPoolExecutor probes) {
    this.listener = listener;
    this.channels = channels;
    this.pages = pages;
    this.probes = probes;
  }

  /**
   * Binds the address; port 0 chooses a free one.
   *
   * @throws IOException if it cannot be bound; the message says which
   */
  public static ObserveServer open(EventLoopGroup loops, InetSocketAddress address, Paths paths)
      throws IOException {
    ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    ThreadPoolExecutor pages = thread("observe");
    ThreadPoolExecutor probes = thread("probe");
    InetSocketAddress resolved = new InetSocketAddress(address.getHostString(), address.getPort());
    var bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (channels.size() >= MAX_CONNECTIONS) {
                      channel.close();
                      return;
                    }
                    channels.add(channel);
                    lay(channel, new ObserveHandler(paths, pages, probes));
                  }
                })
            .bind(resolved)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      pages.shutdownNow();
      probes.shutdownNow();
      throw new IOException(
          "cannot be observed at " + address + ": " + bound.cause().getMessage(), bound.cause());
    }
    return new ObserveServer(bound.channel(), channels, pages, probes);
  }

  private static void lay(Channel channel, ObserveHandler handler) {
    channel
        .pipeline()
        .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
        .addLast(
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(MAX_LINE_BYTES)
                    .setMaxHeaderSize(MAX_HEADER_BYTES)))
        .addLast(new HttpObjectAggregator(MAX_BODY_BYTES, true))
        .addLast(handler);
  }

  private static ThreadPoolExecutor thread(String name) {
    return new ThreadPoolExecutor(
        1, 1, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(MAX_WAITING), new Daemons(name));
  }

  /** Where it listens, with the port that was chosen. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  @Override
  public void close() {
    listener.close().awaitUninterruptibly(PATIENCE_MILLIS);
    channels.close().awaitUninterruptibly(PATIENCE_MILLIS);
    pages.shutdownNow();
    probes.shutdownNow();
  }
}
