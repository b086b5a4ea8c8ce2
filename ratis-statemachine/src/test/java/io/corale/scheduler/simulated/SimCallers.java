package io.corale.scheduler.simulated;

import io.corale.model.Account;
import io.corale.model.Event;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.Retention;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Command;
import io.corale.scheduler.Result;
import io.corale.scheduler.simulated.Lives.Life;
import io.corale.sim.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All callers of a cell: each asks some peer, and asks again, the same or another, until it has a
 * definite yes or its time is over. It may read or cancel what was acknowledged, and ask again much
 * later, which must run nothing.
 */
final class SimCallers {
  static final String NAME = "callers";

  private static final Duration RETRY = Duration.ofMillis(400);
  private static final int SHORTEST_WINDOW_MILLIS = 3_000;
  private static final int LONGEST_WINDOW_MILLIS = 15_000;

  /** Late enough for some receipts to have expired. */
  private static final int LATEST_REPEAT_MILLIS = 40_000;

  /** While the receipt lives for certain. */
  private static final int LATEST_READ_MILLIS = 2_500;

  private static final int LATEST_CANCEL_MILLIS = 1_500;

  /** Before most have begun to listen, after most wait. */
  private static final int LATEST_EVENT_MILLIS = 3_000;

  /** An event is repeated for so long while nobody knows whom it is for: they may yet begin. */
  private static final int EVENT_PATIENCE_MILLIS = 90_000;

  /** Soon over, so that an id comes again while attempts of it may run. */
  private static final int MOST_WINDOW_MILLIS = 2_500;

  /** So often at most, as long as the troubles last. */
  private static final int MOST_LIVES = 12;

  /** How long after its receipt an id comes again, at most. */
  private static final int AGAIN_WITHIN_MILLIS = 1_000;

  /** Longer than any story. */
  private static final long EVENT_RECEIPT_MICROS = 3_600_000_000L;

  private final SimCell cell;
  private final VirtualTime time;
  private final RandomGenerator chance;
  private final Map<Long, Letter> open = new LinkedHashMap<>();
  private final Set<Long> preparations = new LinkedHashSet<>();
  private final List<Command> afterwards = new ArrayList<>();

  /** Until when an event is asked for though nobody knows the invocation. */
  private final Map<Long, Long> untilMillis = new LinkedHashMap<>();

  private long nextRequest;
  private long seenIndex;

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

  /** Asks for what needs all of that. */
  void prepareAfterwards(Command command) {
    afterwards.add(command);
  }

  /** Has somebody ask to run a program, and others tell it what it listens for. */
  void run(InvocationId id, Program program) {
    Life life = new Life(id, Life.ONLY);
    cell.ledger().asked(life, program);
    for (int number = 1; number <= program.addressed(); number++) {
      tell(id, Script.addressed(id, number));
    }
    for (int number = 1; number <= program.forRivals(); number++) {
      tell(id, Script.forRivals(id, number));
    }
    ServiceClass[] classes = ServiceClass.values();
    long deadline = chance.nextBoolean() ? 0 : 1 + chance.nextLong(4_000_000);
    int window =
        SHORTEST_WINDOW_MILLIS + chance.nextInt(LONGEST_WINDOW_MILLIS - SHORTEST_WINDOW_MILLIS);
    ask(
        new Letter.Run(
            nextRequest++,
            life,
            program,
            classes[chance.nextInt(classes.length)],
            deadline,
            cell.retryUntilMillis(window)));
  }

