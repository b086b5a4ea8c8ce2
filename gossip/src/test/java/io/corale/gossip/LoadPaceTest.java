package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.wire.Gossips;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However large the cluster is, all its loads fit into their share of each node's budget. */
final class LoadPaceTest {
  private static final int REPLICAS = 3;

  /** The second row is the load that the overlay is designed for: 200 cells on each node. */
  @ParameterizedTest
  @CsvSource({
    "3, 10, 10",
    "1000, 66667, 152",
    "10000, 666667, 1526",
    "1000, 0, 46",
    "100, 100000, 163",
    "20, 50000, 80"
  })
  void allLoadsTogetherFitIntoTheirShare(int nodes, int schedulers, int seconds) {
    int led = (schedulers + nodes - 1) / nodes;

    long interval = LoadPace.interval(nodes, schedulers);

    double perSecond = (double) Micros.SECOND / interval;
    double bytes = nodes * (double) bytes(led) * Outbox.LOSSY_TIMES * perSecond;
    assertThat(bytes).as("bytes/s").isLessThanOrEqualTo(LoadPace.BYTES_PER_SECOND);
    assertThat(interval / Micros.SECOND).as("seconds between two loads").isEqualTo(seconds);
  }

  /** Of what a node tells that leads so many, and follows twice as many, in no order. */
  private static int bytes(int led) {
    int bytes = 0;
    for (int part = 0; part * LoadForm.SLOTS <= led * REPLICAS; part++) {
      SortedMap<Integer, Integer> bands = new TreeMap<>();
      for (int slot = part * LoadForm.SLOTS; slot < (part + 1) * LoadForm.SLOTS; slot++) {
        if (slot % REPLICAS == 1 && slot < led * REPLICAS + 1) {
          bands.put(slot, 40);
        }
      }
      Gossips.Load.Builder load = Gossips.Load.newBuilder().setLedSince(1_000_000);
      if (part == 0) {
        load.setPendingBand(200).setUtilisationPercent(95);
      }
      LoadForm.put(load, part, bands);
      Topic topic = Topic.load(part);
      bytes +=
          Rumours.FIELD_BYTES
              + Gossips.Latest.newBuilder()
                  .setWriter(-1)
                  .setKind(topic.kind())
                  .setPart(topic.part())
                  .setVersion(1_000_000)
                  .setContent(load.build().toByteString())
                  .build()
                  .getSerializedSize();
    }
    return bytes;
  }
}
