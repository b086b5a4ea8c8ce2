package io.corale.scheduler;

import io.corale.model.Limit;
import java.util.Optional;

/**
 * What keeps a waiting call from starting at this moment. Dispatch is exact: a call that waits has
 * at least one, or it would have started in the last entry.
 *
 * <p>Times count from this moment on, in cell time.
 */
public sealed interface Obstacle {
  /** What has no more room, where it is one of an account's scopes. */
  sealed interface OfScope extends Obstacle {
    /** The scope that is shut. */
    String scope();
  }

  /** What opens when an attempt ends that runs in its scope. */
  sealed interface OfSlots extends OfScope {
    /** So many slots are taken there. */
    int taken();

    /**
     * Of those, the ones whose attempt may still run though nobody awaits it (rule 13), as far as
     * they were looked at.
     */
    int leased();

    /** So many may be. */
    int most();
  }

  /** As many slots are taken as its owner has declared, or more where that was lowered. */
  record Full(String scope, int taken, int leased, int most) implements OfSlots {}

  /**
   * As many run as its ramp lets by now.
   *
   * @param micros until one step more may
   */
  record Ramping(String scope, int taken, int leased, int most, long micros) implements OfSlots {}

  /**
   * As many run as its provider was found to take.
   *
   * @param micros until more are tried
   */
  record Learned(String scope, int taken, int leased, int most, long micros) implements OfSlots {}

  /**
   * As many were started in the last window as its rate lets.
   *
   * @param isAssumed whether the rate is so new that all of it is taken for used
   * @param micros until it lets one more start
   */
  record RateUsed(String scope, Limit.Rate rate, int starts, boolean isAssumed, long micros)
      implements OfScope {}

  /**
   * Its provider wants nothing for now.
   *
   * @param micros until it may be asked again
   */
  record Throttled(String scope, long micros) implements OfScope {}

  /** As much was started as its executor may have unseen (rule 12): the next entry opens that. */
  record Unseen(String scope, int unseen, int most) implements OfScope {}

  /**
   * It waits before it is tried again.
   *
   * @param isThrottled whether its provider had no room for it again and again; empty where that is
   *     not known
   */
  record Paused(Optional<Boolean> isThrottled, long micros) implements Obstacle {}

  /**
   * Its last attempt may still run, and until that is known to have ended there is no other one.
   *
   * @param isAwaited whether the outcome of that attempt would still count
   * @param micros until the fence of its slot, and the pause after that
   */
  record Fenced(boolean isAwaited, long micros) implements Obstacle {}

  /**
   * Its owner has said that it shall not start: it, its composition, one that awaits it, or
   * anything at all (ADR 32).
   */
  record OnHold(HoldView hold) implements Obstacle {}

  /** Nobody has taken the cell over in this term, and only who did may start calls (rule 9). */
  record NoSuperpeer() implements Obstacle {}
}
