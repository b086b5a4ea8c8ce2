package io.corale.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.gossip.netty.GossipingOverlay;
import io.corale.model.Incarnation;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The overlay of a node as it is put together from a configuration, with its port and its keys. */
final class OverlayOpeningIT {
  private static final String ONE =
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  private static final String TWO = ONE.replace('0', 'f');
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  /** One of two nodes of which each is the other's seed. */
  private final class Half implements AutoCloseable {
    final OverlayOpening opening;
    final GossipingOverlay overlay;
    Optional<GossipingOverlay> other = Optional.empty();

    Half(String node, int port, int otherPort, String keys) throws Exception {
      NodeConfig config = config(node, port, otherPort);
      write(node, keys);
      opening = new OverlayOpening(config, new Incarnation(config.node(), 1));
      overlay =
          opening.overlay(
              List.of(),
              (address, message) ->
                  address.endsWith(":" + port)
                      ? CompletableFuture.failedFuture(new IOException("its own door"))
                      : CompletableFuture.supplyAsync(() -> other.orElseThrow().answer(message)));
    }

    @Override
    public void close() {
      overlay.close();
    }
  }

  @Test
  void keysThatAreReplacedInTheFileAreInForceAtThePort() throws Exception {
    int here = FreePort.udp();
    int there = FreePort.udp();
    try (Half one = new Half("n1", here, there, ONE);
        Half other = new Half("n2", there, here, TWO)) {
      one.other = Optional.of(other.overlay);
      other.other = Optional.of(one.overlay);
      for (Half each : List.of(one, other)) {
        each.opening.bind(each.overlay);
        each.overlay.start();
      }
      await(() -> refused(other) > 0);
      boolean isHeardBefore = isHeard(other);

      write("n1", TWO);
      one.opening.rotate(one.overlay);

      assertThat(isHeardBefore).isFalse();
      await(() -> isHeard(other));
    }
  }

  /** Else a life would be counted and replicas opened, at each restart again. */
  @Test
  void aPortThatIsTakenIsNoticedBeforeAnythingIsSaid() throws Exception {
    try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Half one = new Half("n1", taken.getLocalPort(), FreePort.udp(), ONE)) {
      assertThatThrownBy(() -> one.opening.bind(one.overlay))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("UDP port")
          .hasMessageContaining(":" + taken.getLocalPort());
    }
  }

  /** It may turn out that its disk is one of former days. */
  @Test
  void whoHasItsPortAndHasNotBegunAnswersNobodyAndSaysNothing() throws Exception {
    int here = FreePort.udp();
    int there = FreePort.udp();
    try (Half one = new Half("n1", here, there, ONE);
        Half other = new Half("n2", there, here, ONE)) {
      one.other = Optional.of(other.overlay);
      other.other = Optional.of(one.overlay);
      one.opening.bind(one.overlay);
      other.opening.bind(other.overlay);
      other.overlay.start();

      await(() -> one.overlay.traffic().received() > 3);
      one.overlay.close();

      assertThat(one.overlay.traffic().sent()).isZero();
    }
  }

  private static long refused(Half half) {
    return half.overlay.traffic().refusedByReason().getOrDefault("unknown_key", 0L);
  }

  private static boolean isHeard(Half half) {
    return half.overlay.traffic().received() > half.overlay.traffic().refusedInAll();
  }

  private NodeConfig config(String node, int port, int otherPort) throws Exception {
    String text =
        """
        node:
          id: %s
        clusterKey: k
        door:
          address: 127.0.0.1:%d
        seeds: [127.0.0.1:%d]
        overlay:
          keyFile: %s
        """
            .formatted(node, port, otherPort, directory.resolve(node));
    return NodeConfig.read("node.yaml", text, Map.of(), Map.of());
  }

  private void write(String node, String keys) throws IOException {
    Path file = directory.resolve(node);
    Files.writeString(file, keys);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static void await(BooleanSupplier isSo) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!isSo.getAsBoolean()) {
      assertThat(System.nanoTime()).as("within " + PATIENCE).isLessThan(until);
      Thread.sleep(20);
    }
  }
}
