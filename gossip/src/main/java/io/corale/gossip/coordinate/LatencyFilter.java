package io.corale.gossip.coordinate;

import io.corale.model.NodeId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Takes the median of the last three round trips to each peer, so that a single one that was held
 * up does not count (Ledlie, Gardner, Seltzer: Network Coordinates in the Wild, 2007).
 */
final class LatencyFilter {
  static final int SAMPLES = 3;

  /** Beyond the largest cluster that the overlay is made for; about 100 bytes each. */
  static final int MAX_PEERS = 16_384;

  private final int most;

  /** Who was measured last is last. The samples of each: the newest first. */
  private final Map<NodeId, double[]> peers = new LinkedHashMap<>();

  LatencyFilter(int most) {
    this.most = most;
  }

  /** The round trip to go by, now that this one was measured; of two the smaller one. */
  double median(NodeId peer, double millis) {
    double[] before = peers.remove(peer);
    int kept = before == null ? 0 : Math.min(before.length, SAMPLES - 1);
    double[] samples = new double[kept + 1];
    samples[0] = millis;
    if (before != null) {
      System.arraycopy(before, 0, samples, 1, kept);
    }
    peers.put(peer, samples);
    if (peers.size() > most) {
      peers.remove(peers.keySet().iterator().next());
    }
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    return sorted[(sorted.length - 1) / 2];
  }

  void forget(NodeId peer) {
    peers.remove(peer);
  }

  int size() {
    return peers.size();
  }
}
