package io.corale.gossip.netty;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What went through the port of a node for datagrams since it began.
 *
 * @param refused of those received, by why they could not be opened or read
 */
public record DatagramTraffic(
    long sent, long sentBytes, long received, long receivedBytes, Map<String, Long> refused) {
  static final DatagramTraffic NONE = new DatagramTraffic(0, 0, 0, 0, Map.of());

  public DatagramTraffic {
    refused = Map.copyOf(refused);
  }

  /** In the order of reasons. */
  public SortedMap<String, Long> refusedByReason() {
    return new TreeMap<>(refused);
  }

  /** Whatever the reason. */
  public long refusedInAll() {
    return refused.values().stream().mapToLong(Long::longValue).sum();
  }
}
