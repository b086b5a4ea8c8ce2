package io.corale.gossip.netty;

import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.gossip.seal.AesSeal;
import io.corale.gossip.seal.KeyRing;
import io.corale.gossip.seal.Opened;
import io.corale.gossip.seal.Refusal;
import io.corale.gossip.seal.Seal;
import io.corale.model.Incarnation;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The port of a node for datagrams. Thread-safe. */
final class DatagramPort implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DatagramPort.class);

  /** Nobody of ours sends more; what is longer is cut off, and then cannot be opened. */
  private static final int MOST_BYTES = 1_500;

  /** A second of the busiest node's news, while this process does not run. */
  private static final int BUFFER_BYTES = 512 * 1_024;

  private final Seal seal;
  private final Hosts hosts;
  private final Channel channel;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong sentBytes = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong receivedBytes = new AtomicLong();
  private final AtomicLong unreadable = new AtomicLong();

  private DatagramPort(Seal seal, Hosts hosts, Channel channel) {
    this.seal = seal;
    this.hosts = hosts;
    this.channel = channel;
  }

  /**
   * Binds the port.
   *
   * @param seal only for this port, which never uses it from two threads at a time
   * @param receiver gets what was said, on an event loop
   * @throws IOException if it cannot be bound
   */
  static DatagramPort open(
      EventLoopGroup loops, InetSocketAddress address, Seal seal, Hosts hosts, Receiver receiver)
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
      byte[] bytes;
      synchronized (seal) {
        bytes = seal.seal(datagram.toByteArray());
      }
      sent.incrementAndGet();
      sentBytes.addAndGet(bytes.length);
      channel.writeAndFlush(
          new DatagramPacket(Unpooled.wrappedBuffer(bytes), to.get()), channel.voidPromise());
    }
  }

  private Opened open(byte[] datagram) {
    synchronized (seal) {
      return seal.open(datagram);
    }
  }

  /** From now on seals and opens with these keys, if it seals at all. */
  void rotate(KeyRing keys) {
    if (seal instanceof AesSeal sealing) {
      synchronized (seal) {
        sealing.rotate(keys);
      }
    }
  }

  DatagramTraffic traffic() {
    Map<String, Long> refused = new TreeMap<>();
    refused.put("unreadable", unreadable.get());
    synchronized (seal) {
      for (Refusal why : Refusal.values()) {
        refused.put(why.name().toLowerCase(Locale.ROOT), seal.refused(why));
      }
    }
    return new DatagramTraffic(
        sent.get(), sentBytes.get(), received.get(), receivedBytes.get(), refused);
  }

  /** What is on its way out still goes. */
  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }

  /** Takes what has come: from which address, of whom, and what. */
  @FunctionalInterface
  interface Receiver {
    void receive(String source, Incarnation sender, Gossips.Datagram datagram);
  }

  private static final class Inbound extends SimpleChannelInboundHandler<DatagramPacket> {
    private final Receiver receiver;
    private volatile Optional<DatagramPort> port = Optional.empty();

    Inbound(Receiver receiver) {
      this.receiver = receiver;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
      port.ifPresent(one -> read(one, packet));
    }

    private void read(DatagramPort to, DatagramPacket packet) {
      byte[] bytes = ByteBufUtil.getBytes(packet.content());
      to.received.incrementAndGet();
      to.receivedBytes.addAndGet(bytes.length);
      if (to.open(bytes) instanceof Opened.Message message) {
        try {
          Gossips.Datagram datagram = Gossips.Datagram.parseFrom(message.payload());
          receiver.receive(source(packet.sender()), message.sender(), datagram);
        } catch (InvalidProtocolBufferException e) {
          to.unreadable.incrementAndGet();
        }
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
