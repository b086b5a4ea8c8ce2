package io.corale.scheduler;

import com.google.protobuf.ByteString;
import io.corale.model.Account;
import io.corale.model.CompositionRef;
import io.corale.model.Event;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.model.Retention;
import io.corale.model.SealedSecret;
import io.corale.model.SecretName;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Everything that a branch can do: it races, spreads, fails, completes, waits, yields, exports,
 * listens and emits, with timers about it, now and then stale or senseless.
 */
final class WildHabit implements RandomLog.Habit {
  private static final Problem PROBLEM = Problem.validation("dice", "/do/0");

  private final RandomGenerator random;

  WildHabit(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public int status() {
    return random.nextBoolean() ? Outcome.NO_STATUS : 300 + random.nextInt(300);
  }

  @Override
  public boolean plans() {
    return true;
  }

  /** As older builds pack entries, now and then. */
  @Override
  public boolean boundsTail() {
    return random.nextInt(12) > 0;
  }

  /** As older builds do not, now and then. */
  @Override
  public boolean keepsWaits() {
    return random.nextInt(12) > 0;
  }

  /** Some so wide that more than one slot may be filled unseen. */
  @Override
  public Account account(long version) {
    int limit = 1 + random.nextInt(random.nextBoolean() ? 5 : 14);
    return random.nextBoolean()
        ? TestCell.account(version, limit)
        : TestCell.fastAccount(version, limit);
  }

  @Override
  public Transition begin() {
    List<Step> steps = new ArrayList<>();
    steps.add(new Step.Remember(0, Payload.ofJson("\"begun\"")));
    timers(0, steps);
    wait(0, steps);
    return new Transition(List.of(), steps);
  }

  @Override
  public Transition next(BranchView branch) {
    int number = branch.branch();
    List<Step> steps = new ArrayList<>();
    boolean exports = random.nextInt(6) == 0;
    if (exports) {
      steps.add(new Step.Export(Payload.ofJson(Long.toString(branch.context().version()))));
    }
    if (random.nextInt(3) == 0) {
      timers(number, steps);
    }
    if (random.nextInt(5) == 0) {
      steps.add(new Step.Emit(event()));
    }
    if (random.nextInt(6) == 0) {
      listen(number, random.nextInt(5), steps);
    }
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3, 4, 5 -> steps.add(TestCell.end(number));
      case 6 -> steps.add(new Step.Fail(number, PROBLEM));
      case 7 -> {
        if (random.nextInt(4) == 0) {
          steps.add(new Step.Complete(Payload.ofJson("\"done\"")));
        } else {
          steps.add(new Step.Yield(number));
        }
      }
      case 8 -> {
        if (random.nextBoolean()) {
          steps.add(senseless(number));
        } else {
          steps.add(new Step.Fail(number, PROBLEM));
        }
      }
      default -> {
        steps.add(new Step.Remember(number, Payload.ofJson("\"further\"")));
        wait(number, steps);
      }
    }
    boolean seesContext = exports ? random.nextInt(20) > 0 : random.nextInt(6) == 0;
    return new Transition(
        List.of(new Guard(number, branch.step() + (random.nextInt(15) == 0 ? 1 : 0))),
        seesContext ? OptionalLong.of(branch.context().version()) : OptionalLong.empty(),
        steps);
  }

  @Override
  public Command rare(long term) {
    if (random.nextBoolean()) {
      return switch (random.nextInt(6)) {
        case 5 ->
            new Command.Retain(
                new Retention(Duration.ofSeconds(random.nextInt(90)), random.nextInt(30), 20_000));
        case 4 -> new Command.ActivateVersion(1 + random.nextInt(Entry.NEWEST_FORMAT));
        case 0 -> new Command.Barrier();
        case 1 -> new Command.Check();
        case 2 -> verdict();
        default -> new Command.Crashed(TestCell.executor(Math.max(1, term - random.nextInt(3))));
      };
    }
    SecretName name = new SecretName("s" + random.nextInt(3));
    long version = 1L + random.nextInt(9);
    return new Command.Entrust(
        random.nextInt(3) == 0
            ? SealedSecret.removed(name, version, 7)
            : new SealedSecret(name, version, 7, "k", ByteString.copyFromUtf8("x" + version)));
  }

  private Command verdict() {
    Map<NodeId, Long> digests = new LinkedHashMap<>();
    for (int node = 0; node < 3; node++) {
      digests.put(new NodeId("n" + node), random.nextLong());
    }
    return new Command.Verdict(1 + random.nextInt(100), 3, random.nextBoolean(), digests);
  }

