package io.corale.node.provider.corale;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Ending;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.door.DoorServer;
import io.corale.node.provider.Calls;
import io.corale.node.provider.SendGuard;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import io.corale.wire.Exchange;
import io.corale.wire.Freight;
import io.corale.wire.netty.Reception;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is asked of another owner's door, over real sockets. */
@Timeout(30)
class ErrandIT {
  private static final Reception RECEPTION =
      Reception.of(new Incarnation(new NodeId("far"), 1), "blue", "secret", "0.1");
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<Door.Request> asked = new CopyOnWriteArrayList<>();

  @AfterEach
  void giveThreadsBack() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** The cell that asks counts its own time, which may stand still between two attempts. */
  @Test
  void asksThatItsIdBeRememberedForAnHourAfterItsTimeout() throws Exception {
    try (DoorServer door = door(ErrandIT::end);
        CoraleProvider provider = CoraleProvider.open(List.of(at(door)), Freight.unbounded())) {
      long now = System.currentTimeMillis();

      assertThat(provider.call(running().call()).get(10, TimeUnit.SECONDS))
          .isEqualTo(new Outcome.Success(Payload.ofJson("{\"output\":1}")));

      Duration kept =
          Duration.ofMillis(asked.get(0).getSubmit().getRetryUntilMillis()).minusMillis(now);
      assertThat(kept).isBetween(Duration.ofMinutes(60), Duration.ofMinutes(65));
    }
  }

  /** Rule 10: also what is asked again is sent by the superpeer only. */
  @Test
  void submitsNothingAgainOnceItMayNot() throws Exception {
    SendGuard once =
        new SendGuard() {
          @Override
          public boolean permits() {
            return true;
          }

          @Override
          public boolean permitsMore() {
            return false;
          }
        };
    try (DoorServer door = door(ErrandIT::doNotKnow);
        CoraleProvider provider = CoraleProvider.open(List.of(at(door)), Freight.unbounded())) {
      Outcome outcome = provider.call(running().guardedBy(once).call()).get(10, TimeUnit.SECONDS);

      assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
      assertThat(outcome.mayHaveRun()).isTrue();
      assertThat(asked).hasSize(1);
    }
  }

  @Test
  void asksNothingMoreOnceItsNodeStops() throws Exception {
    CountDownLatch heard = new CountDownLatch(1);
    try (DoorServer door =
        door(
            exchange -> {
              heard.countDown();
              doNotKnow(exchange);
            })) {
      CoraleProvider provider = CoraleProvider.open(List.of(at(door)), Freight.unbounded());
      CompletableFuture<Outcome> answer =
          provider.call(running().within(Duration.ofHours(1)).call());
      heard.await();

      provider.close();

      assertThat(answer.get(10, TimeUnit.SECONDS))
          .isEqualTo(new Outcome.Unavailable("the node is stopping", true));
    }
  }

  /** A timeout may be a day away, and results have kilobytes. */
  @Test
  void keepsNothingOfWhatHasEnded() throws Exception {
    try (DoorServer door = door(ErrandIT::end);
        CoraleProvider provider = CoraleProvider.open(List.of(at(door)), Freight.unbounded())) {
      WeakReference<Object> ended = ended(provider);

      for (int i = 0; i < 500 && ended.get() != null; i++) {
        System.gc();
      }

      assertThat(ended.get()).isNull();
    }
  }

  private static WeakReference<Object> ended(CoraleProvider provider) throws Exception {
    CompletableFuture<Outcome> answer = provider.call(running().within(Duration.ofHours(9)).call());
    answer.get(10, TimeUnit.SECONDS);
    return new WeakReference<>(answer);
  }

  private static void doNotKnow(Exchange exchange) {
    exchange.answer(Door.Response.newBuilder().setUnknown(Door.Unknown.getDefaultInstance()));
  }

  private static void end(Exchange exchange) {
    exchange.answer(
        Door.Response.newBuilder()
            .setEnded(
                Door.Ended.newBuilder()
                    .setEnding(Encode.ending(new Ending.Completed(Payload.ofJson("1"))))));
  }

  private DoorServer door(Consumer<Exchange> answering) throws IOException {
    return DoorServer.open(
        loops,
        new InetSocketAddress("localhost", 0),
        RECEPTION,
        exchange -> {
          asked.add(exchange.request());
          answering.accept(exchange);
        });
  }

  private static String at(DoorServer door) {
    return "localhost:" + door.address().getPort();
  }

  private static Calls running() {
    return Calls.at("corale", Map.of("owner", "bank", "token", "t"))
        .to(Map.of("composition", "pay"));
  }
}
