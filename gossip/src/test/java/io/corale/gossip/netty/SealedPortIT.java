package io.corale.gossip.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.gossip.seal.AesSeal;
import io.corale.gossip.seal.ClusterKey;
import io.corale.gossip.seal.ClusterName;
import io.corale.gossip.seal.KeyRing;
import io.corale.gossip.seal.PlainTextSeal;
import io.corale.gossip.seal.Seal;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.wire.Gossips;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ports of two nodes on this machine: who hears whom under which keys. */
final class SealedPortIT {
  private static final ClusterName CLUSTER = new ClusterName("test");
  private static final ClusterKey FORMER = ClusterKey.derived("a cluster key");
  private static final ClusterKey NEXT = ClusterKey.derived("another one");

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final BlockingQueue<Incarnation> heard = new LinkedBlockingQueue<>();

  @AfterEach
  void close() throws InterruptedException {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
  }

  @Test
  void whileAKeyIsReplacedInThreeStepsNothingIsRefused() throws Exception {
    String door = "127.0.0.1:" + FreePort.find();
    try (DatagramPort one = port(sealed(1, FORMER), FreePort.find());
        DatagramPort other = port(sealed(2, FORMER), port(door))) {
      List<KeyRing> steps =
          List.of(
              new KeyRing(List.of(FORMER, NEXT)),
              new KeyRing(List.of(NEXT, FORMER)),
              new KeyRing(List.of(NEXT)));
      for (KeyRing step : steps) {
        one.rotate(step); // Some nodes are always ahead of others, by one step.
        assertIsHeard(one, door);
        other.rotate(step);
        assertIsHeard(one, door);
      }

      assertThat(other.traffic().refusedInAll()).isZero();
      assertThat(other.traffic().received()).isEqualTo(6);
    }
  }

  @Test
  void whoHasAnotherKeyOrNoneIsNotHeard() throws Exception {
    String door = "127.0.0.1:" + FreePort.find();
    try (DatagramPort stranger = port(sealed(1, NEXT), FreePort.find());
        DatagramPort plain = port(new PlainTextSeal(CLUSTER, node(3)), FreePort.find());
        DatagramPort known = port(sealed(4, FORMER), FreePort.find());
        DatagramPort other = port(sealed(2, FORMER), port(door))) {
      stranger.send(door, Gossips.Datagram.getDefaultInstance());
      plain.send(door, Gossips.Datagram.getDefaultInstance());
      known.send(door, Gossips.Datagram.getDefaultInstance());

      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(node(4));
      assertThat(heard).isEmpty();
      assertThat(other.traffic().refusedByReason())
          .containsEntry("unknown_key", 1L)
          .containsEntry("plain_text", 1L);
    }
  }

  private void assertIsHeard(DatagramPort from, String door) throws InterruptedException {
    from.send(door, Gossips.Datagram.newBuilder().setVersion(2).build());
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(node(1));
  }

  private static Seal sealed(int number, ClusterKey key) {
    return new AesSeal(CLUSTER, node(number), new KeyRing(List.of(key)));
  }

  private static Incarnation node(int number) {
    return new Incarnation(new NodeId("n" + number), 1);
  }

  private DatagramPort port(Seal seal, int port) throws Exception {
    return DatagramPort.open(
        loops,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        seal,
        new Hosts(Runnable::run),
        (source, sender, datagram) -> heard.add(sender));
  }

  private static int port(String door) {
    return Integer.parseInt(door.substring(door.indexOf(':') + 1));
  }
}
