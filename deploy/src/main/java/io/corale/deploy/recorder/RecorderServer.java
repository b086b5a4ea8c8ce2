package io.corale.deploy.recorder;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/**
 * The recorder, listening on loopback. All of it runs on one event loop, so that what it counts
 * needs no locks and its events have one order.
 */
public final class RecorderServer implements AutoCloseable {
  /** Many clients may connect at once, when a burst goes straight at it. */
  private static final int BACKLOG = 1_024;

  private static final int MAX_REQUEST_BYTES = 1024 * 1024;

  private final EventLoopGroup loop;
  private final Channel listening;
  private final Journal journal;

  private RecorderServer(EventLoopGroup loop, Channel listening, Journal journal) {
    this.loop = loop;
    this.listening = listening;
    this.journal = journal;
  }

  /**
   * Starts it.
   *
   * @param port 0 chooses a free one
   * @param file is begun anew
   */
  public static RecorderServer open(int port, Path file) throws IOException {
    OutputStream out = Files.newOutputStream(file);
    Journal journal = new Journal(out, System::nanoTime, Clock.systemUTC());
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("recorder"), NioIoHandler.newFactory());
    try {
      Channel listening =
          new ServerBootstrap()
              .group(loop)
              .channel(NioServerSocketChannel.class)
              .option(ChannelOption.SO_BACKLOG, BACKLOG)
              .option(ChannelOption.SO_REUSEADDR, true)
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childHandler(new Furnisher(journal))
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
              .syncUninterruptibly()
              .channel();
      var unused =
          loop.scheduleWithFixedDelay(
              journal::beat, 0, Pulse.BEAT.toMillis(), TimeUnit.MILLISECONDS);
      return new RecorderServer(loop, listening, journal);
    } catch (RuntimeException e) {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      journal.close();
      throw e;
    }
  }

  /** Lays the pipeline of a connection. */
  private static final class Furnisher extends ChannelInitializer<Channel> {
    private final Journal journal;

    Furnisher(Journal journal) {
      this.journal = journal;
    }

    @Override
    protected void initChannel(Channel channel) {
      channel
          .pipeline()
          .addLast(new HttpServerCodec())
          .addLast(new HttpObjectAggregator(MAX_REQUEST_BYTES))
          .addLast(new RecorderHandler(journal));
    }
  }

  /** Such as {@code http://localhost:8099}. */
  public String url() {
    return "http://localhost:" + ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** Returns when it does not listen any more. */
  void awaitClosed() throws InterruptedException {
    listening.closeFuture().sync();
  }

  @Override
  public void close() throws IOException {
    listening.close().syncUninterruptibly();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    journal.close();
  }
}
