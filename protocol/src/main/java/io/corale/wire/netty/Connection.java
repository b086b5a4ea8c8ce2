package io.corale.wire.netty;

import io.corale.model.Refusal;
import io.corale.wire.Door;
import io.corale.wire.Freight;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * An open conversation with a door, for clients and for nodes that speak to nodes: many requests at
 * once, answered in any order.
 *
 * <p>Threading: all methods from any thread, none blocks. Futures complete, and listeners run, on
 * the connection's event loop: what depends on them must not block. A broken connection stays
 * broken; {@link Connections} opens new ones.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // Netty hands back the channel future: it is listened to.
public final class Connection implements AutoCloseable {
  private final Channel channel;
  private final Door.Welcome welcome;
  private final AskingHandler asking;

  Connection(Channel channel, Door.Welcome welcome, AskingHandler asking) {
    this.channel = channel;
    this.welcome = welcome;
    this.asking = asking;
  }

  /**
   * The future fails with {@link ConnectFailedException} only.
   *
   * @param freight where large answers find room
   */
  public static CompletableFuture<Connection> open(
      EventLoopGroup loops, InetSocketAddress address, Introduction introduction, Freight freight) {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    new Bootstrap()
        .group(loops)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) DoorLimits.CONNECT.toMillis())
        .handler(DoorChannels.opening(introduction, freight, opened))
        .connect(address)
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                opened.completeExceptionally(unreachable(address, connected.cause()));
              }
            });
    return opened;
  }

  private static ConnectFailedException unreachable(InetSocketAddress address, Throwable cause) {
    return new ConnectFailedException(
        Refusal.of(
            Refusal.Code.UNAVAILABLE,
            "cannot reach "
                + address.getHostString()
                + ":"
                + address.getPort()
                + ": "
                + cause.getMessage()));
  }

  /** What the other side said of itself. */
  public Door.Welcome welcome() {
    return welcome;
  }

  /** Asks for one answer; see {@link #ask(Door.Request, Consumer)}. */
  public CompletableFuture<Door.Response> ask(Door.Request request) {
    return ask(request, response -> {});
  }

  /**
   * Asks; {@code more} gets the responses that others follow. The future always completes normally:
   * with the last response, with a {@code Refused} where the request certainly did not leave, or
   * with an {@code Unknown} where it left and its envelope's deadline passed, or the connection
   * broke, before an answer. Cancelling it tells the other side that nobody waits any more. The
   * request id is chosen here.
   */
  public CompletableFuture<Door.Response> ask(Door.Request request, Consumer<Door.Response> more) {
    return asking.ask(request, more);
  }

  public boolean isOpen() {
    return channel.isActive();
  }

  /** Runs {@code action} when the connection is closed, at once if it is. */
  public void onClose(Runnable action) {
    channel.closeFuture().addListener(closed -> action.run());
  }

  /** What is open ends as {@code Unknown}. */
  @Override
  public void close() {
    channel.close();
  }
}
