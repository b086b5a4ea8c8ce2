package io.corale.node.cell;

import io.corale.node.cell.Ailment.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides what becomes of one replica that is dead in a process that lives. It is told what is done
 * and what is seen, with the node's monotonic clock, and does nothing itself.
 *
 * <pre>
 *            ails             has shut          its pause is over        was opened
 *   WELL ──────────▶ SHUTTING ────────▶ SHUT ───────────────────▶ OPENING ─────────▶ WELL
 *                       │                ▲ └──▶ for good, or            │
 *                       └──▶ HALT        └───── until there is space ◀──┤ was not
 *                                                                       └──▶ HALT
 * </pre>
 */
final class Watchdog {
  /**
   * Closing a group takes a second, or three where its log hangs; then only a new process helps.
   */
  static final Duration SHUT_PATIENCE = Duration.ofSeconds(15);

  /** Opening reads a snapshot and some megabytes of log; Ratis opens one group after the other. */
  static final Duration OPEN_PATIENCE = Duration.ofMinutes(2);

  /** Ratis closes what has failed within a second or two, and says so. */
  static final Duration RATIS_PATIENCE = Duration.ofSeconds(5);

  /** Before the first opening; doubled before each that follows soon. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  /** What fails so often in so long a time is not helped by another opening. */
  static final int MAX_OPENINGS = 5;

  static final Duration OPENINGS_COUNT_FOR = Duration.ofMinutes(10);

  /** Where the group is on the Raft server. */
  enum Division {
    /** The server does not know it. */
    ABSENT,
    LIVING,
    /** It is closed, or closing. */
    DEAD
  }

  /**
   * What is seen of a replica.
   *
   * @param isMember whether its group's configuration names this node
   * @param isReturning whether it is an empty one that has not come back to its group yet (rule 6)
   * @param hasSpace whether its disk has room for what it would write
   */
  record Facts(
      Optional<Ailment> ailment,
      Division division,
      boolean isMember,
      boolean isReturning,
      boolean hasSpace) {}

  /** What is to be done. */
  enum Verdict {
    NOTHING,
    /** Close its division; its files stay. */
    SHUT,
    /** Open it from its files, if they are sound; else it is lost. */
    OPEN,
    /** End the process. */
    HALT
  }

  private OptionalLong waitingSinceNanos = OptionalLong.empty();
  private OptionalLong shuttingSinceNanos = OptionalLong.empty();
  private OptionalLong pausingSinceNanos = OptionalLong.empty();
  private boolean isOpening;

  /** Empty while the opening waits for its turn to read its files. */
  private OptionalLong openingSinceNanos = OptionalLong.empty();

  /** What was wrong before it was opened, in vain as often as it may be. */
  private Optional<Ailment> openingAfter = Optional.empty();

  private Optional<Ailment> openedAfter = Optional.empty();
  private final Deque<Long> openings = new ArrayDeque<>();

  /** To be asked every second, and when something becomes known. */
  Verdict judge(Facts facts, long nowNanos) {
    if (shuttingSinceNanos.isPresent()) {
      boolean hangs = hasPassed(shuttingSinceNanos.getAsLong(), SHUT_PATIENCE, nowNanos);
      return hangs ? Verdict.HALT : Verdict.NOTHING;
    }
    if (isOpening) {
      boolean hangs =
          openingSinceNanos.isPresent()
              && hasPassed(openingSinceNanos.getAsLong(), OPEN_PATIENCE, nowNanos);
      return hangs ? Verdict.HALT : Verdict.NOTHING;
    }
    if (isWell(facts, nowNanos)) {
      return Verdict.NOTHING;
    }
    if (facts.division() != Division.ABSENT) {
      return Verdict.SHUT;
    }
    return !isForGood(facts) && hasItsSpace(facts) && isDue(nowNanos)
        ? Verdict.OPEN
        : Verdict.NOTHING;
  }

  /** What could not be written, or read, would fail again; others need no more room than before. */
  private static boolean hasItsSpace(Facts facts) {
    Kind kind = facts.ailment().map(Ailment::kind).orElse(Kind.CLOSED);
    return facts.hasSpace() || (kind != Kind.LOG_FAILED && kind != Kind.UNOPENED);
  }

