package io.corale.node.outward.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LookupsTest {
  private final CountDownLatch serversAreBack = new CountDownLatch(1);
  private final AtomicInteger looked = new AtomicInteger();
  private final Lookups lookups = new Lookups("test", this::look);

  @AfterEach
  void close() {
    serversAreBack.countDown();
    lookups.close();
  }

  private List<InetAddress> look(String host) throws UnknownHostException {
    looked.incrementAndGet();
    if (host.endsWith(".dead")) {
      try {
        serversAreBack.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    if (host.endsWith(".nowhere")) {
      throw new UnknownHostException(host);
    }
    return List.of(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}));
  }

  /** An owner's zone whose servers keep silent is that owner's affair. */
  @Test
  void letsNobodyWaitForTheNamesOfAnother() {
    for (int i = 0; i < 1_000; i++) {
      ask("unlucky", i + ".dead");
    }

    assertThat(told(ask("lucky", "far.example"))).hasSize(1);
    assertThat(told(ask("lucky", "far.nowhere"))).isEmpty();
  }

  @Test
  void tellsAtOnceWhatNobodyNeedBeAskedFor() {
    told(ask("acme", "far.example"));
    for (int i = 0; i < 100; i++) {
      ask("acme", i + ".dead");
    }

    for (String host : List.of("far.example", "192.0.2.1", "[2001:db8::1]")) {
      assertThat(ask("acme", host)).as(host).isCompletedWithValueMatching(list -> list.size() == 1);
    }
  }

  @Test
  void looksOnceForAllWhoWaitForAName() {
    ask("acme", "1.dead");
    ask("acme", "2.dead");
    List<CompletableFuture<List<InetAddress>>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(ask("acme", "far.example"));
    }

    serversAreBack.countDown();

    waiting.forEach(each -> assertThat(told(each)).hasSize(1));
    assertThat(looked).hasValue(3);
  }

  @Test
  void refusesWhatAnOwnerAsksForBeyondItsShare() {
    int taken = 0;
    while (lookups.find("greedy", taken + ".dead", found -> {})) {
      taken++;
    }

    assertThat(taken).isBetween(Lookups.MAX_WAITING, Lookups.MAX_WAITING + Lookups.MOST_OF_OWNER);
    assertThat(told(ask("modest", "far.example"))).hasSize(1);
  }

  private static List<InetAddress> told(CompletableFuture<List<InetAddress>> answer) {
    return answer.orTimeout(10, TimeUnit.SECONDS).join();
  }

  private CompletableFuture<List<InetAddress>> ask(String owner, String host) {
    CompletableFuture<List<InetAddress>> told = new CompletableFuture<>();
    assertThat(lookups.find(owner, host, told::complete)).isTrue();
    return told;
  }
}
