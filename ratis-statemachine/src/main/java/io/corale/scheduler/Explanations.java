package io.corale.scheduler;

import io.corale.model.AccountId;
import io.corale.model.CallId;
import io.corale.scheduler.Explanation.Change;
import io.corale.scheduler.Explanation.Kind;
import io.corale.scheduler.Rehearsal.Running;
import io.corale.scheduler.Rehearsal.Waiting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Says of calls why they wait, from the records of a cell, and changes nothing. Nothing is applied
 * meanwhile, so it copies what is needed, up to a bound, and leaves the rest to who asks.
 */
final class Explanations {
  /** Some milliseconds; two for each call that waits before, one for each slot and each scope. */
  static final int MOST_STEPS = 20_000;

  /** Of what nobody has asked for. */
  static final int MOST_STEPS_OF_A_LOOK = 1_000;

  /** What a limited scope remembers is as much to copy as so many slots. */
  private static final int STEPS_OF_LIMITS = 4;

  /** What lets a call go on that is held, whenever that is. */
  static final Change RELEASE = new Change(Kind.RELEASE, "", 0, OptionalLong.empty());

  private final Records records;
  private final Queues queues;
  private final Estimates estimates;
  private final Holds holds;

  Explanations(Records records, Queues queues, Estimates estimates, Holds holds) {
    this.records = records;
    this.queues = queues;
    this.estimates = estimates;
    this.holds = holds;
  }

  /**
   * Copies what explains the calls of an invocation.
   *
   * @param isServed whether somebody may start calls (rule 9)
   */
  Examination of(Invocation invocation, TraceView trace, long nowMicros, boolean isServed) {
    Steps steps = new Steps(MOST_STEPS);
    List<Call> open = new ArrayList<>(open(invocation, steps));
    open.sort(
        Comparator.<Call>comparingInt(call -> call.state() == Call.State.IN_FLIGHT ? 1 : 0)
            .thenComparingLong(Call::sequence));
    List<Call> asked = List.copyOf(open.subList(0, Math.min(open.size(), Explained.MAX_CALLS)));
    Map<AccountId, Taken> taken = new LinkedHashMap<>();
    Map<AccountId, List<Call>> queued = new LinkedHashMap<>();
    for (Call call : asked) {
      if (call.state() == Call.State.QUEUED && !queues.breakers().holds(call.id())) {
        AccountId account = call.spec().account();
        taken.computeIfAbsent(account, its -> taken(its, nowMicros, steps));
        queued.computeIfAbsent(account, its -> new ArrayList<>()).add(call);
      }
    }
    List<Explanation> calls = new ArrayList<>();
    for (Call call : asked) {
      Taken its = taken.getOrDefault(call.spec().account(), Taken.NOTHING);
      calls.add(new Question(call, trace, nowMicros, isServed).answer(its));
    }
    List<Rehearsal> rehearsals = new ArrayList<>();
    if (!holds.isOwnerHeld()) { // Else none of them starts.
      taken.forEach(
          (account, its) ->
              rehearsal(queued.getOrDefault(account, List.of()), its, nowMicros, steps)
                  .ifPresent(rehearsals::add));
    }
    return new Examination(trace, calls, open.size() - asked.size(), rehearsals);
  }

  /**
   * A call that waits, and a copy that says when it is expected to start, unless that is too much.
   */
  record Sight(CallId call, Optional<Rehearsal> rehearsal, int steps) {}

  /** One that waits, whichever; empty where none does, or none may start. */
  Optional<Sight> any(RandomGenerator chance, long nowMicros) {
    if (holds.isOwnerHeld()) {
      return Optional.empty();
    }
    Steps steps = new Steps(MOST_STEPS_OF_A_LOOK);
    return queues
        .any(chance, steps)
        .map(
            id -> {
              Call call = records.requireCall(id);
              Taken taken = taken(call.spec().account(), nowMicros, steps);
              Optional<Rehearsal> copy =
                  rehearsal(List.of(call), taken, nowMicros, steps).filter(its -> !its.isMore());
              return new Sight(id, copy, steps.taken());
            });
  }

  /** Whether a call is queued. */
  boolean isQueued(CallId call) {
    return queues.holds(call);
  }

  /** Whether there may be calls that wait for something else than a slot. */
  boolean isAnythingHeld() {
    return holds.isOwnerHeld() || records.heldCalls() > 0 || queues.breakers().size() > 0;
  }

