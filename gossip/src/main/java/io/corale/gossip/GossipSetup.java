package io.corale.gossip;

import io.corale.model.Incarnation;
import io.corale.wire.Gossips;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Who a core speaks for, and what it needs for that.
 *
 * @param lives the numbers of the lives before this one that this node's disk knows of, ascending
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
    RecordReader reader) {
  public GossipSetup {
    lives = List.copyOf(lives);
    seeds = List.copyOf(seeds);
  }

  /** As nodes are. */
  public static GossipSetup of(
      Incarnation self,
      List<Long> lives,
      String cluster,
      List<String> seeds,
      RandomGenerator chance,
      Watcher watcher) {
    return new GossipSetup(
        self,
        lives,
        cluster,
        seeds,
        Habits.SHIPPED,
        chance,
        new MeasuredRoundTrips(),
        watcher,
        Gossips.NodeRecord::parseFrom);
  }
}
