package io.corale.scheduler;

import io.corale.model.Payload;
import io.corale.model.Problem;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A call that has failed for good, while its failure waits at its branch (ADR 39).
 *
 * <pre>
 * CANDIDATE --its failure is to end the branch, and nothing catches it--> OPEN
 * OPEN      --given up-->                                                 GIVEN_UP
 * OPEN      --tried again-->                                              gone
 * any       --its branch goes on by something else, or is gone-->         gone
 * </pre>
 *
 * @param number unique in the cell
 * @param call as it was when it failed; its record is gone
 * @param sinceMicros cell time since which it is OPEN; before that, at which the call failed
 * @param isAnew whether it is another call if it is tried again; known once it is OPEN
 */
public record Incident(
    long number, Call call, Problem problem, long sinceMicros, Stage stage, boolean isAnew)
    implements TextHolder {
  /** Its place in an index, and what it has beside its call and its problem. */
  private static final long FIXED_BYTES = 200;

  /** Where it stands; the order is part of the snapshot format. */
  public enum Stage {
    /** Nobody has interpreted the failure yet: something may catch it. */
    CANDIDATE,
    /** It waits for a person. */
    OPEN,
    /** Nobody tries it again: the failure is to be interpreted, and takes its course. */
    GIVEN_UP
  }

  static Incident of(long number, Call call, Problem problem, long nowMicros) {
    return new Incident(number, call, problem, nowMicros, Stage.CANDIDATE, false);
  }

  /** The branch that waits. */
  Branch.Key branchKey() {
    return call.branchKey();
  }

  boolean isOpen() {
    return stage == Stage.OPEN;
  }

  Incident opened(long nowMicros, boolean isAnew) {
    return new Incident(number, call, problem, nowMicros, Stage.OPEN, isAnew);
  }

  Incident givenUp() {
    return new Incident(number, call, problem, sinceMicros, Stage.GIVEN_UP, isAnew);
  }

  @Override
  public void texts(Consumer<Payload> found) {
    call.texts(found);
  }

  /** With others in the place of its payloads. */
  public Incident replacing(UnaryOperator<Payload> others) {
    return new Incident(number, call.replacing(others), problem, sinceMicros, stage, isAnew);
  }

  /** What it counts for against the memory of its cell. */
  long sizeBytes() {
    return FIXED_BYTES + call.sizeBytes() + problem.sizeBytes();
  }
}
