package io.corale.scheduler;

import io.corale.model.AttemptId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An attempt that this node executes, or certainly did not send.
 *
 * <pre>
 * RUNNING ──outcome──▶ EVALUATING ──transition──▶ READY ◀──▶ QUEUED (proposed until applied)
 *    └───────────────outcome that needs none────────▲
 * </pre>
 */
final class OutboxAttempt {
  /** Where it stands. */
  enum Stage {
    RUNNING,
    EVALUATING,
    READY,
    QUEUED
  }

  private final AttemptId id;
  private final Optional<BranchView> branch;
  private Stage stage = Stage.RUNNING;
  private boolean isWanted = true;
  private Optional<Command.Settle> settle = Optional.empty();
  private long ladenBytes;
  private long endedNanos;
  private OptionalLong forwardedNanos = OptionalLong.empty();
  private boolean isAnswered = true;

  /**
   * @param branch empty where this node does not know who started it
   */
  OutboxAttempt(AttemptId id, Optional<BranchView> branch) {
    this.id = id;
    this.branch = branch;
  }

  AttemptId id() {
    return id;
  }

  /** What to interpret when it succeeds; empty where nobody needs its result. */
  Optional<BranchView> branch() {
    return isWanted ? branch : Optional.empty();
  }

  Stage stage() {
    return stage;
  }

  void stage(Stage next) {
    stage = next;
  }

  void unwanted() {
    isWanted = false;
  }

  /** The outcome, with the transition that follows once it is known. */
  Optional<Command.Settle> settle() {
    return settle;
  }

  long endedNanos() {
    return endedNanos;
  }

  void ended(Outcome outcome, long durationMicros, int jitter, long nowNanos) {
    settled(new Command.Settle(id, outcome, durationMicros, jitter, Optional.empty()));
    endedNanos = nowNanos;
  }

  void follows(Transition transition) {
    settle.ifPresent(s -> settled(with(s, Optional.of(transition))));
  }

  private void settled(Command.Settle next) {
    settle = Optional.of(next);
    ladenBytes = next.texts().stream().mapToLong(Payload::sizeBytes).sum();
  }

  private static Command.Settle with(Command.Settle settle, Optional<Transition> transition) {
    return new Command.Settle(
        settle.attempt(), settle.outcome(), settle.durationMicros(), settle.jitter(), transition);
  }

  /** How many bytes it brings that must travel before it; 0 for most. */
  long ladenBytes() {
    return ladenBytes;
  }

  /**
   * It has to be forwarded. A message holds each value as often as it is named, so one large value
   * only: what follows a large outcome, the superpeer of today finds out again.
   */
  private void unladen() {
    if (ladenBytes > 0) {
      settle.ifPresent(s -> settled(with(s, Optional.empty())));
    }
  }

  /** Whether it is on its way to the superpeer of today, as far as was heard. */
  boolean isUnderWay(long nowNanos) {
    return !isAnswered && nowNanos - forwardedNanos.orElse(nowNanos) < Outbox.ANSWERS_WITHIN_NANOS;
  }

  /** Whether it is time to forward it, for the first time or again. */
  boolean mayBeForwarded(long nowNanos) {
    boolean isPaused =
        forwardedNanos.isPresent()
            && nowNanos - forwardedNanos.getAsLong() < Outbox.FORWARD_EVERY_NANOS;
    return !isPaused && (ladenBytes() == 0 || !isUnderWay(nowNanos));
  }

  /** It is forwarded now. */
  Optional<Command.Settle> forwards(long nowNanos) {
    forwardedNanos = OptionalLong.of(nowNanos);
    isAnswered = false;
    unladen();
    return settle;
  }

  /** An answer has come; says whether one was outstanding. */
  boolean answered() {
    boolean wasOutstanding = !isAnswered;
    isAnswered = true;
    return wasOutstanding;
  }
}
