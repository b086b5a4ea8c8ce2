package io.corale.scheduler.simulated;

import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Resolve.Resolution;
import io.corale.scheduler.Entry;
import io.corale.scheduler.IncidentView;
import io.corale.scheduler.OwnerScheduler;
import io.corale.sim.Chance;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Who deals with what has failed for good: in some seeds functions do that now and then, of
 * invocations that want a person to look at it, and somebody has them tried again, as they were or
 * with other input, or gives up. In the end all of it is dealt with.
 */
final class SimPerson {
  /** In one seed of so many somebody does. */
  private static final int THERE_IN = 4;

  /** Of what ends, one in so many fails for good. */
  private static final int FAILS_IN = 9;

  /** Of the first of them, all of which fit into the memory of a person. */
  private static final int MOST_LISTED = 100;

  private static final Duration LOOKS_EVERY = Duration.ofMillis(300);

  /** An answer may be lost, or have come too late. */
  private static final long ASKS_AGAIN_NANOS = 8_000_000_000L;

  private static final Payload OTHER = Payload.ofJson("\"other\"");

  private final SimCell cell;
  private final SimControl control;
  private final RandomGenerator chance;
  private final boolean isThere;
  private final Map<Long, Long> asksAgainNanos = new LinkedHashMap<>();

  SimPerson(SimCell cell, SimControl control, Chance chances, boolean mayBeThere) {
    this.cell = cell;
    this.control = control;
    this.chance = chances.of("person");
    this.isThere = chance.nextInt(THERE_IN) == 0 && mayBeThere;
  }

  /** Whether a submission says that somebody looks at what fails in it. */
  boolean wantsIncidents(OwnerScheduler replica) {
    return isThere && replica.activeFormat() >= Entry.INCIDENTS_FORMAT;
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
        Duration thinks = Duration.ofMillis(200 + chance.nextInt(5_800));
        asksAgainNanos.put(each.number(), now + thinks.toNanos() + ASKS_AGAIN_NANOS);
        Resolution what = resolution();
        cell.time().after(thinks, () -> callers.control(resolve(each, what)));
      }
    }
  }

  private Command resolve(IncidentView incident, Resolution what) {
    return new Command.Resolve(
        incident.call().invocation(),
        incident.number(),
        what,
        "somebody",
        control.untilMicros());
  }

  private Resolution resolution() {
    return switch (chance.nextInt(8)) {
      case 0 -> new Resolution.GiveUp();
      case 1, 2 -> new Resolution.Retry(Optional.of(cell.luggage().of(OTHER)));
      default -> new Resolution.Retry(Optional.empty());
    };
  }
}
