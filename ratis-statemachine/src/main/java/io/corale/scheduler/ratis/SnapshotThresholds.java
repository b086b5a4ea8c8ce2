package io.corale.scheduler.ratis;

import java.time.Duration;

/**
 * When a replica takes a snapshot by itself: whichever comes first.
 *
 * @param entries one at every index of the log that is a multiple of this, so that the replicas of
 *     a cell take theirs at the same entries, and their digests can be compared
 * @param bytes of log applied since the last one; as many as that one has, if it has more, for the
 *     snapshots of a large state must not take more of the disk than its log
 * @param age of the last one, if entries have come since
 */
public record SnapshotThresholds(long entries, long bytes, Duration age) {
  /**
   * A restart replays at most this much, or as much as it loads, and twice as much if the newest
   * snapshot is damaged; one of a usual owner is written in well under a second, so neither
   * replaying nor writing ever dominates. An hour bounds how much of a quiet owner's day has to be
   * replayed.
   */
  public static final SnapshotThresholds DEFAULT =
      new SnapshotThresholds(20_000, 16L * 1024 * 1024, Duration.ofHours(1));

  public SnapshotThresholds {
    if (entries < 1 || bytes < 1 || age.isZero() || age.isNegative()) {
      throw new IllegalArgumentException("snapshot thresholds must be positive");
    }
  }
}