  @Override
  public Optional<Command> more(List<InvocationId> submitted) {
    if (random.nextInt(9) > 0) {
      return Optional.empty();
    }
    Optional<InvocationId> to =
        submitted.isEmpty() || random.nextBoolean()
            ? Optional.empty()
            : Optional.of(submitted.get(random.nextInt(submitted.size())));
    long receiptMicros = random.nextInt(20) == 0 ? 0 : 1 + random.nextLong(20_000_000);
    return Optional.of(new Command.Announce(event(), to, receiptMicros));
  }

  /** Of a few types, now and then with the id of another. */
  private Event event() {
    String type = "t" + random.nextInt(3);
    return new Event(
        "e" + random.nextInt(500),
        "/dice",
        type,
        random.nextBoolean() ? "" : "s" + random.nextInt(2),
        Payload.ofJson("\"" + type + "\""));
  }

  /** With a new ear, as a rule. */
  private void listen(int number, int ear, List<Step> steps) {
    if (random.nextInt(20) > 0) {
      steps.add(new Step.Listen(number, ear, List.of()));
    }
    steps.add(listen(number, ear));
  }

  private Step listen(int number, int ear) {
    Optional<String> subject =
        random.nextInt(3) == 0 ? Optional.of("s" + random.nextInt(2)) : Optional.empty();
    List<Subscription> subscriptions = new ArrayList<>();
    for (int i = random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(2); i > 0; i--) {
      Optional<String> type =
          random.nextInt(5) == 0 ? Optional.empty() : Optional.of("t" + random.nextInt(3));
      subscriptions.add(new Subscription(type, Optional.empty(), subject));
    }
    return new Step.Listen(number, ear, subscriptions);
  }

  /** Hears with an ear that is open, or should be. */
  private void hear(int number, List<Step> steps) {
    int ear = random.nextInt(5);
    if (random.nextInt(20) > 0) {
      listen(number, ear, steps);
    }
    steps.add(new Step.Hear(number, ear, random.nextInt(3) == 0));
  }

  private void timers(int number, List<Step> steps) {
    int count = random.nextInt(3);
    for (int i = 0; i < count; i++) {
      int timer = random.nextInt(4);
      steps.add(
          random.nextInt(4) == 0
              ? new Step.Disarm(number, timer)
              : new Step.Arm(number, timer, random.nextLong(4_000_000)));
    }
  }

  private void wait(int number, List<Step> steps) {
    switch (random.nextInt(10)) {
      case 6, 7 -> steps.add(new Step.Run(number, run()));
      case 4, 5 -> hear(number, steps);
      case 0 -> steps.add(new Step.Arm(number, random.nextInt(4), random.nextLong(2_000_000)));
      case 1 -> fork(number, steps);
      case 2 -> {
        fork(number, steps);
        steps.add(
            random.nextBoolean() ? steps.size() : steps.lastIndexOf(new Step.Open(number)) + 1,
            new Step.Race(number));
      }
      case 3 -> {
        int items = 1 + random.nextInt(9);
        steps.add(
            new Step.Spread(
                number,
                Payload.ofJson("\"seed\""),
                IntStream.range(0, items)
                    .mapToObj(i -> Payload.ofJson(Integer.toString(i)))
                    .toList(),
                1 + random.nextInt(4)));
      }
      default -> steps.add(new Step.Call(number, PlainHabit.spec(random)));
    }
  }

  /** Opens all children before any of them does something, as an interpreter does. */
  private void fork(int number, List<Step> steps) {
    int width = 1 + random.nextInt(4);
    for (int i = 0; i < width; i++) {
      steps.add(new Step.Open(number));
    }
    for (int i = 1; i <= width; i++) {
      if (random.nextInt(5) == 0) {
        timers(-i, steps);
      }
      steps.add(
          switch (random.nextInt(12)) {
            case 0 -> TestCell.end(-i);
            case 1 -> new Step.Yield(-i);
            case 2 -> new Step.Arm(-i, 1, random.nextLong(1_000_000));
            default -> new Step.Call(-i, PlainHabit.spec(random));
          });
    }
  }

  /** Now and then of what is not defined. */
  private Transition.RunSpec run() {
    return new Transition.RunSpec(
        random.nextInt(10) == 0 ? new CompositionRef("gone", "1.0.0") : TestCell.COMPOSITION,
        Payload.ofJson("\"run\""),
        random.nextInt(3) > 0,
        random.nextLong(2_000_000),
        random.nextLong(2_000_000),
        "/do/0/run");
  }

  private Step senseless(int number) {
    return switch (random.nextInt(7)) {
      case 0 -> new Step.Remember(number, Payload.NULL);
      case 1 -> TestCell.end(number + 1);
      case 2 -> new Step.Race(number);
      case 3 -> new Step.Spread(number, Payload.NULL, List.of(), 1);
      case 4 -> new Step.Export(Payload.NULL);
      case 5 -> new Step.Disarm(number, 99);
      default -> new Step.Fault(PROBLEM);
    };
  }
}
