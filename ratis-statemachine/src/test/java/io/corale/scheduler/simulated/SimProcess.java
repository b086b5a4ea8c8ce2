package io.corale.scheduler.simulated;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The time that one process gets: at times none, for a moment or for long, with whatever it has in
 * hand; then it goes on where it was.
 */
final class SimProcess {
  private static final long SHORT_STANDSTILL_MICROS = 3_000_000;

  /** Longer than an election and a fence together. */
  static final long LONG_STANDSTILL_MICROS = 12_000_000;

  /** With what in hand it is to stand still for long. */
  enum Doze {
    NEVER,
    /** With an attempt that it has decided to send. */
    BEFORE_SEND,
    /** With an entry of its own that starts something, applied and not yet looked at. */
    BEFORE_APPLIED
  }

  private final int number;
  private final SimCell cell;
  private final RandomGenerator chance;
  private Doze doze = Doze.NEVER;
  private long life;

  /** True time before which nothing happens here. */
  private long standsStillUntilNanos;

  private long sleptNanos;

  SimProcess(int number, SimCell cell, RandomGenerator chance) {
    this.number = number;
    this.cell = cell;
    this.chance = chance;
  }

  /** Another process takes its place. */
  void end() {
    life++;
    standsStillUntilNanos = 0;
    sleptNanos = 0;
  }

  /** For how long it has stood still in all. */
  long sleptNanos() {
    return sleptNanos;
  }

  /** Stands still for long, and deaf, as soon as it has this in hand. */
  void doze(Doze when) {
    doze = when;
  }

  /** It has this in hand. */
  void holds(Doze now) {
    if (doze == now && cell.isHostile()) {
      doze = Doze.NEVER;
      standStill(2 * SHORT_STANDSTILL_MICROS + chance.nextLong(LONG_STANDSTILL_MICROS), true);
    }
  }

  /**
   * Gets no time for a moment or for long; where it is deaf too, its part of the log does not
   * either.
   */
  void standStill(boolean isDeaf) {
    long micros =
        chance.nextBoolean()
            ? chance.nextLong(SHORT_STANDSTILL_MICROS)
            : SHORT_STANDSTILL_MICROS + chance.nextLong(LONG_STANDSTILL_MICROS);
    standStill(micros, isDeaf);
  }

  private void standStill(long micros, boolean isDeaf) {
    long untilNanos = cell.time().nowNanos() + micros * 1_000;
    if (untilNanos <= standsStillUntilNanos) {
      return;
    }
    cell.trace().note("n" + number + " stands still for " + micros + "us");
    standsStillUntilNanos = untilNanos;
    if (isDeaf) {
      cell.log().cutOff(number);
    }
    long thisLife = life;
    cell.time()
        .at(
            untilNanos,
            () -> {
              sleptNanos += life == thisLife ? micros * 1_000 : 0;
              cell.log().reconnect(number);
            });
  }

  void after(long micros, Runnable action) {
    cell.time().after(Duration.ofNanos(micros * 1_000), () -> onceAwake(action));
  }

  void onceAwake(Runnable action) {
    if (cell.time().nowNanos() < standsStillUntilNanos) {
      cell.time().at(standsStillUntilNanos, () -> onceAwake(action));
    } else {
      action.run();
    }
  }
}
