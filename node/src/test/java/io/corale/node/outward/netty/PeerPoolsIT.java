package io.corale.node.outward.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.node.outward.netty.PeerPools.Peer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.pool.ChannelHealthChecker;
import io.netty.channel.pool.ChannelPool;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;

class PeerPoolsIT {
  /** It did, now and then: then nothing in the process that closes by that executor ever ends. */
  @RepeatedTest(20)
  void closingHoldsNobodyUpWhoSharesTheExecutorOfTheProcess() throws Exception {
    try (ServerSocket far = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
      PeerPools pools =
          new PeerPools(
              "peer-pools-test",
              ChannelHealthChecker.ACTIVE,
              (channel, peer) -> channel.pipeline().addLast(new ChannelInboundHandlerAdapter()));
      ChannelPool pool = pools.to(new Peer((InetSocketAddress) far.getLocalSocketAddress(), ""));
      List<Channel> open = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        open.add(pool.acquire().sync().getNow());
      }
      for (Channel channel : open) {
        pool.release(channel).sync();
      }

      pools.close();

      assertThat(GlobalEventExecutor.INSTANCE.submit(() -> true).await(10, TimeUnit.SECONDS))
          .isTrue();
    }
  }
}
