package io.corale.scheduler.ratis;

/**
 * When a replica takes a snapshot by itself.
 *
 * @param entries applied since the last one
 * @param bytes of log applied since the last one
 */
public record SnapshotThresholds(long entries, long bytes) {
  /**
   * A restart replays at most this much; a snapshot of a usual owner is written in well under a
   * second, so neither replaying nor writing ever dominates.
   */
  public static final SnapshotThresholds DEFAULT =
      new SnapshotThresholds(20_000, 16L * 1024 * 1024);

  public SnapshotThresholds {
    if (entries < 1 || bytes < 1) {
      throw new IllegalArgumentException("snapshot thresholds must be positive");
    }
  }
}