  /**
   * Has somebody ask to run a program under an id again and again, each time in a window of its
   * own, soon after the receipt of the last time is over; some change their mind while it runs.
   */
  void runAgain(Life life, Program program, RandomGenerator again) {
    cell.ledger().asked(life, program);
    int window = 500 + again.nextInt(MOST_WINDOW_MILLIS - 500);
    ask(
        new Letter.Run(
            nextRequest++, life, program, ServiceClass.STANDARD, 0, cell.retryUntilMillis(window)));
    if (again.nextBoolean()) {
      time.after(Duration.ofMillis(again.nextInt(window)), () -> cancel(life.id()));
    }
    if (life.number() < MOST_LIVES) {
      long over = window + SimDesk.SHORT_ALLOWANCE_MILLIS;
      time.after(
          Duration.ofMillis(over + again.nextInt(AGAIN_WITHIN_MILLIS)),
          () -> {
            if (cell.isHostile()) {
              runAgain(life.next(), program, again);
            }
          });
    }
  }

  private void tell(InvocationId id, Event event) {
    Command tell = new Command.Announce(event, Optional.of(id), EVENT_RECEIPT_MICROS);
    time.after(
        Duration.ofMillis(chance.nextInt(LATEST_EVENT_MILLIS)),
        () -> {
          untilMillis.put(nextRequest, cell.nowMillis() + EVENT_PATIENCE_MILLIS);
          ask(new Letter.Ask(nextRequest++, tell));
        });
  }

  /** Has some say, in bursts, what a schedule begins by. */
  void trigger(RandomGenerator triggers, int withinMillis) {
    int count = 8 + triggers.nextInt(24);
    for (int number = 0; number < count; number++) {
      Command tell =
          new Command.Announce(Script.trigger(number), Optional.empty(), EVENT_RECEIPT_MICROS);
      Duration when = Duration.ofMillis(1_500 + triggers.nextInt(withinMillis) / 200 * 200);
      time.after(when, () -> ask(new Letter.Ask(nextRequest++, tell)));
    }
  }

  /** Has somebody ask once more for an account that may retry fast by now. */
  void configure(Account account) {
    ask(new Letter.Ask(nextRequest++, new Command.Configure(account)));
  }

  /** Has somebody hold what is to start, let it go on, or change a priority. */
  void control(Command command) {
    ask(new Letter.Ask(nextRequest++, command));
  }

  /** Has somebody say how long what has ended is to be readable. */
  void retain(Retention retention) {
    ask(new Letter.Ask(nextRequest++, new Command.Retain(retention)));
  }

  /** Has somebody begin with a large value, and never go on. */
  void leaveUnfinished(Luggage luggage) {
    Payload text = luggage.unfinished();
    ask(
        new Letter.Ask(
            nextRequest++,
            new Command.Part(text.reference(), 0, false, text.bytes().substring(0, 1_024))));
  }

  /** Has somebody stop a schedule, so that there is an end. */
  void halt(String composition) {
    ask(new Letter.Ask(nextRequest++, new Command.Halt(composition, true, cell.nowMillis())));
  }

  boolean areServed() {
    return open.isEmpty();
  }

  /** Who still waits for an answer. */
  String waiting() {
    return open.values().toString();
  }

  private void ask(Letter letter) {
    open.put(request(letter), letter);
    send(letter);
  }

  private void send(Letter letter) {
    if (!open.containsKey(request(letter))) {
      return;
    }
    if (isOver(letter)) {
      open.remove(request(letter));
      if (letter instanceof Letter.Run run) {
        cell.ledger().givenUp(run.life());
      }
      return;
    }
    if (preparations.isEmpty() || letter instanceof Letter.Ask) {
      cell.ask(letter);
    }
    time.after(RETRY.plusMillis(chance.nextInt(400)), () -> send(letter));
  }

  private boolean isOver(Letter letter) {
    return (letter instanceof Letter.Run run && cell.nowMillis() > run.retryUntilMillis())
        || (letter instanceof Letter.Read read && cell.nowMillis() > read.untilMillis());
  }