  /** Whether a call waits because somebody wants it to, or until what it calls answers. */
  boolean isHeld(CallId id) {
    Call call = records.call(id);
    return call != null
        && (holds.sinceMicros(call) != Standstill.GOES_ON || queues.breakers().holds(id));
  }

  private List<Call> open(Invocation invocation, Steps steps) {
    List<Call> open = new ArrayList<>();
    List<Branch> rest = new ArrayList<>();
    Branch root = records.branch(new Branch.Key(invocation.id(), 0));
    if (root != null) {
      rest.add(root);
    }
    while (!rest.isEmpty()) {
      steps.take(1);
      Branch next = rest.remove(rest.size() - 1);
      rest.addAll(records.children(next));
      records.callOf(next).ifPresent(open::add);
    }
    return open;
  }

  /**
   * What holds the slots of an account.
   *
   * @param leased by scope, of those that were looked at
   * @param areAll whether that was not too many to look at
   */
  private record Taken(List<Running> running, Map<String, Integer> leased, boolean areAll) {
    static final Taken NOTHING = new Taken(List.of(), new LinkedHashMap<>(), true);
  }

  private Taken taken(AccountId account, long nowMicros, Steps steps) {
    List<Running> running = new ArrayList<>();
    Map<String, Integer> leased = new LinkedHashMap<>();
    for (Slot slot : records.slots()) {
      if (!steps.take(1)) {
        return new Taken(running, leased, false);
      }
      if (slot.account().equals(account)) {
        running.add(new Running(slot.scope(), endMicros(slot, nowMicros)));
        Optional<Scope<CallId>> at =
            slot.isLeased()
                ? Optional.of(queues.queueOf(slot).scope(slot.scope()))
                : Optional.empty();
        while (at.isPresent() && steps.take(1)) {
          leased.merge(at.get().name(), 1, Integer::sum);
          at = at.get().parent();
        }
      }
    }
    return new Taken(running, leased, true);
  }

  /** What runs for longer than expected is expected to do so for half as long again. */
  private long endMicros(Slot slot, long nowMicros) {
    if (slot.isLeased()) {
      return Math.max(nowMicros, slot.fenceMicros());
    }
    Call running = records.call(slot.attempt().call());
    long elapsed = nowMicros - slot.startedMicros();
    long most = Math.max(0, slot.timeoutMicros() - elapsed);
    long left = running == null ? most : Math.max(expectedMicros(running) - elapsed, elapsed / 2);
    return CellClock.later(nowMicros, Math.min(most, left));
  }

  private long expectedMicros(Call call) {
    Invocation invocation = records.invocation(call.id().invocation());
    Transition.CallSpec spec = call.spec();
    OptionalLong learned =
        invocation == null
            ? OptionalLong.empty()
            : estimates.learnedMicros(
                Settlements.function(
                    invocation.submission().composition().name(),
                    spec.function(),
                    spec.implementation()));
    return learned.orElse(spec.estimateMicros());
  }

  /** Of calls that are queued at one account; empty where that is too much to copy. */
  private Optional<Rehearsal> rehearsal(
      List<Call> calls, Taken taken, long nowMicros, Steps steps) {
    ReadyQueue<CallId> queue = queues.queueOf(calls.get(0));
    long limited =
        queue.account().scopes().stream().filter(scope -> !scope.more().isEmpty()).count();
    if (!taken.areAll() || !steps.take((int) limited * STEPS_OF_LIMITS)) {
      return Optional.empty();
    }
    List<Ticket<CallId>> targets = calls.stream().map(call -> queues.ticket(call.id())).toList();
    Predecessors.Found<CallId> found = Predecessors.of(queue, targets, nowMicros, steps);
    return Optional.of(
        new Rehearsal(
            queue.account(),
            queue.order(),
            queue.turn(),
            queue.states(),
            taken.running(),
            found.calls().stream().map(this::waiting).toList(),
            targets.stream().map(Ticket::value).toList(),
            targets.stream()
                .filter(ticket -> Predecessors.isLate(queue.order(), ticket, nowMicros))
                .map(Ticket::value)
                .toList(),
            found.isMore(),
            nowMicros));
  }

  private Waiting waiting(Ticket<CallId> ticket) {
    return new Waiting(
        ticket.value(),
        ticket.scope().name(),
        ticket.deadlineMicros(),
        ticket.rankMicros(),
        ticket.sequence(),
        expectedMicros(records.requireCall(ticket.value())));
  }

  /** One call that is asked about. */
  private final class Question {
    private final Call call;
    private final TraceView trace;
    private final long nowMicros;
    private final boolean isServed;

