package io.corale.scheduler.simulated;

import io.corale.model.InvocationId;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Hold.Target;
import io.corale.scheduler.HoldView;
import io.corale.scheduler.InvocationView;
import io.corale.scheduler.OwnerScheduler;
import io.corale.sim.Chance;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Who looks after a cell: in some seeds somebody holds what is to start, lets some of it go on, and
 * changes the priority of what runs. In some of these something stays held when all troubles are
 * over, for a while; then all of it goes on.
 */
final class SimControl {
  /** In one seed of so many somebody does. */
  private static final int CONTROLLED_IN = 3;

  /** Something stays held in one of so many of those. */
  private static final int STAYS_IN = 3;

  private static final Duration STANDSTILL = Duration.ofSeconds(10);

  /** What comes later is refused, as while nobody leads; so whoever wants it asks anew. */
  private static final long TIMELY_MICROS = 5_000_000;

  private static final long ASK_AGAIN_NANOS = 2_000_000_000L;

  /** Of the first of them, all of which fit into the memory of a person. */
  private static final int MOST_LISTED = 100;

  private final SimCell cell;
  private final RandomGenerator chance;
  private final boolean isThere;
  private final boolean staysHeld;
  private long askedNanos;
  private long toldMicros;

  SimControl(SimCell cell, Chance chances, boolean isHostile) {
    this.cell = cell;
    this.chance = chances.of("control");
    this.isThere = chance.nextInt(CONTROLLED_IN) == 0 && isHostile;
    this.staysHeld = chance.nextInt(STAYS_IN) == 0 && isThere;
  }

  /** All can read it by now: what is to be done within this time. */
  void plan(Duration within, SimCallers callers) {
    if (!isThere) {
      return;
    }
    int millis = (int) Math.max(1, within.toMillis());
    for (int i = 4 + chance.nextInt(8); i > 0; i--) {
      cell.time().after(Duration.ofMillis(chance.nextInt(millis)), () -> act(callers));
    }
  }

  private void act(SimCallers callers) {
    if (!cell.isHostile()) {
      return;
    }
    switch (chance.nextInt(8)) {
      case 0, 1 -> holdForAWhile(callers, whole());
      case 2, 3, 4 -> someone().ifPresent(id -> holdForAWhile(callers, one(id)));
      default -> someone().ifPresent(id -> callers.control(prioritize(id)));
    }
  }

  private void holdForAWhile(SimCallers callers, Target target) {
    callers.control(hold(target, "chance"));
    Duration later = Duration.ofMillis(200 + chance.nextInt(6_000));
    if (chance.nextInt(6) > 0) {
      cell.time().after(later, () -> callers.control(release(target)));
    }
  }

  private Command hold(Target target, String reason) {
    return new Command.Hold(target, true, "somebody", reason, untilMicros());
  }

  private Command release(Target target) {
    return new Command.Hold(target, false, "somebody", "", untilMicros());
  }

  /** The caller has asked for the time of the cell, and asks again and again until then. */
  long untilMicros() {
    toldMicros = Math.max(toldMicros + 1, cell.cellTimeMicros() + TIMELY_MICROS);
    return toldMicros;
  }

  private Target whole() {
    return chance.nextBoolean()
        ? new Target.OfOwner()
        : new Target.OfComposition(SimCell.COMPOSITION.name());
  }

  private static Target one(InvocationId id) {
    return new Target.OfInvocation(id);
  }

  /** One that runs, by what some peer knows. */
  private Optional<InvocationId> someone() {
    List<InvocationId> all =
        cell
            .replica()
            .list(MOST_LISTED, 0, view -> view.phase() == InvocationView.Phase.RUNNING)
            .invocations()
            .stream()
            .map(InvocationView::id)
            .toList();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(chance.nextInt(all.size())));
  }

  private Command prioritize(InvocationId id) {
    ServiceClass[] classes = ServiceClass.values();
    ServiceClass its = classes[chance.nextInt(classes.length)];
    long deadline = 1 + chance.nextLong(4_000_000);
    int what = chance.nextInt(3);
    return new Command.Prioritize(
        id,
        what == 1 ? Optional.empty() : Optional.of(its),
        what == 0 ? OptionalLong.empty() : OptionalLong.of(deadline),
        "somebody",
        untilMicros());
  }

  /** All troubles are over: what is held is held still, for a while. */
  void standStill(SimCallers callers) {
    if (staysHeld) {
      callers.control(hold(whole(), "to the end"));
      cell.time().run(STANDSTILL);
    }
  }

  /** Lets all go on that somebody holds. */
  void release(SimCallers callers) {
    OwnerScheduler replica = cell.replica();
    List<HoldView> held = isThere ? replica.holds(MOST_LISTED) : List.of();
    if (held.isEmpty() || cell.time().nowNanos() < askedNanos) {
      return;
    }
    askedNanos = cell.time().nowNanos() + ASK_AGAIN_NANOS;
    held.forEach(each -> callers.control(release(each.target())));
  }
}
