package io.corale.node.outward.http;

import io.corale.node.outward.netty.PeerPools;
import io.corale.node.outward.netty.PeerPools.Peer;
import io.netty.channel.Channel;
import io.netty.channel.pool.ChannelHealthChecker;
import io.netty.channel.pool.ChannelPool;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Kept connections that speak HTTP/1.1. Thread-safe. */
final class Connections implements AutoCloseable {
  /** Two round trips and a proof; a message that then comes too late is stopped by its guard. */
  private static final int HANDSHAKE_TIMEOUT_MILLIS = 2_000;

  private final SslContext tls;
  private final PeerPools pools;

  Connections(String threads, SslContext tls) {
    this.tls = tls;
    this.pools = new PeerPools(threads, ChannelHealthChecker.ACTIVE, this::furnish);
  }

  /** The pool for an origin at the address that it was found to have. */
  ChannelPool pool(Origin origin, InetAddress address) {
    return pools.to(
        new Peer(
            new InetSocketAddress(address, origin.port()), origin.isSecure() ? origin.host() : ""));
  }

  private void furnish(Channel channel, Peer peer) {
    if (peer.isSecure()) {
      SslHandler handler = tls.newHandler(channel.alloc(), peer.name(), peer.address().getPort());
      handler.setHandshakeTimeoutMillis(HANDSHAKE_TIMEOUT_MILLIS);
      channel.pipeline().addLast(handler);
    }
    HttpExchange.furnish(channel);
  }

  @Override
  public void close() {
    pools.close();
  }
}
