package io.corale.gossip.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.gossip.ClaimView;
import io.corale.gossip.GossipSetup;
import io.corale.gossip.SchedulerView;
import io.corale.gossip.seal.AesSeal;
import io.corale.gossip.seal.ClusterKey;
import io.corale.gossip.seal.ClusterName;
import io.corale.gossip.seal.KeyRing;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.wire.Gossips;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Overlays that talk by real datagrams on this machine; their streams are calls. */
final class GossipingOverlayIT {
  private static final CellId CELL = CellId.home(new OwnerId("acme"));
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Map<String, GossipingOverlay> byDoor = new ConcurrentHashMap<>();
  private final List<String> doors = new ArrayList<>();
  private final List<GossipingOverlay> overlays = new ArrayList<>();

  @AfterEach
  void close() {
    overlays.forEach(GossipingOverlay::close);
  }

  @Test
  void nodesKnowEachOtherTheirClaimsAndTheirLoadAndWhoHasLeftIsGone() throws Exception {
    for (int number = 0; number < 5; number++) {
      doors.add("localhost:" + FreePort.find());
    }
    for (int number = 0; number < 5; number++) {
      overlays.add(start(number));
    }
    await(() -> overlays.stream().allMatch(one -> one.isSynced() && one.nodes().size() == 5));

    GossipingOverlay leader = overlays.get(3);
    Incarnation self = leader.nodes().get(0).incarnation();
    leader.claim(List.of(new ClaimView(self, CELL, 1, 7, true)));
    await(() -> overlays.stream().allMatch(one -> one.leader(CELL).isPresent()));
    leader.load(Map.of(CELL, 1_000L), 50);
    await(() -> overlays.stream().allMatch(one -> isLoadKnown(one, self)));
    await(() -> overlays.stream().allMatch(GossipingOverlayIT::knowsPending));
    SchedulerView shown = overlays.get(0).schedulers(Optional.empty(), 10).schedulers().get(0);
    assertThat(shown.cell()).isEqualTo(CELL);
    assertThat(shown.leader().map(ClaimView::node)).contains(self);
    assertThat(shown.claimMillis()).isPresent();
    assertThat(overlays.get(0).schedulers(Optional.of(CELL), 10).schedulers()).isEmpty();
    assertThat(overlays.get(0).traffic().received()).isPositive();
    assertThat(overlays.get(0).traffic().refusedInAll()).isZero();

    byDoor.remove(doors.get(4));
    overlays.remove(4).close();
    await(() -> overlays.stream().allMatch(one -> one.nodes().size() == 4));
    assertThat(overlays).allSatisfy(one -> assertThat(one.leader(CELL)).isPresent());
  }

  private static boolean knowsPending(GossipingOverlay overlay) {
    return overlay.schedulers(Optional.empty(), 1).schedulers().stream()
        .anyMatch(one -> one.pending().filter(it -> it.least() > 700).isPresent());
  }

  /** Of one that may be believed to be gone for a moment. */
  private static boolean isLoadKnown(GossipingOverlay overlay, Incarnation node) {
    return overlay.nodes().stream()
        .anyMatch(view -> view.incarnation().equals(node) && view.pendingBand().isPresent());
  }

  private GossipingOverlay start(int number) throws Exception {
    Gossips.NodeRecord record =
        Gossips.NodeRecord.newBuilder().setDoorAddress(doors.get(number)).build();
    Incarnation self = new Incarnation(new NodeId("n" + number), 1);
    KeyRing keys = new KeyRing(List.of(new ClusterKey(new byte[ClusterKey.BYTES])));
    GossipSetup setup =
        GossipSetup.of(
            self,
            List.of(),
            "test",
            doors.subList(0, 2),
            RandomGeneratorFactory.of("L64X128MixRandom").create(number),
            (who, now) -> {},
            true);
    GossipingOverlay overlay = new GossipingOverlay(setup, record, this::ask);
    byDoor.put(doors.get(number), overlay);
    int port = Integer.parseInt(doors.get(number).substring("localhost:".length()));
    overlay.bind(
        new InetSocketAddress("localhost", port), new AesSeal(new ClusterName("test"), self, keys));
    overlay.start();
    return overlay;
  }

  private CompletableFuture<ByteString> ask(String door, ByteString message) {
    GossipingOverlay asked = byDoor.get(door);
    return asked == null
        ? CompletableFuture.failedFuture(new IllegalStateException("nobody at " + door))
        : CompletableFuture.supplyAsync(() -> asked.answer(message));
  }

  private static void await(BooleanSupplier isSo) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!isSo.getAsBoolean()) {
      assertThat(System.nanoTime()).as("within " + PATIENCE).isLessThan(until);
      Thread.sleep(20);
    }
  }
}
