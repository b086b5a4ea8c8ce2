package io.corale.scheduler;

import io.corale.model.AccountId;
import io.corale.model.CallId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Why a call stands where it stands: an immutable copy that any thread may hold. Times are in cell
 * time, and count from this moment on where nothing else is said.
 *
 * @param attempt the number of its last attempt, 0 before the first
 * @param task JSON pointer of its task
 * @param sinceMicros for how long it stands there; empty where that is not known
 * @param executor who was to send the last attempt, while that runs; else empty
 * @param obstacles what keeps it waiting, from its own scope outwards; empty while it runs
 * @param place its place among those that wait, while it is queued, nothing is on hold, and that is
 *     known
 * @param expected when it would start, while it is queued, somebody may start it, and all that goes
 *     before it was counted
 * @param changes what would let it start earlier, or will
 */
public record Explanation(
    CallId call,
    int attempt,
    Call.State state,
    String function,
    String implementation,
    String task,
    AccountId account,
    String scope,
    OptionalLong sinceMicros,
    String executor,
    List<Obstacle> obstacles,
    Optional<Place> place,
    Optional<Expected> expected,
    List<Change> changes) {
  public Explanation {
    obstacles = List.copyOf(obstacles);
    changes = List.copyOf(changes);
  }

  Explanation at(Optional<Place> itsPlace, Optional<Expected> itsStart) {
    return new Explanation(
        call,
        attempt,
        state,
        function,
        implementation,
        task,
        account,
        scope,
        sinceMicros,
        executor,
        obstacles,
        itsPlace,
        itsStart,
        changes);
  }

  Explanation changing(List<Change> next) {
    return new Explanation(
        call,
        attempt,
        state,
        function,
        implementation,
        task,
        account,
        scope,
        sinceMicros,
        executor,
        obstacles,
        place,
        expected,
        next);
  }

  /**
   * Where a call stands among those that wait.
   *
   * @param scope the one that holds it for longest, as far as can be said; those below it count
   * @param before how many calls start before it there if all takes as long as expected: what
   *     another scope holds for longer does not
   * @param isMore whether there may be more of those
   * @param next the first one of those, or the call itself
   * @param isLate whether it waits in the late lane
   */
  public record Place(String scope, int before, boolean isMore, CallId next, boolean isLate) {}

  /**
   * When a call would start if all took as long as expected and nobody came.
   *
   * @param isLate whether it waits in the late lane
   */
  public record Expected(long micros, boolean isLate) {}

  /**
   * What would make a call start earlier, or opens what holds it.
   *
   * @param scope where; empty where it is about the call itself
   * @param to the number to which a limit would be raised; else 0
   * @param micros when the call would start then, or when that is to be; empty where nobody knows
   */
  public record Change(Kind kind, String scope, long to, OptionalLong micros) {}

  /** What may change. */
  public enum Kind {
    /** Its owner lets more run at once. */
    RAISE_CONCURRENCY,
    /** Its owner lets more start in a window. */
    RAISE_RATE,
    /** Time opens the scope. */
    SCOPE_OPENS,
    /** The next entry of the log does. */
    NEXT_ENTRY,
    /** The pause of the call is over. */
    PAUSE_ENDS,
    /** The fence of its last attempt is, or that attempt is proved to have ended. */
    FENCE_ENDS,
    /** Somebody takes the cell over. */
    TAKE_OVER,
    /** Its owner lets go on all that holds it. */
    RELEASE,
    /** What it calls answers, or it is the next one that is tried. */
    ANSWER
  }
}
