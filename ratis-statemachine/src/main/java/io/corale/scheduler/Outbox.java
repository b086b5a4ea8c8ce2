package io.corale.scheduler;

import io.corale.model.AttemptId;
import io.corale.model.Payload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The attempts that this node executes, each kept until an applied entry has settled it, whoever
 * leads by then (rule 11). Bounded by the slots of the cell's accounts.
 */
final class Outbox {
  /** Longer than an election; an outcome that arrives later only costs its slot some seconds. */
  static final long FORWARD_EVERY_NANOS = 1_000_000_000L;

  /** By then the fence has freed the slot; a node that left the cell must not forward for ever. */
  static final long FORWARD_FOR_NANOS = 600_000_000_000L;

  /** Who has not answered by then for a large outcome will not. */
  static final long ANSWERS_WITHIN_NANOS = 30_000_000_000L;

  /** A page of outcomes at a time, so that a deposed node does not flood the new superpeer. */
  static final int FORWARDS_AT_ONCE = 256;

  private final Map<AttemptId, OutboxAttempt> attempts = new LinkedHashMap<>();
  private OptionalLong forwardAtNanos = OptionalLong.empty();

  /** Whether there is room for the next large ones before that. */
  private boolean isRoomMade;

  /** Takes an attempt in; empty where it is known already. */
  Optional<OutboxAttempt> begin(AttemptId id, BranchView branch) {
    if (attempts.containsKey(id)) {
      return Optional.empty();
    }
    OutboxAttempt attempt = new OutboxAttempt(id, Optional.of(branch));
    attempts.put(id, attempt);
    return Optional.of(attempt);
  }

  /** The attempt of this id, of which nothing but its outcome may be known. */
  OutboxAttempt get(AttemptId id) {
    return attempts.computeIfAbsent(id, i -> new OutboxAttempt(i, Optional.empty()));
  }

  boolean holds(OutboxAttempt attempt) {
    return attempts.get(attempt.id()) == attempt;
  }

  Optional<OutboxAttempt> find(AttemptId id) {
    return Optional.ofNullable(attempts.get(id));
  }

  /** An applied entry settled this attempt. */
  void settled(AttemptId id) {
    OutboxAttempt settled = attempts.remove(id);
    isRoomMade |= settled != null && settled.ladenBytes() > 0;
  }

  int size() {
    return attempts.size();
  }

  /** The attempts at this stage, oldest first. */
  List<OutboxAttempt> at(OutboxAttempt.Stage stage) {
    return attempts.values().stream().filter(attempt -> attempt.stage() == stage).toList();
  }

  /** Forwards what is ready from this time on. */
  void forwardFrom(long nanos) {
    forwardAtNanos = OptionalLong.of(nanos);
  }

  void forwardNothing() {
    forwardAtNanos = OptionalLong.empty();
  }

  /** Forwards one that is ready just now, if it may; it goes to the end of the line. */
  Optional<Command.Settle> forward(OutboxAttempt attempt, long nowNanos) {
    if (forwardAtNanos.isEmpty()) {
      forwardAtNanos = OptionalLong.of(nowNanos + FORWARD_EVERY_NANOS);
    }
    return fits(attempt, ladenUnderWay(nowNanos)) ? goes(attempt, nowNanos) : Optional.empty();
  }

  private Optional<Command.Settle> goes(OutboxAttempt attempt, long nowNanos) {
    attempts.remove(attempt.id());
    attempts.put(attempt.id(), attempt);
    return attempt.forwards(nowNanos);
  }

  /** An answer has come for one that was forwarded: after a large one there is room for more. */
  void answered(AttemptId id) {
    OutboxAttempt attempt = attempts.get(id);
    isRoomMade |= attempt != null && attempt.answered() && attempt.ladenBytes() > 0;
  }

  /** How much of the next superpeer's memory is taken already. */
  private long ladenUnderWay(long nowNanos) {
    return attempts.values().stream()
        .filter(attempt -> attempt.isUnderWay(nowNanos))
        .mapToLong(OutboxAttempt::ladenBytes)
        .sum();
  }

  /** Whether it may go beside so many bytes; small ones always, and one at least. */
  private static boolean fits(OutboxAttempt attempt, long underWay) {
    long laden = attempt.ladenBytes();
    return laden == 0 || underWay == 0 || underWay + laden <= Payload.MAX_BYTES;
  }

  /** When something is to be forwarded again. */
  OptionalLong forwardAtNanos() {
    return forwardAtNanos;
  }

  /** What is to be forwarded now; each goes to the end of the line. */
  List<Command.Settle> forwards(long nowNanos) {
    boolean isDue = forwardAtNanos.isPresent() && forwardAtNanos.getAsLong() - nowNanos <= 0;
    boolean goesOn = forwardAtNanos.isPresent() && isRoomMade;
    isRoomMade = false;
    if (!isDue && !goesOn) {
      return List.of();
    }
    List<Command.Settle> forwards = new ArrayList<>();
    long underWay = ladenUnderWay(nowNanos);
    List<OutboxAttempt> ready = at(OutboxAttempt.Stage.READY);
    for (OutboxAttempt attempt : ready) {
      if (nowNanos - attempt.endedNanos() > FORWARD_FOR_NANOS) {
        attempts.remove(attempt.id());
      } else if (forwards.size() < FORWARDS_AT_ONCE
          && (isDue || attempt.ladenBytes() > 0)
          && attempt.mayBeForwarded(nowNanos)
          && fits(attempt, underWay)) {
        underWay += attempt.ladenBytes();
        goes(attempt, nowNanos).ifPresent(forwards::add);
      }
    }
    if (isDue) {
      forwardAtNanos =
          ready.isEmpty() ? OptionalLong.empty() : OptionalLong.of(nowNanos + FORWARD_EVERY_NANOS);
    }
    return forwards;
  }
}
