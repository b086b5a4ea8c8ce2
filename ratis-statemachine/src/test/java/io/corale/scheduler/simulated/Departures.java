package io.corale.scheduler.simulated;

import io.corale.model.AttemptId;
import io.corale.model.Outcome;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which attempts have left a peer; none of them may be settled as not sent, before or after. */
final class Departures {
  private final Judge judge;
  private final Set<AttemptId> left = new LinkedHashSet<>();
  private final Set<AttemptId> unsent = new LinkedHashSet<>();

  Departures(Judge judge) {
    this.judge = judge;
  }

  void left(AttemptId attempt) {
    left.add(attempt);
    judge.require(
        Check.PROVIDER,
        !unsent.contains(attempt),
        () -> attempt + " leaves, and was settled as not sent");
  }

  void applied(Entry entry) {
    for (Command command : entry.commands()) {
      if (command instanceof Command.Settle settle && settle.outcome() instanceof Outcome.NotSent) {
        unsent.add(settle.attempt());
        judge.require(
            Check.PROVIDER,
            !left.contains(settle.attempt()),
            () -> settle + " is applied, and it had left");
      }
    }
  }
}
