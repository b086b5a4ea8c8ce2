package io.corale.scheduler;

import io.corale.model.Refusal;
import io.corale.model.Refusal.Code;

/**
 * Carries out what an owner wants of what runs: once, and nothing behind what was asked for after
 * it (ADR 32).
 *
 * <p>Whoever asks is told a time by {@link #nextUntilMicros} before, behind all that was
 * acknowledged. So of two of which one was asked for after the other was done, that one has the
 * later time. Of two that were asked for at the same moment one may be refused, and asks anew.
 */
final class Controls {
  private final Holding holding;
  private final Priorities priorities;
  private final Resolutions resolutions;
  private Controlled latest;

  Controls(Holding holding, Priorities priorities, Resolutions resolutions, Controlled latest) {
    this.holding = holding;
    this.priorities = priorities;
    this.resolutions = resolutions;
    this.latest = latest;
  }

  Result carryOut(Pass pass, Command.Control command) {
    long until = command.untilMicros();
    boolean isCopy = until == latest.untilMicros();
    if (isCopy && latest.isDone()) {
      return new Result.Done();
    }
    if (isCopy || until < latest.untilMicros() || until < pass.nowMicros()) {
      return new Result.Refused(
          Refusal.of(Code.EXPIRED, "this came too late, and must be asked for again"));
    }
    Result result = follow(pass, command);
    // One that was told no time of ours keeps nobody from asking for more.
    long known = Math.min(until, pass.nowMicros() + Command.Control.FARTHEST_MICROS);
    latest = new Controlled(known, result instanceof Result.Done);
    return result;
  }

  private Result follow(Pass pass, Command.Control command) {
    if (command instanceof Command.Hold hold) {
      return holding.hold(pass, hold);
    }
    return command instanceof Command.Prioritize prioritize
        ? priorities.prioritize(pass, prioritize)
        : resolutions.resolve(pass, (Command.Resolve) command);
  }

  /** What is asked for from now on has this time, or a later one. */
  long nextUntilMicros(long nowMicros) {
    return Math.max(nowMicros + Command.Control.TIMELY_MICROS, latest.untilMicros() + 1);
  }

  Controlled latest() {
    return latest;
  }
}
