package io.corale.scheduler.policy;

import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.Applied;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Command;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.OtherRules;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Result;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * The real scheduler in a {@link World}, in virtual time: each arrival and each end of a call is an
 * entry of its log at that moment, so nothing but the order of dispatch costs time.
 */
final class Run {
  private static final Executor SELF = new Executor(new Incarnation(new NodeId("n1"), 1), 1);

  private static final long RECEIPT_MICROS = 1_000_000;

  private final World world;
  private final OwnerScheduler scheduler;
  private final Shop shop;
  private final Asks asks;
  private final PriorityQueue<End> running =
      new PriorityQueue<>(Comparator.comparingLong(End::atMicros).thenComparingLong(End::number));
  private final Deque<Effect.Continue> joined = new ArrayDeque<>();
  private final long[] endMicros;
  private long nowMicros;
  private long index;
  private long starts;
  private long busyMicros;
  private int ended;

  /** A call that runs. */
  private record End(long atMicros, long number, AttemptId attempt, int task, BranchView branch) {}

  /**
   * What came of it.
   *
   * @param endMicros when each arrival ended
   * @param busyMicros of slots, while arrivals were measured
   * @param foreseen what was said of when calls start, and whether they did
   */
  record Outcomes(List<Long> endMicros, long busyMicros, Asks.Foreseen foreseen) {}

  private Run(World world, OtherRules rules) {
    this.world = world;
    this.scheduler = rules.begin();
    this.shop = new Shop(scheduler);
    this.asks = new Asks(world, rules.isOffered());
    this.endMicros = new long[world.arrivals().size()];
    open(rules);
  }

  static Outcomes of(World world, OtherRules rules) {
    return new Run(world, rules).run();
  }

  private void open(OtherRules rules) {
    Account account =
        new Account(
            Shop.ACCOUNT,
            "sim",
            1,
            rules.policy(),
            new TreeMap<>(),
            List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), World.SLOTS)));
    apply(new Command.TakeOver(SELF));
    apply(new Command.Opened(CellId.home(new OwnerId("acme")), 1));
    apply(new Command.Configure(account));
    Map<String, World.Composition> used = new LinkedHashMap<>();
    world.arrivals().forEach(each -> used.put(each.composition().name(), each.composition()));
    for (World.Composition each : used.values()) {
      apply(new Command.Define(Shop.ref(each), Payload.ofJson("{}")));
    }
  }

  private Outcomes run() {
    Arrays.fill(endMicros, -1);
    for (int i = 0; i < endMicros.length; i++) {
      World.Arrival arrival = world.arrivals().get(i);
      settleUntil(arrival.atMicros());
      submit(i, arrival);
    }
    settleUntil(Long.MAX_VALUE);
    if (ended != endMicros.length) {
      throw new IllegalStateException(endMicros.length - ended + " invocations never ended");
    }
    return new Outcomes(Arrays.stream(endMicros).boxed().toList(), busyMicros, asks.foreseen());
  }

  private void submit(int number, World.Arrival arrival) {
    World.Composition composition = arrival.composition();
    asks.submitted(new InvocationId("i" + number));
    at(
        arrival.atMicros(),
        new Command.Submit(
            new InvocationId("i" + number),
            Shop.ref(composition),
            Payload.NULL,
            composition.caller(),
            new TreeMap<>(),
            Optional.empty(),
            composition.serviceClass(),
            arrival.deadlineMicros(),
            RECEIPT_MICROS,
            shop.rank(composition),
            shop.begin(composition),
            0,
            ""));
  }

  /** Whatever ends by then, ends; what ends in the same moment, in the order of its start. */
  private void settleUntil(long micros) {
    while (!running.isEmpty() && running.peek().atMicros <= micros) {
      End end = running.remove();
      World.Composition composition = arrival(end.attempt.call().invocation()).composition();
      long duration = duration(end.attempt.call().invocation(), end.task);
      Transition next = shop.after(composition, end.task, end.branch.branch(), end.branch.step());
      at(
          end.atMicros,
          new Command.Settle(
              end.attempt, new Outcome.Success(Payload.NULL), duration, 0, Optional.of(next)));
    }
  }

  private void at(long micros, Command command) {
    perform(apply(micros - nowMicros, command));
    while (!joined.isEmpty()) {
      BranchView root = joined.remove().branch();
      perform(
          apply(
              0,
              new Command.Advance(
                  root.invocation(),
                  new Transition(
                      List.of(new Guard(root.branch(), root.step())),
                      List.of(new Step.End(root.branch(), Payload.NULL))))));
    }
  }

  private void apply(Command command) {
    apply(0, command);
  }

  private Applied apply(long elapsedMicros, Command command) {
    Entry entry = new Entry(SELF, index, elapsedMicros, index, false, List.of(command));
    Applied applied = scheduler.apply(1, ++index, entry);
    nowMicros += elapsedMicros;
    asks.applied(index, applied, scheduler);
    Result result = applied.results().get(0);
    if (!(result instanceof Result.Done) && !(result instanceof Result.Accepted)) {
      throw new IllegalStateException(command + " has the result " + result);
    }
    return applied;
  }

  private void perform(Applied applied) {
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Start start) {
        begin(start);
      } else if (effect instanceof Effect.Continue next) {
        joined.add(next);
      } else if (effect instanceof Effect.Answer answer) {
        endMicros[number(answer.invocation())] = nowMicros;
        ended++;
      }
    }
  }

  private void begin(Effect.Start start) {
    int task = Integer.parseInt(start.call().function().substring(1));
    long until = nowMicros + duration(start.attempt().call().invocation(), task);
    running.add(new End(until, starts++, start.attempt(), task, start.branch()));
    busyMicros +=
        Math.max(0, Math.min(until, world.endMicros()) - Math.max(nowMicros, world.warmUpMicros()));
  }

  private World.Arrival arrival(InvocationId id) {
    return world.arrivals().get(number(id));
  }

  private long duration(InvocationId id, int task) {
    return arrival(id).taskMicros().get(task);
  }

  private static int number(InvocationId id) {
    return Integer.parseInt(id.value().substring(1));
  }
}
