package io.corale.node.outward.http;

import io.corale.node.outward.netty.PeerPools;
import io.corale.node.outward.netty.PeerPools.Peer;
import io.corale.node.outward.netty.Reach;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.TargetRules;
import io.netty.channel.Channel;
import io.netty.channel.pool.ChannelHealthChecker;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.util.Optional;

/** Kept connections that speak HTTP/1.1. Thread-safe. */
final class Connections implements AutoCloseable {
  /** Two round trips and a proof; a message that then comes too late is stopped by its guard. */
  private static final int HANDSHAKE_TIMEOUT_MILLIS = 2_000;

  private final SslContext tls;
  private final Reach reach;

  Connections(String threads, TargetRules rules, SslContext tls) {
    this.tls = tls;
    PeerPools pools = new PeerPools(threads, ChannelHealthChecker.ACTIVE, this::furnish);
    this.reach = new Reach(threads + "-resolve", rules, pools, Connections::proved);
  }

  /**
   * Brings a message to an origin.
   *
   * @param call whose it is; where it is of no attempt, it waits for others to its host only
   */
  void to(Origin origin, Optional<ProviderCall> call, Reach.Traveller traveller) {
    reach.to(
        new Reach.Goal(
            call.map(each -> each.owner().value()).orElse("host " + origin.host()),
            origin.host(),
            origin.port(),
            origin.isSecure()),
        traveller);
  }

  /** The guard is asked when the far side has proved who it is, and not before. */
  private static Future<Channel> proved(Channel channel) {
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    if (handler == null) {
      return channel.eventLoop().newSucceededFuture(channel);
    }
    Promise<Channel> proved = ImmediateEventExecutor.INSTANCE.newPromise();
    handler
        .handshakeFuture()
        .addListener(
            (Future<Channel> shaken) -> {
              if (shaken.isSuccess()) {
                proved.setSuccess(channel);
              } else {
                proved.setFailure(new IOException("no TLS: " + shaken.cause().getMessage()));
              }
            });
    return proved;
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
    reach.close();
  }
}
