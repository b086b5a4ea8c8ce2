package io.corale.node.outward.http;

import io.corale.model.Outcome;
import io.corale.node.provider.TargetRules;
import io.netty.channel.Channel;
import io.netty.channel.pool.ChannelPool;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Carries messages by HTTP/1.1, with TLS or without. Thread-safe; never blocks.
 *
 * <p>The address that was checked against the operator's rules is the one that is connected to, so
 * that a name which resolves differently a moment later leads nowhere. That holds for every message
 * of a journey, wherever a reply may point to.
 */
public final class Courier implements AutoCloseable {
  /** A superpeer may send everything that an account permits at once. */
  private static final int MAX_RESOLVING = 8_192;

  private static final int RESOLVERS = 2;

  private final TargetRules rules;
  private final Connections connections;
  private final ThreadPoolExecutor resolving;

  /**
   * Opens nothing yet.
   *
   * @param threads what its threads are called
   */
  public Courier(String threads, TargetRules rules, SslContext tls) {
    this.rules = rules;
    this.connections = new Connections(threads, tls);
    this.resolving =
        new ThreadPoolExecutor(
            RESOLVERS,
            RESOLVERS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(MAX_RESOLVING),
            new DefaultThreadFactory(threads + "-resolve", true));
  }

  /** Begins a journey with its first message. The future completes as the journey ends. */
  public CompletableFuture<Outcome> begin(Journey journey, Message message) {
    go(journey, message);
    return journey.answer();
  }

  /** Sends the first message of a journey, or the next. */
  private void go(Journey journey, Message message) {
    try {
      // Looking a name up may block; it never does so on an event loop.
      resolving.execute(() -> resolve(journey, message));
    } catch (RejectedExecutionException e) {
      journey.end(new Outcome.NotSent("too many names are being looked up"));
    }
  }

  private void resolve(Journey journey, Message message) {
    Origin origin = message.origin();
    InetAddress address;
    try {
      address = InetAddress.getByName(origin.host());
    } catch (UnknownHostException e) {
      journey.end(new Outcome.Unavailable("host '" + origin.host() + "' is not known", false));
      return;
    }
    if (!rules.allow(origin.host(), address)) {
      journey.end(new Outcome.FunctionError(TargetRules.refusal(origin.host(), address), false));
      return;
    }
    ChannelPool pool = connections.pool(origin, address);
    pool.acquire()
        .addListener((Future<Channel> acquired) -> connected(pool, acquired, journey, message));
  }

  private void connected(
      ChannelPool pool, Future<Channel> acquired, Journey journey, Message message) {
    if (!acquired.isSuccess()) {
      journey.end(
          new Outcome.Unavailable(
              "no connection to " + message.origin() + ": " + acquired.cause().getMessage(),
              false));
      return;
    }
    Channel channel = acquired.getNow();
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      channel.eventLoop().execute(() -> send(channel, pool, journey, message));
      return;
    }
    // The guard is asked when the far side has proved who it is, and not before.
    tls.handshakeFuture()
        .addListener(
            (Future<Channel> proved) -> {
              if (proved.isSuccess()) {
                channel.eventLoop().execute(() -> send(channel, pool, journey, message));
                return;
              }
              channel.close();
              pool.release(channel);
              journey.end(
                  new Outcome.Unavailable(
                      "no TLS with " + message.origin() + ": " + proved.cause().getMessage(),
                      false));
            });
  }

  private void send(Channel channel, ChannelPool pool, Journey journey, Message message) {
    HttpExchange.begin(
        channel, new HttpExchange.Running(pool, journey, message, next -> go(journey, next)));
  }

  @Override
  public void close() {
    resolving.shutdownNow();
    connections.close();
  }
}
