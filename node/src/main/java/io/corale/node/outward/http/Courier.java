package io.corale.node.outward.http;

import io.corale.model.Outcome;
import io.corale.node.outward.netty.Reach;
import io.corale.node.provider.TargetRules;
import io.netty.channel.Channel;
import io.netty.channel.pool.ChannelPool;
import io.netty.handler.ssl.SslContext;
import java.util.concurrent.CompletableFuture;

/**
 * Carries messages by HTTP/1.1, with TLS or without. Thread-safe; never blocks.
 *
 * <p>Every message of a journey goes its way under the operator's rules, wherever a reply may point
 * to.
 */
public final class Courier implements AutoCloseable {
  private final Connections connections;

  /**
   * Opens nothing yet.
   *
   * @param threads what its threads are called
   */
  public Courier(String threads, TargetRules rules, SslContext tls) {
    this.connections = new Connections(threads, rules, tls);
  }

  /** Begins a journey with its first message. The future completes as the journey ends. */
  public CompletableFuture<Outcome> begin(Journey journey, Message message) {
    go(journey, message);
    return journey.answer();
  }

  /** Sends the first message of a journey, or the next. */
  private void go(Journey journey, Message message) {
    connections.to(
        message.origin(),
        journey.call(),
        new Reach.Traveller() {
          @Override
          public void arrived(Channel channel, ChannelPool pool) {
            HttpExchange.begin(
                channel,
                new HttpExchange.Running(pool, journey, message, next -> go(journey, next)));
          }

          @Override
          public void stranded(Outcome outcome) {
            journey.end(outcome);
          }
        });
  }

  @Override
  public void close() {
    connections.close();
  }
}