  void receive(String from, Letter letter) {
    if (letter instanceof Letter.Answered answered) {
      // Most refusals are of this moment: what a submission needs may not be defined yet.
      if (!(answered.result() instanceof Result.Refused refused)) {
        seenIndex = Math.max(seenIndex, answered.index());
        preparations.remove(answered.request());
        if (preparations.isEmpty() && !afterwards.isEmpty()) {
          prepare(List.copyOf(afterwards));
          afterwards.clear();
        }
        Optional.ofNullable(open.remove(answered.request())).ifPresent(this::served);
      } else if (refused.refusal().code() == Refusal.Code.EXPIRED
          && open.get(answered.request()) instanceof Letter.Run run) {
        open.remove(answered.request());
        cell.ledger().givenUp(run.life());
      } else if (refused.refusal().code() == Refusal.Code.EXPIRED
          && open.get(answered.request()) instanceof Letter.Ask ask
          && ask.command() instanceof Command.Control) {
        open.remove(answered.request());
      } else if (refused.refusal().code() == Refusal.Code.NOT_FOUND
          && open.get(answered.request()) instanceof Letter.Ask
          && cell.nowMillis() > untilMillis.getOrDefault(answered.request(), 0L)) {
        // What was to be cancelled, or told, has ended, and its receipt has expired.
        open.remove(answered.request());
      } else if (refused.refusal().code() == Refusal.Code.CONFLICT
          || isSenseless(refused, open.get(answered.request()))) {
        // Who was to be told has ended, or the members are others.
        open.remove(answered.request());
      } else if (refused.refusal().code() == Refusal.Code.OVERLOADED
          && !cell.isHostile()
          && isTrigger(open.get(answered.request()))) {
        // Receipts of events fill the cell, and outlive the simulation: seed 8368.
        open.remove(answered.request());
      }
    } else if (letter instanceof Letter.Found found
        && open.remove(found.request()) instanceof Letter.Read read
        && !isOver(read)) {
      cell.ledger().found(found.invocation(), found.isKnown());
    }
  }

  /** A move that leads nowhere does so for ever. */
  private static boolean isSenseless(Result.Refused refused, @Nullable Letter asked) {
    return refused.refusal().code() == Refusal.Code.INVALID
        && asked instanceof Letter.Ask ask
        && ask.command() instanceof Command.Relocation;
  }

  private static boolean isTrigger(@Nullable Letter asked) {
    return asked instanceof Letter.Ask ask
        && ask.command() instanceof Command.Announce announce
        && announce.to().isEmpty();
  }

  private void served(Letter asked) {
    if (asked instanceof Letter.Ask ask && ask.command() instanceof Command.Announce) {
      time.after(
          Duration.ofMillis(chance.nextInt(SHORTEST_WINDOW_MILLIS * 2)), () -> cell.ask(ask));
    }
    if (asked instanceof Letter.Run run && run.life().number() == Life.ONLY) {
      for (int i = 2; i > 0; i--) {
        Duration later = Duration.ofMillis(chance.nextInt(LATEST_READ_MILLIS));
        time.after(later, () -> ask(read(run)));
      }
      if (cell.isHostile() && chance.nextInt(5) == 0) {
        Duration later = Duration.ofMillis(chance.nextInt(LATEST_CANCEL_MILLIS));
        time.after(later, () -> cancel(run.invocation()));
      }
      for (int i = 1 + chance.nextInt(3); i > 0; i--) {
        // Nobody waits for the answer any more.
        int most = chance.nextBoolean() ? LATEST_REPEAT_MILLIS : SHORTEST_WINDOW_MILLIS * 2;
        time.after(Duration.ofMillis(chance.nextInt(most)), () -> cell.ask(run));
      }
    }
  }

  private void cancel(InvocationId id) {
    cell.ledger().askedToCancel(id);
    ask(new Letter.Ask(nextRequest++, new Command.Cancel(id, "changed mind")));
  }

  private Letter read(Letter.Run run) {
    return new Letter.Read(nextRequest++, run.invocation(), seenIndex, run.retryUntilMillis());
  }

  private static long request(Letter letter) {
    return letter instanceof Letter.Run run
        ? run.request()
        : letter instanceof Letter.Read read ? read.request() : ((Letter.Ask) letter).request();
  }
}
