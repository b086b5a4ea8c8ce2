package io.corale.scheduler;

import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.model.Payload;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The record of one call until its final outcome.
 *
 * <pre>
 * QUEUED    --dispatch-->            IN_FLIGHT
 * IN_FLIGHT --take-over-->           LOST       (its outcome still counts if it comes)
 * IN_FLIGHT, LOST --to be retried--> QUEUED, PAUSED, or FENCED where its attempt may still run
 * LOST, FENCED --slot free-->        QUEUED or PAUSED
 * PAUSED    --due-->                 QUEUED
 * QUEUED    --hold-->                HELD       (what is to be queued while it is held, too)
 * HELD      --release-->             QUEUED
 * any       --final outcome-->       gone       (an {@link Incident} may remember it)
 * </pre>
 *
 * @param sequence unique in the cell; orders calls with equal keys, and timers
 * @param attempt the number of its last attempt, 0 before the first
 * @param tried attempts that count against its retry policy
 * @param excused attempts that were lost to a take-over or never sent
 * @param dueMicros cell time before which it is not queued again, while PAUSED or FENCED
 * @param queuedMicros cell time since which it waits, while QUEUED or HELD; 0 where that is not
 *     known
 * @param base the number of its last attempt before a person had it tried again; 0 where nobody had
 */
public record Call(
    CallId id,
    int branch,
    Transition.CallSpec spec,
    long sequence,
    State state,
    int attempt,
    int tried,
    int excused,
    long dueMicros,
    long queuedMicros,
    int base)
    implements TextHolder {
  /** Where a call stands; the order is part of the snapshot format. */
  public enum State {
    QUEUED,
    IN_FLIGHT,
    LOST,
    PAUSED,
    FENCED,
    HELD
  }

  private static final long FIXED_BYTES = 300;

  static Call opened(CallId id, int branch, Transition.CallSpec spec, long sequence) {
    return new Call(id, branch, spec, sequence, State.QUEUED, 0, 0, 0, 0, 0, 0);
  }

  Branch.Key branchKey() {
    return new Branch.Key(id.invocation(), branch);
  }

  /** Its last attempt; only for a call that had one. */
  AttemptId lastAttempt() {
    return new AttemptId(id, attempt);
  }

  /** Whether the outcome of this attempt decides about the call: the first one wins. */
  boolean awaits(AttemptId outcomeOf) {
    return attempt == outcomeOf.number() && (state == State.IN_FLIGHT || state == State.LOST);
  }

  Call started() {
    return new Call(
        id, branch, spec, sequence, State.IN_FLIGHT, attempt + 1, tried, excused, 0, 0, base);
  }

  Call in(State next) {
    return new Call(id, branch, spec, sequence, next, attempt, tried, excused, dueMicros, 0, base);
  }

  /**
   * How many of its attempts that count found no room, the present one among them if it did: they
   * are neither tried nor excused.
   */
  int roomless() {
    return attempt - base - tried - excused;
  }

  Call until(State next, long dueMicros) {
    return new Call(id, branch, spec, sequence, next, attempt, tried, excused, dueMicros, 0, base);
  }

  /** It waits for a slot from this cell time on. */
  Call queued(long sinceMicros) {
    return new Call(
        id, branch, spec, sequence, State.QUEUED, attempt, tried, excused, 0, sinceMicros, base);
  }

  /** It waits since then until nothing holds it. */
  Call held(long sinceMicros) {
    return new Call(
        id, branch, spec, sequence, State.HELD, attempt, tried, excused, 0, sinceMicros, base);
  }

  /** How long it has waited, where that is known. */
  OptionalLong waitedMicros(long nowMicros) {
    return queuedMicros > 0 ? OptionalLong.of(nowMicros - queuedMicros) : OptionalLong.empty();
  }

  Call withTried() {
    return new Call(
        id, branch, spec, sequence, state, attempt, tried + 1, excused, dueMicros, 0, base);
  }

  Call withExcused() {
    return new Call(
        id, branch, spec, sequence, state, attempt, tried, excused + 1, dueMicros, 0, base);
  }

  /** It has all its attempts once more, under the same name: those that it had count no more. */
  Call afresh() {
    return new Call(id, branch, spec, sequence, state, attempt, 0, 0, 0, 0, attempt);
  }

  @Override
  public void texts(Consumer<Payload> found) {
    TextHolder.ifText(spec.arguments(), found);
  }

  /** With others in the place of its payloads. */
  public Call replacing(UnaryOperator<Payload> others) {
    return new Call(
        id,
        branch,
        StepTexts.replaced(spec, others),
        sequence,
        state,
        attempt,
        tried,
        excused,
        dueMicros,
        queuedMicros,
        base);
  }

  /** What it counts for against the memory of its cell. */
  long sizeBytes() {
    return FIXED_BYTES + spec.arguments().sizeBytes() + spec.place().length();
  }
}
