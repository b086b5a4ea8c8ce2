package io.corale.gossip.lookup;

import io.corale.gossip.ClaimView;
import java.util.Comparator;

/**
 * Where a claim stands among those about one cell, in the order in which Raft has it (rule 1). Who
 * follows stands below all who lead at its epoch.
 */
public record Rank(long epoch, long term, long configuration) implements Comparable<Rank> {
  /** Below every claim. */
  public static final Rank NONE = new Rank(0, 0, 0);

  private static final Comparator<Rank> ORDER =
      Comparator.comparingLong(Rank::epoch)
          .thenComparingLong(Rank::term)
          .thenComparingLong(Rank::configuration);

  public Rank {
    if (epoch < 0 || term < 0 || configuration < 0) {
      throw new IllegalArgumentException(
          "rank: epoch, term and configuration must not be negative, were %d, %d, %d"
              .formatted(epoch, term, configuration));
    }
  }

  /** That of a claim. */
  public static Rank of(ClaimView claim) {
    return claim.leads()
        ? new Rank(claim.epoch(), claim.term(), claim.configuration())
        : new Rank(claim.epoch(), 0, 0);
  }

  /** Strictly. */
  public boolean isAbove(Rank other) {
    return compareTo(other) > 0;
  }

  @Override
  public int compareTo(Rank other) {
    return ORDER.compare(this, other);
  }
}
