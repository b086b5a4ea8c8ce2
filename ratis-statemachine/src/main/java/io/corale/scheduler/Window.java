package io.corale.scheduler;

/**
 * When the next entry may leave though others are in flight.
 *
 * <p>Each entry costs members and disks what many commands cost, so under load fewer and fuller
 * ones carry more. Two are always welcome: one on its way to disks and members, and one behind it.
 * A further one leaves when it is full, or when the last one left a while ago, the longer the more
 * are in flight: where members are near, one of the two is mostly applied by then; where they are
 * far, nothing waits for most of a commit because two are on their way. Commits are slow under
 * load, too, when small entries are wanted least: then the pauses grow until entries are full
 * again.
 *
 * @param welcome so many entries may be in flight whatever they hold
 * @param most so many may be in flight at all
 * @param paceNanos since the last one, after which the first beyond those need not be full, and
 *     twice, thrice and so on for the next
 */
record Window(int welcome, int most, long paceNanos) {
  /**
   * Three nodes on two cores apply 180 full enough entries a second when they can do no more, one
   * each 5.5 ms: a shorter pace would only cut these smaller. Ratis has 8 appends on their way to a
   * member ({@code raft.grpc.server.leader.outstanding.appends.max}); a ninth would wait there
   * instead of growing here.
   */
  static final Window STANDARD = new Window(2, 8, 6_000_000L);

  boolean admits(int inFlight, boolean isFull, long sinceLastNanos) {
    if (inFlight < welcome) {
      return true;
    }
    return inFlight < most && (isFull || sinceLastNanos >= paceNanos(inFlight));
  }

  /** How long after the last one the next need not be full; 0 while it is welcome. */
  long paceNanos(int inFlight) {
    return Math.max(0, inFlight - welcome + 1) * paceNanos;
  }

  /** Whether the pace is all that an entry waits for which is not admitted. */
  boolean opensByItself(int inFlight) {
    return inFlight < most;
  }
}
