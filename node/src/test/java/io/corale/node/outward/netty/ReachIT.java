package io.corale.node.outward.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Outcome;
import io.corale.node.provider.TargetRules;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.pool.AbstractChannelPoolHandler;
import io.netty.channel.pool.ChannelHealthChecker;
import io.netty.channel.pool.ChannelPool;
import io.netty.channel.pool.FixedChannelPool;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over real sockets on loopback. */
@Timeout(30)
class ReachIT {
  private static final List<InetAddress> BOTH = List.of(address("127.0.0.2"), address("127.0.0.1"));

  private final PeerPools pools =
      new PeerPools(
          "reach-test",
          ChannelHealthChecker.ACTIVE,
          (channel, peer) -> channel.pipeline().addLast(new ChannelInboundHandlerAdapter()));

  @AfterEach
  void close() {
    pools.close();
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Test
  void triesTheAddressesOfANameUntilOneAnswers() throws Exception {
    try (ServerSocket far = new ServerSocket(0, 16, address("127.0.0.1"));
        Reach reach = reach(BOTH, "127.0.0.0/8")) {
      assertThat(reached(reach, far.getLocalPort())).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void triesNoAddressThatIsNotAllowed() throws Exception {
    try (ServerSocket hidden = new ServerSocket(0, 16, address("127.0.0.2"));
        ServerSocket far = new ServerSocket(hidden.getLocalPort(), 16, address("127.0.0.1"));
        Reach one = reach(BOTH, "127.0.0.1");
        Reach none = reach(BOTH, "10.0.0.0/8")) {
      assertThat(reached(one, far.getLocalPort())).isEqualTo("127.0.0.1");
      assertThat(reached(none, far.getLocalPort()))
          .isInstanceOfSatisfying(
              Outcome.FunctionError.class,
              error -> assertThat(error.detail()).contains("127.0.0.2", "http.privateTargets"));
    }
  }

  /** Compositions write ports, and replies that point elsewhere do. */
  @Test
  void endsWhatLeadsToAPortThatNobodyHas() throws Exception {
    try (Reach reach = reach(BOTH, "127.0.0.0/8")) {
      assertThat(reached(reach, 70_000))
          .isInstanceOfSatisfying(
              Outcome.Unavailable.class, gone -> assertThat(gone.mayHaveRun()).isFalse());
    }
  }

  /** It says nothing of the far side, and uses up none of a call's tries. */
  @Test
  void knowsAPoolThatHasNoRoom() throws Exception {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (ServerSocket far = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
      FixedChannelPool pool =
          new FixedChannelPool(
              new Bootstrap()
                  .group(loops)
                  .channel(NioSocketChannel.class)
                  .remoteAddress(far.getLocalSocketAddress()),
              new AbstractChannelPoolHandler() {
                @Override
                public void channelCreated(Channel channel) {}
              },
              ChannelHealthChecker.ACTIVE,
              FixedChannelPool.AcquireTimeoutAction.FAIL,
              100,
              1,
              1);
      pool.acquire().sync();

      Future<Channel> late = pool.acquire();
      assertThat(failure(pool.acquire())).matches(Reach::isFull);
      assertThat(failure(late)).matches(Reach::isFull);
      pool.close();
      assertThat(failure(pool.acquire())).matches(Reach::isFull);
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  private static Throwable failure(Future<Channel> acquired) {
    return acquired.awaitUninterruptibly().cause();
  }

  private Reach reach(List<InetAddress> addresses, String allowed) {
    return new Reach(
        TargetRules.of(List.of(allowed)),
        pools,
        channel -> channel.eventLoop().newSucceededFuture(channel),
        new Lookups("reach-test", host -> addresses));
  }

  /** The address that was reached, or the outcome that says why there is none. */
  private static Object reached(Reach reach, int port) throws Exception {
    CompletableFuture<Object> end = new CompletableFuture<>();
    reach.to(
        new Reach.Goal("acme", "far.example", port, false),
        new Reach.Traveller() {
          @Override
          public void arrived(Channel channel, ChannelPool pool) {
            end.complete(
                ((InetSocketAddress) channel.remoteAddress()).getAddress().getHostAddress());
            channel.close();
            pool.release(channel);
          }

          @Override
          public void stranded(Outcome outcome) {
            end.complete(outcome);
          }
        });
    return end.get(10, TimeUnit.SECONDS);
  }
}
