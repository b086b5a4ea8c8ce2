package io.corale.gossip;

import io.corale.model.Incarnation;
import io.corale.wire.Gossips;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Who a core speaks for, and what it needs for that.
 *
 * @param lives the numbers of the lives before this one that this node's disk knows of, ascending
 * @param isProved whether the senders of datagrams are: what is not proved makes nobody believe in
 *     another life of a node
 * @param seeds addresses of doors to begin with; this node's own does no harm
 */
public record GossipSetup(
    Incarnation self,
    List<Long> lives,
    String cluster,
    List<String> seeds,
    Habits habits,
    RandomGenerator chance,
    RoundTrips roundTrips,
    Watcher watcher,
    RecordReader reader,
    boolean isProved) {
  public GossipSetup {
    lives = List.copyOf(lives);
    seeds = List.copyOf(seeds);
  }

  /** What a path carries that carries IPv6 at all. */
  private static final int PATH_BYTES = 1_280;

  private static final int IP_AND_UDP_BYTES = 40 + 8;

  /** What seals a datagram and names its sender, but for the id of the node. */
  private static final int SEAL_BYTES = 38;

  /** What there is room for in a datagram of this node. */
  int payloadBytes() {
    return PATH_BYTES - overheadBytes();
  }

  /** What a datagram of this node has more on its way. */
  int overheadBytes() {
    return IP_AND_UDP_BYTES + SEAL_BYTES + self.node().value().length();
  }

  /** As nodes are. */
  public static GossipSetup of(
      Incarnation self,
      List<Long> lives,
      String cluster,
      List<String> seeds,
      RandomGenerator chance,
      Watcher watcher,
      boolean isProved) {
    return new GossipSetup(
        self,
        lives,
        cluster,
        seeds,
        Habits.SHIPPED,
        chance,
        new MeasuredRoundTrips(),
        watcher,
        Gossips.NodeRecord::parseFrom,
        isProved);
  }
}
