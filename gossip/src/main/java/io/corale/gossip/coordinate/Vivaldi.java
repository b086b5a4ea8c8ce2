package io.corale.gossip.coordinate;

import io.corale.model.NodeId;
import java.util.random.RandomGenerator;

/**
 * Finds the coordinate of this node from round trips that it has measured, each with the coordinate
 * of whom it measured.
 *
 * <p>Vivaldi (Dabek, Cox, Kaashoek, Morris: <em>Vivaldi: A Decentralized Network Coordinate
 * System</em>, SIGCOMM 2004) lets each pair of nodes be joined by a spring as long as their round
 * trip. With each sample the node gives way to one spring, by a quarter of what it is off, and less
 * so the surer it is of itself than the peer is. Of the form that Serf gave it are
 *
 * <ul>
 *   <li>eight dimensions and a height,
 *   <li>the median of the last three round trips to a peer ({@link LatencyFilter}),
 *   <li>an adjustment: half of what the last twenty samples were off on average (Lee et al., On
 *       Suitability of Euclidean Embedding, 2010),
 *   <li>gravity: a pull to the origin with the square of the distance, so that all together do not
 *       drift away (Ledlie et al. 2007).
 * </ul>
 *
 * <p>Added are bounds on what one lying peer may do. It can say that it is anywhere and sure of it,
 * and it can hold up its answers. So no peer is taken for surer than {@link #SUREST}, and a sample
 * counts as off by at most half of a usual round trip, or by four times what samples usually are
 * off: the medians of the last twenty. Where the network itself changes most samples are off, and
 * the median follows. The price is paid by a small zone far from a large one, where few samples are
 * of neighbours: two of 48 nodes need 3,000 samples to find each other, instead of 1,200.
 *
 * <p><strong>Below a millisecond it is noise</strong>: what threads and cards take is then more
 * than the way, and estimates of 0.4 ms for 0.1 ms are common (consul#8337). It tells zones apart,
 * not racks.
 *
 * <p>Pure; chance is for nodes in the same place only. Confined to one thread at a time.
 */
public final class Vivaldi {
  /** Estimates below this say that two nodes are near, and no more. */
  public static final double NOISE_MILLIS = 1;

  /** Longer than any probe waits. */
  public static final double MAX_ROUND_TRIP_MILLIS = Coordinate.MAX_MILLIS;

  /** How far one sample moves the error (c_e) and the position (c_c), at most. */
  private static final double ERROR_SHARE = 0.25;

  private static final double FORCE_SHARE = 0.25;

  /**
   * At this distance, in seconds, the pull would be one second; at 0.1 s it is 0.4 microseconds.
   */
  private static final double GRAVITY_SECONDS = 150;

  /** Jitter alone makes an honest node this unsure. */
  static final double SUREST = 0.05;

  /** How far off a sample counts at most, in usual distances, and in usual misses. */
  private static final double OF_ROUND_TRIP = 0.5;

  private static final double OF_MISS = 4;

  private static final Coordinate ORIGIN = Coordinate.origin();

  private final LatencyFilter filter = new LatencyFilter(LatencyFilter.MAX_PEERS);
  private final Window roundTrips = new Window();
  private final Window misses = new Window();
  private final Window adjustments = new Window();
  private final RandomGenerator chance;
  private Coordinate own;

  public Vivaldi(RandomGenerator chance) {
    this(chance, Coordinate.origin());
  }

  Vivaldi(RandomGenerator chance, Coordinate start) {
    this.chance = chance;
    this.own = start;
  }

  /** Where this node believes to be. */
  public Coordinate own() {
    return own;
  }

  /**
   * A peer answered after so long, and said where it is.
   *
   * @param roundTripMillis greater than 0, at most {@link #MAX_ROUND_TRIP_MILLIS}
   * @return whether it was taken; a round trip that cannot be is not
   */
  public boolean measured(NodeId peer, Coordinate theirs, double roundTripMillis) {
    if (!(roundTripMillis > 0 && roundTripMillis <= MAX_ROUND_TRIP_MILLIS)) {
      return false; // NaN comes here as well.
    }
    double millis = filter.median(peer, roundTripMillis);
    double bound = bound(millis);
    giveWay(theirs, millis, bound);
    adjust(theirs, millis, bound);
    fall();
    return true;
  }

  /** A peer is gone; what was measured to it counts no more. */
  public void forget(NodeId peer) {
    filter.forget(peer);
  }

  /** How far off a sample may count. At first nothing is usual: none is nearer than 0. */
  private double bound(double millis) {
    return misses.isFull()
        ? Math.max(OF_ROUND_TRIP * roundTrips.median(), OF_MISS * misses.median())
        : millis;
  }

  private void giveWay(Coordinate theirs, double millis, double bound) {
    double miss = millis - own.roundTripMillis(theirs);
    roundTrips.add(millis);
    misses.add(Math.abs(miss));
    double bounded = within(bound, miss);
    double wrong = Math.min(Math.abs(bounded) / millis, Coordinate.MAX_ERROR);
    double weight = own.error() / (own.error() + Math.max(theirs.error(), SUREST));
    double share = ERROR_SHARE * weight;
    own =
        own.withError(wrong * share + own.error() * (1 - share))
            .pushed(theirs, FORCE_SHARE * weight * bounded, chance);
  }

  private void adjust(Coordinate theirs, double millis, double bound) {
    adjustments.add(within(bound, millis - own.distanceMillis(theirs)));
    own = own.withAdjustment(adjustments.mean() / 2);
  }

  private void fall() {
    double seconds = own.distanceMillis(ORIGIN) / 1_000;
    double pull = seconds / GRAVITY_SECONDS * (seconds / GRAVITY_SECONDS) * 1_000;
    own = own.pushed(ORIGIN, -pull, chance);
  }

  private static double within(double bound, double value) {
    return Math.max(-bound, Math.min(bound, value));
  }
}
