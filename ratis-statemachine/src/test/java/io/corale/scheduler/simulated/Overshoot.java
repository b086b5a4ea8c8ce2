package io.corale.scheduler.simulated;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.AttemptId;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Fences;
import io.corale.scheduler.Image;
import io.corale.scheduler.Slot;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.sim.VirtualTime;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which attempts may run beside the limits, and beside another of their call: those that were in
 * flight when their executor lost the cell, at accounts that retry fast, once it is said to have
 * crashed; and no others (rule 12).
 */
final class Overshoot {
  /** What is not out of its executor's hands by then, in true time, never may be. */
  private static final long LATEST_START_NANOS =
      1_000 * (Fences.SEND_GRACE_MICROS + Fences.DELIVERY_BOUND_MICROS + Fences.MARGIN_MICROS);

  /** What was in flight when its executor lost the cell, and when that was. */
  private record Lost(Executor executor, long nanos) {}

  private final Judge judge;
  private final VirtualTime time;
  private final Set<AccountId> fast = new LinkedHashSet<>();
  private final Map<AttemptId, Lost> lost = new LinkedHashMap<>();
  private final Set<AttemptId> beside = new LinkedHashSet<>();
  private List<Slot> before = List.of();

  Overshoot(Judge judge, VirtualTime time, List<Account> accounts) {
    this.judge = judge;
    this.time = time;
    accounts.stream().filter(Account::retriesFast).forEach(a -> fast.add(a.id()));
  }

  /** An entry was applied; this is the state then. */
  void applied(Entry entry, Image image) {
    for (Command command : entry.commands()) {
      if (command instanceof Command.TakeOver) {
        before.stream()
            .filter(slot -> slot.fenceMicros() == 0)
            .forEach(s -> lost.put(s.attempt(), new Lost(s.executor(), time.nowNanos())));
      } else if (command instanceof Command.Crashed crashed) {
        before.stream()
            .filter(slot -> fast.contains(slot.account()))
            .map(Slot::attempt)
            .filter(a -> lost.containsKey(a) && lost.get(a).executor().equals(crashed.executor()))
            .forEach(beside::add);
      }
    }
    before = image.slots();
  }

  /** A function starts; one that may run beside the limits has been on its way by the take-over. */
  void started(AttemptId attempt, CallSpec spec) {
    long departure = spec.arguments().fitsInline() ? 0 : 1_000 * Fences.DEPARTURE_MICROS;
    Lost at = lost.get(attempt);
    judge.require(
        Check.PROVIDER,
        !beside.contains(attempt)
            || at == null
            || time.nowNanos() - at.nanos() <= LATEST_START_NANOS + departure,
        () -> attempt + " starts beside the limits long after its executor has lost the cell");
  }

  /** Whether this attempt counts against no limit. */
  boolean allows(AttemptId attempt) {
    return beside.contains(attempt);
  }

  /** How many attempts do not. */
  int size() {
    return beside.size();
  }
}
