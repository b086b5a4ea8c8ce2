package io.corale.gossip;

/**
 * How often a node tells its load: so often that what all nodes of the cluster tell together fits
 * into the share that lossy values have of the budget of each. The more nodes and schedulers there
 * are, the older is what is known of each.
 */
final class LoadPace {
  static final long LEAST_MICROS = 10 * Micros.SECOND;

  /** Of the budget of datagrams, what loads have however many entries there are to tell. */
  static final long BYTES_PER_SECOND = 4 * 1_024;

  /** Of a load: what it has without a scheduler, and its share of a datagram's envelope. */
  private static final long BYTES_OF_NODE = 48;

  /** Of eight schedulers: a band each, a bit for each of their three replicas, and of the parts. */
  private static final long BYTES_OF_EIGHT = 13;

  private LoadPace() {}

  /**
   * The time between two loads of a node.
   *
   * @param schedulers of the whole cluster
   */
  static long interval(int nodes, int schedulers) {
    long bytes = BYTES_OF_NODE * nodes + BYTES_OF_EIGHT * schedulers / 8;
    return Math.max(LEAST_MICROS, Outbox.LOSSY_TIMES * bytes * Micros.SECOND / BYTES_PER_SECOND);
  }
}
