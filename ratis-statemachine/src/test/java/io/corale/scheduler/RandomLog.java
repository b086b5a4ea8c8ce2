package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.ServiceClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Writes a log as a careless world would: take-overs, outcomes of all kinds, late, twice or never,
 * stale and senseless transitions, cancels, lowered limits, long silences. It reads only the
 * effects that the log had. What branches do is drawn by its {@link Habit}.
 */
public final class RandomLog {
  private final RandomGenerator random;
  private final Habit habit;
  private final List<Effect.Start> started = new ArrayList<>();
  private final List<Effect.Continue> waiting = new ArrayList<>();
  private final List<InvocationId> submitted = new ArrayList<>();
  private final List<Schedule> aiming = new ArrayList<>();
  private final List<Schedule> comparing = new ArrayList<>();
  private long term = 1;
  private long index;
  private long sequence;
  private long seen;
  private int version = 1;

  private RandomLog(RandomGenerator random, Habit habit) {
    this.random = random;
    this.habit = habit;
  }

  private static final List<String> SCHEDULED = List.of("daily", "hourly", "now-and-then");

  /** Draws what branches do. */
  interface Habit {
    /** Whether compositions run by themselves. */
    default boolean plans() {
      return false;
    }

    /** Whether an entry has the bound of rule 12. */
    default boolean boundsTail() {
      return false;
    }

    /** Whether the calls that an entry queues remember since when they wait. */
    default boolean keepsWaits() {
      return false;
    }

    /** The steps with which an invocation begins. */
    Transition begin();

    /** What a branch does next. */
    Transition next(BranchView branch);

    /** The account, as it is configured anew. */
    Account account(long version);

    /** The status of a response that is an error. */
    int status();

    /**
     * What else is asked of a cell now and then.
     *
     * @param term of the present executor
     */
    Command rare(long term);

    /** What else is asked for now and then; empty where the habit knows nothing else. */
    default Optional<Command> more(List<InvocationId> submitted) {
      return Optional.empty();
    }
  }

  /** A log of the first format: calls, forks and joins. */
  public static RandomLog plain(RandomGenerator random) {
    return new RandomLog(random, new PlainHabit(random));
  }

  /** A log in which branches do whatever they can. */
  public static RandomLog wild(RandomGenerator random) {
    return new RandomLog(random, new WildHabit(random));
  }

  /** One entry with the term and index that it has in the log. */
  public record Written(long term, long index, Entry entry) {
    public Applied to(OwnerScheduler scheduler) {
      return scheduler.apply(term, index, entry);
    }
  }

  /** The entry that opens the cell. */
  public Written first() {
    return written(
        0,
        new Command.TakeOver(TestCell.executor(term)),
        new Command.Opened(CellId.home(new OwnerId("acme")), 1),
        new Command.Configure(TestCell.account(1, 3)),
        new Command.Define(TestCell.COMPOSITION, Payload.ofJson("{}")));
  }

  public Written next() {
    if (random.nextInt(40) == 0) {
      term++;
      sequence = 0;
      return written(0, new Command.TakeOver(TestCell.executor(term)));
    }
    Command[] commands = new Command[1 + random.nextInt(4)];
    for (int i = 0; i < commands.length; i++) {
      commands[i] = command();
    }
    long elapsed = random.nextInt(20) == 0 ? random.nextLong(20_000_000) : random.nextLong(300_000);
    return written(elapsed, commands);
  }

