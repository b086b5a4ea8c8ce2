package io.corale.deploy.bench;

import java.time.Duration;

/**
 * Quiet owners, and one that floods the node that leads him and some of them.
 *
 * @param owners that are quiet
 * @param rate invocations in a second of each of those
 * @param rounds each of a time alone and a time beside the flood
 * @param span of each time
 * @param connections of the flood, and threads that serve them
 * @param each submits without an answer on each of them
 */
record NeighboursPlan(
    int owners,
    double rate,
    int rounds,
    Duration warmUp,
    Duration span,
    int connections,
    int threads,
    int each) {
  /** Of each call: where they are mixed, a mean tells of both. */
  static final Duration LATENCY = Duration.ofMillis(20);

  /** Of a quiet owner: it never waits for a slot. */
  static final int LIMIT = 100;

  /** Of the one that floods: it always waits. */
  static final int FLOOD_LIMIT = 8;

  /** What it leaves behind is done within a second or two. */
  static final int FLOOD_QUEUE = 500;

  private static final int MOST_OWNERS = 100;
  private static final double MOST_PER_SECOND = 1_000;
  private static final int MOST_ROUNDS = 20;
  private static final int MOST_CONNECTIONS = 64;
  private static final int MOST_THREADS = 8;
  private static final int MOST_EACH = 4_000;
  private static final Duration LONGEST = Duration.ofMinutes(10);

  NeighboursPlan {
    require(owners >= 1 && owners <= MOST_OWNERS, "--owners must be from 1 to " + MOST_OWNERS);
    require(
        rate > 0 && rate * owners <= MOST_PER_SECOND,
        "--rate must be above 0, and at most 1000 of all owners together");
    require(rounds >= 1 && rounds <= MOST_ROUNDS, "--rounds must be from 1 to " + MOST_ROUNDS);
    require(
        !warmUp.isNegative() && warmUp.compareTo(LONGEST) <= 0,
        "--warm-up must be from PT0S to " + LONGEST);
    require(
        span.compareTo(Duration.ofSeconds(1)) >= 0 && span.compareTo(LONGEST) <= 0,
        "--seconds must be from 1 to " + LONGEST.toSeconds());
    require(
        connections >= 1 && connections <= MOST_CONNECTIONS,
        "--connections must be from 1 to " + MOST_CONNECTIONS);
    require(threads >= 1 && threads <= MOST_THREADS, "--threads must be from 1 to " + MOST_THREADS);
    require(each >= 1 && each <= MOST_EACH, "--each must be from 1 to " + MOST_EACH);
  }

  private static void require(boolean isSo, String expected) {
    if (!isSo) {
      throw new IllegalArgumentException(expected);
    }
  }

  /** In a second, of all quiet owners together. */
  double perSecond() {
    return rate * owners;
  }
}
