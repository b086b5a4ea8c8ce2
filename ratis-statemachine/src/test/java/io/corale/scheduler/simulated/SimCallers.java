package io.corale.scheduler.simulated;

import io.corale.model.InvocationId;
import io.corale.scheduler.Command;
import io.corale.scheduler.Result;
import io.corale.sim.VirtualTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * All callers of a cell: each asks some peer, and asks again, the same or another, until it has a
 * definite yes; it may read or cancel what was acknowledged.
 */
final class SimCallers {
  static final String NAME = "callers";

  private static final Duration RETRY = Duration.ofMillis(400);

  private final SimCell cell;
  private final VirtualTime time;
  private final RandomGenerator chance;
  private final Map<Long, Letter> open = new LinkedHashMap<>();
  private final Set<Long> preparations = new LinkedHashSet<>();
  private long nextRequest;

  SimCallers(SimCell cell, RandomGenerator chance) {
    this.cell = cell;
    this.time = cell.time();
    this.chance = chance;
  }

  /** Asks for what must stand in the log before anybody asks to run something. */
  void prepare(List<Command> commands) {
    for (Command command : commands) {
      preparations.add(nextRequest);
      ask(new Letter.Ask(nextRequest++, command));
    }
  }

  /** Has somebody ask to run a program. */
  void run(InvocationId id, String program) {
    cell.ledger().asked(id, program);
    ask(new Letter.Run(nextRequest++, id, program));
  }

  boolean areServed() {
    return open.isEmpty();
  }

  private void ask(Letter letter) {
    open.put(request(letter), letter);
    send(letter);
  }

  private void send(Letter letter) {
    if (open.containsKey(request(letter))) {
      if (preparations.isEmpty() || letter instanceof Letter.Ask) {
        cell.ask(letter);
      }
      time.after(RETRY.plusMillis(chance.nextInt(400)), () -> send(letter));
    }
  }

  void receive(String from, Letter letter) {
    if (letter instanceof Letter.Answered answered) {
      // A refusal is of this moment: what a submission needs may not be defined yet.
      if (!(answered.result() instanceof Result.Refused)) {
        preparations.remove(answered.request());
        Optional.ofNullable(open.remove(answered.request())).ifPresent(this::served);
      }
    } else if (letter instanceof Letter.Found found) {
      cell.ledger().found(found.invocation(), found.isKnown());
      open.remove(found.request());
    }
  }

  private void served(Letter asked) {
    if (asked instanceof Letter.Run run) {
      if (chance.nextInt(3) == 0) {
        ask(new Letter.Read(nextRequest++, run.invocation()));
      }
      if (chance.nextInt(12) == 0) {
        cell.ledger().askedToCancel(run.invocation());
        ask(new Letter.Ask(nextRequest++, new Command.Cancel(run.invocation(), "changed mind")));
      }
    }
  }

  private static long request(Letter letter) {
    return letter instanceof Letter.Run run
        ? run.request()
        : letter instanceof Letter.Read read ? read.request() : ((Letter.Ask) letter).request();
  }
}
