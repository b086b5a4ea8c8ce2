package io.corale.gossip.coordinate;

import java.util.Optional;

/**
 * Decides when a node tells the others anew where it is: when its coordinate has moved by more than
 * a millisecond and a tenth of its distance from the middle of the cluster, or has become clearly
 * surer or less sure. What moves less changes no decision, and in a quiet cluster nothing is said.
 */
public final class Publication {
  private static final double LEAST_MILLIS = 1;
  private static final double SHARE = 0.1;

  /** Between unknown (1.5) and settled (0.1) a node says so a few times. */
  private static final double LEAST_ERROR_CHANGE = 0.25;

  private Optional<Coordinate> last = Optional.empty();

  /** What is to be published now, if anything; it counts as told from then on. */
  public Optional<Coordinate> due(Coordinate now) {
    if (last.isPresent() && !hasChanged(last.get(), now)) {
      return Optional.empty();
    }
    last = Optional.of(now);
    return last;
  }

  private static boolean hasChanged(Coordinate told, Coordinate now) {
    double least = Math.max(LEAST_MILLIS, SHARE * told.reachMillis());
    return now.displacementMillis(told) > least
        || Math.abs(now.error() - told.error()) > LEAST_ERROR_CHANGE;
  }
}
