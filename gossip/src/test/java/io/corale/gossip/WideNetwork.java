package io.corale.gossip;

import java.util.BitSet;
import java.util.random.RandomGenerator;

/**
 * How long packets between numbered nodes in zones take, and whether they arrive: round trips by
 * zone, jitter, loss, and links that are cut in one direction.
 */
final class WideNetwork {
  /** Round trips in milliseconds between data centers of one region, a continent, and overseas. */
  private static final double[][] ROUND_TRIPS = {
    {0.5, 2, 30, 90}, {2, 0.5, 32, 95}, {30, 32, 0.5, 140}, {90, 95, 140, 0.5}
  };

  private static final double JITTER = 0.3;

  /** What sockets and threads at both ends take at least. */
  private static final double LEAST_MILLIS = 0.1;

  private static final long RETRANSMIT_MICROS = 200_000;
  private static final long STREAM_PATIENCE_MICROS = 1_000_000;

  private final RandomGenerator chance;
  private final int nodes;
  private int lostPerMille;
  private boolean losesDatagrams;
  private BitSet island = new BitSet();
  private final BitSet cuts = new BitSet();

  WideNetwork(RandomGenerator chance, int nodes) {
    this.chance = chance;
    this.nodes = nodes;
  }

  void lose(int perMille) {
    lostPerMille = perMille;
  }

  /** A firewall that lets streams pass, and nothing else. */
  void loseAllDatagrams() {
    losesDatagrams = true;
  }

  /** Cuts these off from all others. */
  void partition(BitSet members) {
    island = (BitSet) members.clone();
  }

  /** Cuts one link in one direction; for networks of some thousand nodes at most. */
  void cut(int from, int to) {
    cuts.set(from * nodes + to);
  }

  void heal() {
    island = new BitSet();
    cuts.clear();
  }

  private boolean isCut(int from, int to) {
    return island.get(from) != island.get(to) || (!cuts.isEmpty() && cuts.get(from * nodes + to));
  }

  /** How long a datagram takes in microseconds; negative where it is lost. */
  long datagramMicros(int from, int to) {
    if (losesDatagrams || isCut(from, to) || chance.nextInt(1_000) < lostPerMille) {
      return -1;
    }
    return oneWayMicros(from, to);
  }

  private long oneWayMicros(int from, int to) {
    double base = ROUND_TRIPS[from % ROUND_TRIPS.length][to % ROUND_TRIPS.length] / 2;
    return Math.round(1_000 * (LEAST_MILLIS + base * Math.exp(JITTER * chance.nextGaussian())));
  }

  /**
   * How long the way of a message over a new stream takes, with what is sent again where it is
   * lost; negative where it takes more patience than there is.
   */
  long streamMicros(int from, int to) {
    if (isCut(from, to) || isCut(to, from)) {
      return -1;
    }
    long micros = oneWayMicros(from, to) + oneWayMicros(to, from) + oneWayMicros(from, to);
    long wait = RETRANSMIT_MICROS;
    for (int packet = 0; packet < 2; packet++) {
      while (chance.nextInt(1_000) < lostPerMille) {
        micros += wait;
        wait *= 2;
      }
    }
    return micros > STREAM_PATIENCE_MICROS ? -1 : micros;
  }
}
