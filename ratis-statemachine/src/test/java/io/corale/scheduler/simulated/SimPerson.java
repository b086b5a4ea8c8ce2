package io.corale.scheduler.simulated;

import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Resolve.Resolution;
import io.corale.scheduler.Entry;
import io.corale.scheduler.IncidentView;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Retry;
import io.corale.scheduler.Transition.Step;
import io.corale.sim.Chance;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Who deals with what has failed for good: in some seeds functions do that now and then, of
 * invocations that want a person to look at it, and somebody has them tried again, as they were or
 * with other input, or gives up. In some of these seeds calls are not tried again by themselves, so
 * that somebody has it done whose last attempts may run still. In the end all of it is dealt with.
 */
final class SimPerson {
  /** In one seed of so many somebody does. */
  private static final int THERE_IN = 3;

  /** Then in one of so many calls are tried once or twice. */
  private static final int HURRIED_IN = 2;

  /** Of what ends, one in so many fails for good. */
  private static final int FAILS_IN = 4;

  /** Of the first of them, all of which fit into the memory of a person. */
  private static final int MOST_LISTED = 100;

  private static final Duration LOOKS_EVERY = Duration.ofMillis(300);

  /**
   * An answer may be lost, or have come too late: the clock of an idle cell stands still, and who
   * is told so asks again before it does so once more.
   */
  private static final long ASKS_AGAIN_NANOS = 2_000_000_000L;

  private static final Payload OTHER = Payload.ofJson("\"other\"");

  private final SimCell cell;
  private final SimControl control;
  private final RandomGenerator chance;
  private final boolean isThere;
  private final boolean isHurried;
  private final Map<Long, Long> asksAgainNanos = new LinkedHashMap<>();

  SimPerson(SimCell cell, SimControl control, Chance chances, boolean mayBeThere) {
    this.cell = cell;
    this.control = control;
    this.chance = chances.of("person");
    this.isThere = chance.nextInt(THERE_IN) == 0 && mayBeThere;
    this.isHurried = chance.nextInt(HURRIED_IN) == 0;
  }

  /** Whether a submission says that somebody looks at what fails in it. */
  boolean wantsIncidents(OwnerScheduler replica) {
    return isThere && replica.activeFormat() >= Entry.INCIDENTS_FORMAT;
  }

  /** What a branch does next of which somebody looks at what fails. */
  Transition hurried(Transition transition) {
    return isHurried
        ? new Transition(
            transition.guards(),
            transition.contextVersion(),
            transition.steps().stream().map(SimPerson::hurried).toList(),
            transition.uncaught())
        : transition;
  }

  private static Step hurried(Step step) {
    return step instanceof Step.Call call
        ? new Step.Call(call.branch(), hurried(call.call()))
        : step;
  }

  private static CallSpec hurried(CallSpec spec) {
    Retry usual = spec.retry();
    int attempts = spec.arguments().sizeBytes() % 2 + 1;
    return new CallSpec(
        spec.function(),
        spec.implementation(),
        spec.account(),
        spec.scope(),
        spec.arguments(),
        spec.timeoutMicros(),
        spec.rankMicros(),
        spec.estimateMicros(),
        new Retry(attempts, usual.firstDelayMicros(), usual.mostDelayMicros()),
        spec.place());
  }

  /** Whether what was called for this invocation fails for good, now that it ends. */
  boolean hasFail(InvocationId id) {
    return isThere && chance.nextInt(FAILS_IN) == 0 && isWanted(id);
  }

  private boolean isWanted(InvocationId id) {
    return cell.replica().image().invocations().stream()
        .map(invocation -> invocation.submission())
        .anyMatch(each -> each.id().equals(id) && each.descent().wantsIncidents());
  }

  /** All can read it by now: looks again and again. */
  void begin(SimCallers callers) {
    if (isThere) {
      cell.time()
          .after(
              LOOKS_EVERY,
              () -> {
                look(callers);
                begin(callers);
              });
    }
  }

  private void look(SimCallers callers) {
    for (IncidentView each : cell.replica().incidents(MOST_LISTED, 0, Optional.empty())) {
      long now = cell.time().nowNanos();
      if (asksAgainNanos.getOrDefault(each.number(), 0L) <= now) {
        boolean isFirst = !asksAgainNanos.containsKey(each.number());
        Duration thinks = Duration.ofMillis(isFirst ? 200 + chance.nextInt(5_800) : 0);
        asksAgainNanos.put(each.number(), now + thinks.toNanos() + ASKS_AGAIN_NANOS);
        Resolution what = resolution();
        cell.time().after(thinks, () -> callers.control(resolve(each, what)));
      }
    }
  }

  private Command resolve(IncidentView incident, Resolution what) {
    return new Command.Resolve(
        incident.call().invocation(), incident.number(), what, "somebody", control.untilMicros());
  }

  private Resolution resolution() {
    return switch (chance.nextInt(8)) {
      case 0 -> new Resolution.GiveUp();
      case 1, 2 -> new Resolution.Retry(Optional.of(cell.luggage().of(OTHER)));
      default -> new Resolution.Retry(Optional.empty());
    };
  }
}