  /** Learns what the log led to. */
  public void saw(Applied applied) {
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Start start) {
        started.add(start);
      } else if (effect instanceof Effect.Continue toContinue) {
        waiting.add(toContinue);
      } else if (effect instanceof Effect.Aim aim) {
        aiming.add(aim.schedule());
      } else if (effect instanceof Effect.Compare compare) {
        comparing.add(compare.schedule());
      }
    }
  }

  private Written written(long elapsedMicros, Command... commands) {
    boolean boundsTail = habit.boundsTail();
    seen = boundsTail ? seen + random.nextLong(index - seen + 1) : index;
    Entry entry =
        new Entry(
            TestCell.executor(term),
            sequence++,
            elapsedMicros,
            seen,
            boundsTail,
            boundsTail && habit.keepsWaits(),
            List.of(commands));
    return new Written(term, ++index, entry);
  }

  private Command command() {
    Optional<Command> more = habit.more(submitted);
    if (more.isPresent()) {
      return more.get();
    }
    if (habit.plans() && random.nextInt(12) == 0) {
      return schedule();
    }
    if (!comparing.isEmpty() && random.nextInt(8) == 0) {
      return compared();
    }
    int dice = random.nextInt(100);
    if (dice < 25 || submitted.isEmpty()) {
      return submit();
    }
    if (dice < 65 && !started.isEmpty()) {
      return settle(started.get(random.nextInt(started.size())));
    }
    if (dice < 85 && !waiting.isEmpty()) {
      Effect.Continue next = waiting.remove(random.nextInt(waiting.size()));
      return new Command.Advance(next.branch().invocation(), habit.next(next.branch()));
    }
    if (dice < 88) {
      return new Command.Cancel(submitted.get(random.nextInt(submitted.size())), "dice");
    }
    if (dice < 91 && !started.isEmpty()) {
      return new Command.Proved(started.get(random.nextInt(started.size())).attempt());
    }
    if (dice < 93) {
      return new Command.Configure(habit.account(++version));
    }
    return dice < 96 ? habit.rare(term) : new Command.Tick();
  }

  private Command schedule() {
    String name = SCHEDULED.get(random.nextInt(SCHEDULED.size()));
    CompositionRef composition = new CompositionRef(name, "1." + random.nextInt(4) + ".0");
    return switch (random.nextInt(6)) {
      case 0, 1 ->
          new Command.Define(
              composition,
              Payload.ofJson("{}"),
              composition.version().equals("1.2.0") ? Optional.of("acme") : Optional.empty());
      case 2 -> {
        Overlap[] overlaps = Overlap.values();
        Overlap overlap = overlaps[random.nextInt(overlaps.length)];
        Schedule.Plan plan = new Schedule.Plan(composition, timing(), overlap, 1_000_000);
        yield new Command.Schedule(plan, random.nextLong(1_000_000));
      }
      case 3 -> new Command.Halt(name, random.nextInt(3) == 0, random.nextLong(1_000_000));
      default -> {
        if (aiming.isEmpty()) {
          yield new Command.Aim(name, random.nextInt(3), 0, 0);
        }
        Schedule schedule = aiming.remove(random.nextInt(aiming.size()));
        yield new Command.Aim(
            schedule.name(),
            schedule.turn(),
            random.nextLong(3_000_000),
            random.nextLong(1_000_000));
      }
    };
  }

  /** Mostly of the event that is asked for, and sensible. */
  private Command compared() {
    Schedule schedule = comparing.remove(random.nextInt(comparing.size()));
    List<Consumption.Part> parts = schedule.consumption().parts();
    long part =
        parts.isEmpty() || random.nextInt(3) == 0
            ? random.nextInt(10) / 9
            : parts.get(random.nextInt(parts.size())).sequence();
    Command.Compared.Verdict verdict =
        switch (random.nextInt(8)) {
          case 0 -> new Command.Compared.Verdict.Passed();
          case 1 -> new Command.Compared.Verdict.Failed();
          default ->
              new Command.Compared.Verdict.Taken(
                  part, random.nextInt(3), Payload.ofJson("{\"a\":1}"));
        };
    return new Command.Compared(
        schedule.plan().composition(), schedule.compares().orElseThrow().sequence(), verdict);
  }

  private Timing on() {
    List<Subscription> filters = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      Optional<String> type =
          random.nextInt(5) == 0 ? Optional.empty() : Optional.of("t" + random.nextInt(3));
      filters.add(new Subscription(type, Optional.empty(), Optional.empty()));
    }
    return new Timing.On(random.nextBoolean(), filters, random.nextBoolean());
  }

  private Timing timing() {
    return switch (random.nextInt(10)) {
      case 7, 8, 9 -> on();
      case 0 -> new Timing.Never();
      case 1, 2 -> new Timing.Every(1 + random.nextLong(3_000_000));
      case 3, 4 -> new Timing.After(1 + random.nextLong(3_000_000));
      default -> new Timing.Cron("* * * * *");
    };
  }

  private Command submit() {
    boolean isRepeat = !submitted.isEmpty() && random.nextInt(10) == 0;
    InvocationId id =
        isRepeat
            ? submitted.get(random.nextInt(submitted.size()))
            : new InvocationId("i" + submitted.size());
    submitted.add(id);
    ServiceClass[] classes = ServiceClass.values();
    return TestCell.submit(id.value(), classes[random.nextInt(classes.length)], habit.begin());
  }

  private Command settle(Effect.Start start) {
    if (random.nextInt(4) > 0) {
      started.remove(start);
    }
    AttemptId attempt = start.attempt();
    int jitter = random.nextInt(1_024);
    return switch (random.nextInt(12)) {
      case 0 -> settle(attempt, unavailable(), jitter);
      case 1 -> settle(attempt, new Outcome.TimedOut(random.nextBoolean()), jitter);
      case 2 -> settle(attempt, error(), jitter);
      case 3 -> settle(attempt, Outcome.Throttled.byProvider(Duration.ofMillis(700)), jitter);
      case 4 -> settle(attempt, new Outcome.NotSent("late"), jitter);
      case 5 -> settle(attempt, TestCell.success(), jitter);
      default ->
          new Command.Settle(
              attempt,
              TestCell.success(),
              random.nextLong(2_000_000),
              jitter,
              Optional.of(habit.next(start.branch())));
    };
  }

  private Outcome unavailable() {
    return new Outcome.Unavailable("reset", random.nextBoolean(), habit.status());
  }

  private Outcome error() {
    int status = habit.status();
    if (status != Outcome.NO_STATUS && random.nextInt(3) == 0) {
      Outcome.Lack[] lacks = Outcome.Lack.values();
      return new Outcome.Unready(
          lacks[random.nextInt(lacks.length)], "no secret", random.nextBoolean());
    }
    return new Outcome.FunctionError("bad", random.nextBoolean(), status);
  }

  private static Command settle(AttemptId attempt, Outcome outcome, int jitter) {
    return new Command.Settle(attempt, outcome, 100_000, jitter, Optional.empty());
  }
}
