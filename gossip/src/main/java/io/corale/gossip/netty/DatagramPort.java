package io.corale.gossip.netty;

import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.wire.Gossips;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The port of a node for datagrams. Thread-safe. */
final class DatagramPort implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DatagramPort.class);

  /** Nobody of ours sends more; what is longer is cut off, and then cannot be opened. */
  private static final int MOST_BYTES = 1_500;

  /** A second of the busiest node's news, while this process does not run. */
  private static final int BUFFER_BYTES = 512 * 1_024;

  private final DatagramSeal seal;
  private final Hosts hosts;
  private final Channel channel;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong sentBytes = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  private DatagramPort(DatagramSeal seal, Hosts hosts, Channel channel) {
    this.seal = seal;
    this.hosts = hosts;
    this.channel = channel;
  }

  /**
   * Binds the port.
   *
   * @param receiver gets the sender's address and what it said, on an event loop
   * @throws IOException if it cannot be bound
   */
  static DatagramPort open(
      EventLoopGroup loops,
      InetSocketAddress address,
      DatagramSeal seal,
      Hosts hosts,
      BiConsumer<String, Gossips.Datagram> receiver)
      throws IOException {
    Inbound inbound = new Inbound(receiver);
    ChannelFuture bound =
        new Bootstrap()
            .group(loops)
            .channel(NioDatagramChannel.class)
            .option(ChannelOption.SO_RCVBUF, BUFFER_BYTES)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MOST_BYTES))
            .handler(inbound)
            .bind(address.getHostString(), address.getPort())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "UDP port " + address + " of the overlay cannot be bound: " + bound.cause(),
          bound.cause());
    }
    DatagramPort port = new DatagramPort(seal, hosts, bound.channel());
    inbound.port = Optional.of(port);
    return port;
  }

  /** Sends it, or loses it. */
  void send(String address, Gossips.Datagram datagram) {
    Optional<InetSocketAddress> to = hosts.find(address);
    if (to.isPresent() && channel.isActive()) {
      byte[] bytes = seal.seal(datagram.toByteArray());
      sent.incrementAndGet();
      sentBytes.addAndGet(bytes.length);
      channel.writeAndFlush(
          new DatagramPacket(Unpooled.wrappedBuffer(bytes), to.get()), channel.voidPromise());
    }
  }

  DatagramTraffic traffic() {
    return new DatagramTraffic(sent.get(), sentBytes.get(), received.get(), refused.get());
  }

  /** What is on its way out still goes. */
  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }

  private static final class Inbound extends SimpleChannelInboundHandler<DatagramPacket> {
    private final BiConsumer<String, Gossips.Datagram> receiver;
    private volatile Optional<DatagramPort> port = Optional.empty();

    Inbound(BiConsumer<String, Gossips.Datagram> receiver) {
      this.receiver = receiver;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
      port.ifPresent(one -> read(one, packet));
    }

    private void read(DatagramPort to, DatagramPacket packet) {
      to.received.incrementAndGet();
      Optional<byte[]> opened = to.seal.open(ByteBufUtil.getBytes(packet.content()));
      if (opened.isEmpty()) {
        to.refused.incrementAndGet();
        return;
      }
      try {
        receiver.accept(source(packet.sender()), Gossips.Datagram.parseFrom(opened.get()));
      } catch (InvalidProtocolBufferException e) {
        to.refused.incrementAndGet();
      }
    }

    private static String source(InetSocketAddress sender) {
      return NetUtil.toSocketAddressString(sender);
    }

    /** One datagram may be of bad will; the port goes on. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      log.debug("a datagram was not taken", cause);
    }
  }
}