    Question(Call call, TraceView trace, long nowMicros, boolean isServed) {
      this.call = call;
      this.trace = trace;
      this.nowMicros = nowMicros;
      this.isServed = isServed;
    }

    Explanation answer(Taken taken) {
      return switch (call.state()) {
        case QUEUED -> explained(queued(taken), List.of());
        case IN_FLIGHT -> explained(List.of(), List.of());
        case HELD -> explained(onHold(), List.of(RELEASE));
        case PAUSED ->
            heldByItself(
                new Obstacle.Paused(isThrottled(), left(call.dueMicros())),
                Kind.PAUSE_ENDS,
                call.dueMicros());
        case LOST, FENCED -> {
          long until = Math.max(fenceMicros(), call.dueMicros());
          yield heldByItself(
              new Obstacle.Fenced(call.state() == Call.State.LOST, left(until)),
              Kind.FENCE_ENDS,
              until);
        }
      };
    }

    private List<Obstacle> queued(Taken taken) {
      List<Obstacle> obstacles =
          new ArrayList<>(
              queues
                  .breakers()
                  .before(call.id(), nowMicros)
                  .map(Question::unanswered)
                  .orElseGet(() -> ofScopes(taken)));
      obstacles.addAll(onHold());
      if (!isServed) {
        obstacles.add(new Obstacle.NoSuperpeer());
      }
      return obstacles;
    }

    /** It is in no scope: however much room there is, it would not start. */
    private static List<Obstacle> unanswered(CircuitView circuit) {
      return List.of(new Obstacle.Unanswered(circuit.isTrying(), circuit.triedInMicros()));
    }

    private List<Obstacle> ofScopes(Taken taken) {
      Scope<CallId> scope = queues.queueOf(call).scope(call.spec().scope());
      return Obstacles.of(scope, name -> taken.leased().getOrDefault(name, 0), nowMicros);
    }

    private Explanation heldByItself(Obstacle obstacle, Kind change, long untilMicros) {
      List<Obstacle> obstacles = new ArrayList<>(List.of(obstacle));
      List<Change> changes = new ArrayList<>();
      changes.add(new Change(change, "", 0, OptionalLong.of(left(untilMicros))));
      if (obstacles.addAll(onHold())) {
        changes.add(RELEASE);
      }
      return explained(obstacles, changes);
    }

    private List<Obstacle> onHold() {
      return holds.all(records.require(call.id().invocation()), nowMicros).stream()
          .<Obstacle>map(Obstacle.OnHold::new)
          .toList();
    }

    private Explanation explained(List<Obstacle> obstacles, List<Change> changes) {
      Transition.CallSpec spec = call.spec();
      return new Explanation(
          call.id(),
          call.attempt(),
          call.state(),
          spec.function(),
          spec.implementation(),
          spec.place(),
          spec.account(),
          spec.scope(),
          sinceMicros(),
          executor(),
          obstacles,
          Optional.empty(),
          Optional.empty(),
          changes);
    }

    /** As its record says it, else since the last that happened to it, where that is known. */
    private OptionalLong sinceMicros() {
      if (call.queuedMicros() > 0) {
        return call.waitedMicros(nowMicros);
      }
      // A call that is queued again was so at the end of a pause, which is no event of its own.
      boolean isWaiting = call.state() == Call.State.QUEUED || call.state() == Call.State.HELD;
      boolean isEventOfState = !isWaiting || call.attempt() == 0;
      return isEventOfState && last().isPresent()
          ? OptionalLong.of(trace.status().ageMicros() - last().get().atMicros())
          : OptionalLong.empty();
    }

    /** Empty where that is not known. */
    private Optional<Boolean> isThrottled() {
      return last().map(event -> event.kind() == TraceEvent.Kind.THROTTLED);
    }

    /** The last that happened to it; empty where what came last is not kept. */
    private Optional<TraceEvent> last() {
      return trace.dropped() > 0
          ? Optional.empty()
          : trace.events().stream()
              .filter(event -> event.call() == call.id().number())
              .reduce((first, second) -> second);
    }

    private Optional<Slot> slot() {
      return call.attempt() == 0
          ? Optional.empty()
          : Optional.ofNullable(records.slot(call.lastAttempt()));
    }

    private String executor() {
      return slot().map(slot -> slot.executor().toString()).orElse("");
    }

    private long fenceMicros() {
      return slot().map(Slot::fenceMicros).orElse(0L);
    }

    private long left(long untilMicros) {
      return Math.max(0, untilMicros - nowMicros);
    }
  }
}
