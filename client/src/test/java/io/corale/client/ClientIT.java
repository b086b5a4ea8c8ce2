package io.corale.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.wire.Common;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import io.corale.wire.Exchange;
import io.corale.wire.netty.DoorChannels;
import io.corale.wire.netty.Doorway;
import io.corale.wire.netty.ProtocolRange;
import io.corale.wire.netty.Reception;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client over real sockets on loopback. */
@Timeout(30)
class ClientIT {
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

  @AfterEach
  void giveThreadsBack() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** One node: takes what is asked, answers when told. */
  private final class Node implements AutoCloseable {
    final BlockingQueue<Exchange> taken = new LinkedBlockingQueue<>();
    private final ChannelGroup accepted = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel listener;

    Node(ProtocolRange protocols) {
      Incarnation n1 = new Incarnation(new NodeId("n1"), 1);
      Reception reception = new Reception(protocols, "blue", n1, "0.1", "");
      Doorway doorway = new Doorway("n1", 10, Runnable::run, taken::add);
      listener =
          new ServerBootstrap()
              .group(loops)
              .channel(NioServerSocketChannel.class)
              .childHandler(DoorChannels.accepting(reception, doorway, accepted::add))
              .bind(new InetSocketAddress("localhost", 0))
              .syncUninterruptibly()
              .channel();
    }

    String address() {
      return "localhost:" + ((InetSocketAddress) listener.localAddress()).getPort();
    }

    Exchange next() throws InterruptedException {
      Exchange exchange = taken.poll(10, TimeUnit.SECONDS);
      assertThat(exchange).isNotNull();
      return exchange;
    }

    @Override
    public void close() {
      listener.close().syncUninterruptibly();
      accepted.close().syncUninterruptibly();
    }
  }

  private static ClientBuilder client(Node... nodes) {
    return Client.builder()
        .nodes(List.of(nodes).stream().map(Node::address).toList())
        .owner("acme");
  }

  @Test
  void whenItsNodeDiesAnInvocationIsFollowedAtAnother() throws InterruptedException {
    Node one = new Node(ProtocolRange.OURS);
    Node other = new Node(ProtocolRange.OURS);
    try (Client client = client(one, other).build()) {
      Invocation invocation = client.start("album", Payload.NULL);
      // Which of the two it begins at is chance.
      while (one.taken.isEmpty() && other.taken.isEmpty()) {
        Thread.sleep(5);
      }
      boolean isAtOne = !one.taken.isEmpty();
      accept((isAtOne ? one : other).next());
      Reply<Acceptance> accepted = invocation.accepted().join();

      (isAtOne ? one : other).close();
      Exchange await = (isAtOne ? other : one).next();
      await.answer(ended("\"done\""));

      assertThat(accepted).isInstanceOf(Reply.Given.class);
      assertThat(await.request().getAwait().getInvocation()).isEqualTo(invocation.id().value());
      assertThat(invocation.result().join())
          .isEqualTo(new ClientOutcome.Completed(Payload.ofJson("\"done\"")));
    }
    one.close();
    other.close();
  }

  @Test
  void aThousandInvocationsShareOneConnection() throws InterruptedException {
    try (Node node = new Node(ProtocolRange.OURS);
        Client client = client(node).build()) {
      List<Invocation> invocations =
          IntStream.range(0, 1_000).mapToObj(i -> client.start("album", Payload.NULL)).toList();

      for (int i = 0; i < 1_000; i++) {
        node.next().answer(ended("1"));
      }

      assertThat(invocations)
          .allSatisfy(
              each -> assertThat(each.result().join()).isInstanceOf(ClientOutcome.Completed.class));
    }
  }

  @Test
  void aClusterOfAnotherProtocolIsRefusedWithBothRanges() {
    try (Node newer = new Node(new ProtocolRange(3, 4));
        Client client = client(newer).build()) {
      ClientOutcome outcome = client.start("album", Payload.NULL).result().join();

      Refusal refusal = ((ClientOutcome.Refused) outcome).refusal();
      assertThat(refusal.code()).isEqualTo(Refusal.Code.INCOMPATIBLE);
      assertThat(refusal.message()).contains("you speak protocol 1 to 2").contains("speaks 3 to 4");
    }
  }

  @Test
  void closingTheClientEndsWhatItWaitsFor() throws InterruptedException {
    try (Node node = new Node(ProtocolRange.OURS)) {
      Client client = client(node).retryFor(Duration.ofMinutes(5)).build();
      Invocation open = client.start("album", Payload.NULL);
      accept(node.next());
      assertThat(open.accepted().join()).isInstanceOf(Reply.Given.class);

      client.close();

      assertThat(open.result().join()).isInstanceOf(ClientOutcome.Unknown.class);
    }
  }

  private static void accept(Exchange exchange) {
    exchange.more(
        Door.Response.newBuilder()
            .setAccepted(
                Door.Accepted.newBuilder()
                    .setInvocation(exchange.request().getSubmit().getInvocation())
                    .setComposition(
                        Common.CompositionRef.newBuilder().setName("album").setVersion("1.0.0"))));
  }

  private static Door.Response.Builder ended(String json) {
    return Door.Response.newBuilder()
        .setEnded(
            Door.Ended.newBuilder()
                .setEnding(
                    Common.Ending.newBuilder().setCompleted(Encode.payload(Payload.ofJson(json)))));
  }
}