  private boolean isWell(Facts facts, long nowNanos) {
    if (facts.ailment().isEmpty() && facts.division() == Division.LIVING) {
      waitingSinceNanos = OptionalLong.empty();
      return true;
    }
    if (!isUnfinished(facts)) {
      return false;
    }
    if (waitingSinceNanos.isEmpty()) {
      waitingSinceNanos = OptionalLong.of(nowNanos);
    }
    return !hasPassed(waitingSinceNanos.getAsLong(), RATIS_PATIENCE, nowNanos);
  }

  /**
   * Whether Ratis has still something to say, or to do. When applying has failed it is about to
   * close the division by itself, and would spin for ever if it were closed before that ({@code
   * StateMachineUpdater.run}).
   */
  private static boolean isUnfinished(Facts facts) {
    if (facts.ailment().isEmpty()) {
      return facts.division() != Division.LIVING;
    }
    return switch (facts.ailment().get().kind()) {
      case APPLY_FAILED, UNKNOWN_FORMAT, LOST -> facts.division() == Division.LIVING;
      case CLOSED, REMOVED, LOG_FAILED, UNOPENED, SPLIT, DIVERGED -> false;
    };
  }

  /** Whether opening it would only end like this again, or bring back who was sent away. */
  boolean isForGood(Facts facts) {
    Kind kind = facts.ailment().map(Ailment::kind).orElse(Kind.CLOSED);
    return switch (kind) {
      case UNKNOWN_FORMAT, SPLIT -> true;
      // It may know a configuration of old only; its superpeer brings it back.
      case REMOVED -> !facts.isReturning();
      case CLOSED -> !facts.isMember() && !facts.isReturning();
      // What is lost, or wrong, is not opened, but looked at, and then brought back.
      case LOG_FAILED, UNOPENED, LOST, DIVERGED -> false;
      // The entry is poison for this build: it is not met a third time.
      case APPLY_FAILED -> openedAfter.filter(facts.ailment().get()::isLike).isPresent();
    };
  }

  private boolean isDue(long nowNanos) {
    if (pausingSinceNanos.isEmpty()) {
      pausingSinceNanos = OptionalLong.of(nowNanos);
    }
    openings.removeIf(at -> hasPassed(at, OPENINGS_COUNT_FOR, nowNanos));
    return openings.size() < MAX_OPENINGS
        && hasPassed(
            pausingSinceNanos.getAsLong(), PAUSE.multipliedBy(1L << openings.size()), nowNanos);
  }

  private static boolean hasPassed(long sinceNanos, Duration time, long nowNanos) {
    return nowNanos - sinceNanos >= time.toNanos();
  }

  /** Its division is being closed. */
  void shutting(long nowNanos) {
    shuttingSinceNanos = OptionalLong.of(nowNanos);
  }

  /** Its division has closed; or has not, and is closed again. */
  void hasShut(long nowNanos) {
    shuttingSinceNanos = OptionalLong.empty();
    pausingSinceNanos = OptionalLong.of(nowNanos);
  }

  /** It is to be opened after this, once it has come to rest, which takes no time. */
  void opening(Ailment after, long nowNanos) {
    if (openingAfter.isEmpty() || after.kind() != Kind.UNOPENED) {
      openingAfter = Optional.of(after);
    }
    isOpening = true;
    openingSinceNanos = OptionalLong.of(nowNanos);
    openings.add(nowNanos);
  }

  /** Whether it is being opened, by whoever asks this watchdog. */
  boolean isOpening() {
    return isOpening;
  }

  /** It waits for its turn, and for others. */
  void openingWaits() {
    openingSinceNanos = OptionalLong.empty();
  }

  /** Its turn has come: from now on it is the one that takes its time. */
  void openingBegan(long nowNanos) {
    if (isOpening) {
      openingSinceNanos = OptionalLong.of(nowNanos);
    }
  }

  private void openingEnded() {
    isOpening = false;
    openingSinceNanos = OptionalLong.empty();
  }

  /** It was opened; answers what had been wrong with it, before all that was in vain. */
  Ailment wasOpened() {
    Ailment after = openingAfter.orElseThrow();
    openingEnded();
    openedAfter = Optional.of(after);
    openingAfter = Optional.empty();
    waitingSinceNanos = OptionalLong.empty();
    pausingSinceNanos = OptionalLong.empty();
    return after;
  }

  /** It could not be opened. */
  void wasNotOpened(long nowNanos) {
    openingEnded();
    pausingSinceNanos = OptionalLong.of(nowNanos);
  }
}
