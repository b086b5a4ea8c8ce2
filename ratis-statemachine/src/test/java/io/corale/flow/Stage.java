package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.Ending;
import io.corale.model.Event;
import io.corale.model.Incarnation;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.Problem;
import io.corale.model.ScopeLimit;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Applied;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Command;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Image;
import io.corale.scheduler.InvocationView;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Result;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Timing;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Step;
import io.corale.scheduler.wire.EntryCodec;
import io.corale.scheduler.wire.SnapshotCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Plays one invocation on the real scheduler, in cell time and with one command for each entry: is
 * superpeer, provider and clock to it. Every transition is computed twice, and must be the same.
 */
final class Stage {
  /** Every account is there, and chance is always in the middle. */
  static final Plan ALL = Plan.firstOf(account -> true, () -> 512);

  /** 2026-01-02T03:04:05Z. */
  static final long ACCEPTED_MILLIS = 1_767_323_045_000L;

  static final InvocationId ID = new InvocationId("i");

  /** Nothing on a stage takes longer. */
  private static final int MAX_ENTRIES = 200_000;

  private final Composition composition;
  private final Function<CallSpec, Outcome> provider;
  private final Plan plan;
  private final SortedMap<CompositionRef, Composition> others = new TreeMap<>();
  private OwnerScheduler scheduler = new OwnerScheduler();
  private final SortedMap<Long, Deque<Due>> agenda = new TreeMap<>();
  private final SortedMap<Long, Boolean> takeOvers = new TreeMap<>();
  private final Set<CallId> called = new LinkedHashSet<>();
  private ToLongFunction<CallSpec> latencyMicros = call -> 0;
  private OptionalLong wakeAt = OptionalLong.empty();
  private final Deque<Told> told = new ArrayDeque<>();
  private final Deque<Told> addressed = new ArrayDeque<>();
  private final List<Composition> beside = new ArrayList<>();
  private final Deque<Told> triggering = new ArrayDeque<>();
  private boolean checksInvariants = true;
  private boolean playsOn;
  private boolean hasItems;
  private long breaksOffAt;
  private boolean writesLikeANode;
  private long logBytes;
  private long setUp;
  private long setUpBytes;
  private int announced;
  private long term = 1;
  private long sequence;
  private int inFlight;
  private final SortedSet<InvocationId> over = new TreeSet<>();
  private final OpenItems openItems = new OpenItems();

  final Decisions decisions = new Decisions();
  final List<CallSpec> calls = new ArrayList<>();
  final List<Long> callTimes = new ArrayList<>();
  final List<Payload> states = new ArrayList<>();
  final List<Transition> transitions = new ArrayList<>();
  final List<Event> emitted = new ArrayList<>();
  int evaluations;
  private long mostRecords;
  int stale;
  int opened;
  int mostInFlight;
  final SortedMap<InvocationId, Ending> ended = new TreeMap<>();
  Optional<Payload> output = Optional.empty();
  Optional<Problem> problem = Optional.empty();

  Stage(Composition composition, Function<CallSpec, Outcome> provider, Plan plan) {
    this.composition = composition;
    this.provider = provider;
    this.plan = new Shelved(plan);
  }

  /** A plan that knows the compositions of this stage. */
  private final class Shelved implements Plan {
    private final Plan plan;

    Shelved(Plan plan) {
      this.plan = plan;
    }

    @Override
    public Optional<Implementation> choose(FunctionSpec function) {
      return plan.choose(function);
    }

    @Override
    public long estimateMicros(
        Composition composition, FunctionSpec function, Implementation implementation) {
      return plan.estimateMicros(composition, function, implementation);
    }

    @Override
    public long mostRankMicros() {
      return plan.mostRankMicros();
    }

    @Override
    public int jitter() {
      return plan.jitter();
    }

    @Override
    public boolean isAbandoned() {
      return plan.isAbandoned();
    }

    @Override
    public Optional<Composition> composition(String name, Optional<String> version) {
      return Stream.concat(Stream.of(composition), others.values().stream())
          .filter(each -> each.ref().name().equals(name))
          .filter(each -> each.ref().version().equals(version.orElse(each.ref().version())))
          .max(Comparator.comparing(Composition::ref));
    }
  }

  /** More compositions, which the one that is played may run. */
  Stage with(List<Composition> more) {
    more.forEach(each -> others.put(each.ref(), each));
    return this;
  }

  /** Plays on until everything that was begun has ended. */
  Stage untilAllHasEnded() {
    playsOn = true;
    return this;
  }

  /** Every account is there, and every function returns its arguments. */
  static Stage echoing(Composition composition) {
    return new Stage(composition, call -> new Outcome.Success(call.arguments()), ALL);
  }

  static Composition compiled(String source) {
    return compiled(source, Resources.NONE);
  }

  static Composition compiled(String source, Resources resources) {
    Compilation compilation = Compiler.compile(source, resources);
    assertThat(compilation).isInstanceOf(Compilation.Compiled.class);
    return ((Compilation.Compiled) compilation).composition();
  }

  /** Calls take this long; without it they take no time. */
  Stage taking(ToLongFunction<CallSpec> micros) {
    latencyMicros = micros;
    return this;
  }

  /**
   * The superpeer dies when the log has come to this index, and another takes over; what the one
   * before had in flight or in mind is lost.
   */
  Stage takenOverAt(long index) {
    takeOvers.put(index, false);
    return this;
  }

  /**
   * The superpeer steps down when the log has come to this index, and lives on: what it had in mind
   * is lost, the outcomes of what it had in flight reach its heir.
   */
  Stage handedOverAt(long index) {
    takeOvers.put(index, true);
    return this;
  }

  /** Somebody announces this event once the invocation listens and nothing else happens. */
  Stage told(String event) {
    told.add(new Told(event, Optional.empty()));
    return this;
  }

  /** Somebody addresses this event to the invocation as soon as it is there. */
  Stage addressed(String event) {
    addressed.add(new Told(event, Optional.of(ID)));
    return this;
  }

  /** Another composition, which runs by itself beside the one that is played. */
  Stage beside(Composition scheduled) {
    beside.add(scheduled);
    return with(List.of(scheduled));
  }

  /** Somebody announces these events, one as soon as nothing follows from the one before. */
  Stage triggered(List<String> events) {
    events.forEach(event -> triggering.add(new Told(event, Optional.empty())));
    return this;
  }

  /** Looks at the invariants of the scheduler no more: for long plays. */
  Stage withoutInvariants() {
    checksInvariants = false;
    return this;
  }

  /** Plays no further than to this entry, nor where only an event would lead on. */
  Stage breakingOffAt(long index) {
    breaksOffAt = index;
    return this;
  }

  /** Entries are those of a node in the newest format, and counted in bytes. */
  Stage writingLikeANode() {
    writesLikeANode = true;
    return this;
  }

  Stage play(String input) {
    open();
    beside.forEach(this::schedule);
    setUp = scheduler.appliedIndex();
    setUpBytes = logBytes;
    Payload payload = Payload.ofJson(input);
    var beginning = new Beginning(ID, payload, ACCEPTED_MILLIS);
    Transition first = Interpreter.begin(composition, beginning, plan);
    noteEvaluated(first);
    propose(
        new Command.Submit(
            ID,
            composition.ref(),
            payload,
            "ada",
            new TreeMap<>(),
            Optional.empty(),
            ServiceClass.STANDARD,
            0,
            3_600_000_000L,
            Ranks.whole(composition, plan),
            first,
            ACCEPTED_MILLIS,
            ""));
    noteApplied(ID, Optional.empty(), first);
    while (goesOn() && (!over.contains(ID) || (playsOn && scheduler.live() > 0))) {
      assertThat(scheduler.appliedIndex()).as("entries").isLessThan(MAX_ENTRIES);
      next();
    }
    agenda.clear();
    if (playsOn) {
      assertThat(over).as("all that began has ended").containsAll(begun());
    }
    return this;
  }

  /** Of a play that may break off: where it is long, or listens to what nobody says. */
  private boolean goesOn() {
    boolean isStill =
        addressed.isEmpty()
            && told.isEmpty()
            && triggering.isEmpty()
            && agenda.isEmpty()
            && wakeAt.isEmpty();
    return breaksOffAt == 0
        || (scheduler.appliedIndex() < breaksOffAt && !(isStill && isListening()));
  }

  private List<InvocationId> begun() {
    return scheduler.list(OwnerScheduler.MAX_PAGE, 0, each -> true).invocations().stream()
        .map(InvocationView::id)
        .toList();
  }

  /** Lets the composition run by itself until so many invocations have ended. */
  Stage playTurns(int turns) {
    open();
    schedule(composition);
    while (ended.size() < turns || !triggering.isEmpty()) {
      assertThat(scheduler.appliedIndex()).as("entries").isLessThan(MAX_ENTRIES);
      next();
    }
    return this;
  }

  private void schedule(Composition scheduled) {
    Scheduling scheduling = scheduled.schedule().orElseThrow();
    Schedule.Plan plan =
        new Schedule.Plan(
            scheduled.ref(),
            scheduling.timing(),
            scheduling.overlap(),
            Ranks.whole(scheduled, this.plan));
    propose(new Command.Schedule(plan, wallMillis()));
  }

  /** Looks up a calendar as the node does. */
  private void aim(Schedule schedule) {
    long now = wallMillis();
    if (schedule.plan().timing() instanceof Timing.On) {
      propose(new Command.Aim(schedule.name(), schedule.turn(), 0, now));
      return;
    }
    long due = schedule.due().map(each -> each.at().wallMillis()).orElse(now);
    if (schedule.plan().timing() instanceof Timing.Cron cron) {
      due = Cron.parse(cron.expression()).next(schedule.last().wallMillis()).orElseThrow();
    }
    long micros = Math.max(0, due - now) * 1_000;
    propose(new Command.Aim(schedule.name(), schedule.turn(), micros, now + micros / 1_000));
  }

  private void compare(Effect.Compare effect) {
    Schedule schedule = effect.schedule();
    propose(
        new Command.Compared(
            schedule.plan().composition(),
            schedule.compares().orElseThrow().sequence(),
            Comparison.of(
                others.getOrDefault(schedule.plan().composition(), composition),
                schedule,
                effect.wallMillis(),
                plan)));
  }

  private long wallMillis() {
    return ACCEPTED_MILLIS + scheduler.cellTimeMicros() / 1_000;
  }

  /** An event that somebody announces, without what makes it one of its own. */
  private record Told(String event, Optional<InvocationId> to) {
    Event at(int number) {
      ObjectNode event = (ObjectNode) Json.read(Payload.ofJson(this.event)).orElseThrow();
      event.put("specversion", "1.0");
      event.put("id", event.path("id").asText("told-" + number));
      event.put("source", event.path("source").asText("/stage"));
      return CloudEvents.of(event);
    }
  }

  private void announce(Told each) {
    propose(new Command.Announce(each.at(announced++), each.to(), 60_000_000));
  }

  private boolean isListening() {
    return scheduler.status(ID).filter(view -> !view.listensFor().isEmpty()).isPresent();
  }

  private void next() {
    if (!addressed.isEmpty()) {
      announce(addressed.pop());
    } else if (!takeOvers.isEmpty() && takeOvers.firstKey() <= scheduler.appliedIndex()) {
      takeOver(Objects.requireNonNull(takeOvers.remove(takeOvers.firstKey())));
    } else if (!agenda.isEmpty() && (wakeAt.isEmpty() || agenda.firstKey() < wakeAt.getAsLong())) {
      Deque<Due> due = Objects.requireNonNull(agenda.get(agenda.firstKey()));
      Runnable first = due.pop().what();
      long at = agenda.firstKey();
      if (due.isEmpty()) {
        agenda.remove(at);
      }
      elapsedMicros = Math.max(0, at - scheduler.cellTimeMicros());
      first.run();
    } else if (!told.isEmpty() && isListening()) {
      announce(told.pop());
    } else if (!triggering.isEmpty()) {
      announce(triggering.pop());
    } else {
      assertThat(wakeAt).as("an invocation that waits for nothing").isPresent();
      elapsedMicros = Math.max(0, wakeAt.getAsLong() - scheduler.cellTimeMicros());
      wakeAt = OptionalLong.empty();
      propose(new Command.Tick());
    }
  }

  /** Cell time that passes until the next entry. */
  private long elapsedMicros;

  private void open() {
    propose(new Command.TakeOver(executor()));
    propose(new Command.Opened(CellId.home(new OwnerId("acme")), 1));
    SortedMap<AccountId, SortedSet<String>> scopes = new TreeMap<>();
    for (Composition each : compositions()) {
      for (FunctionSpec function : each.functions().values()) {
        for (Implementation one : function.implementations()) {
          scopes.computeIfAbsent(one.account(), a -> new TreeSet<>()).add(one.scope());
        }
      }
    }
    scopes.forEach((account, leaves) -> propose(new Command.Configure(account(account, leaves))));
    for (Composition each : compositions()) {
      propose(
          new Command.Define(each.ref(), each.canonical(), each.tellsIn(), each.wantsIncidents()));
    }
  }

  private List<Composition> compositions() {
    return Stream.concat(Stream.of(composition), others.values().stream()).toList();
  }

  private static Account account(AccountId id, SortedSet<String> leaves) {
    int limit = 20_000;
    List<ScopeLimit> limits = new ArrayList<>();
    limits.add(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), limit));
    for (String leaf : leaves) {
      if (!leaf.equals(ScopeLimit.ROOT)) {
        limits.add(new ScopeLimit(leaf, Optional.of(ScopeLimit.ROOT), limit));
      }
    }
    return new Account(id, "sim", 1, Policy.LST_BL, new TreeMap<>(), limits);
  }

  private Executor executor() {
    return new Executor(new Incarnation(new NodeId("n" + term % 2), 1), term);
  }

  private void takeOver(boolean callsComeHome) {
    if (callsComeHome) {
      agenda.values().forEach(due -> due.removeIf(each -> !each.isCall()));
      agenda.values().removeIf(Deque::isEmpty);
    } else {
      agenda.clear();
      inFlight = 0;
    }
    wakeAt = OptionalLong.empty();
    scheduler = heir();
    term++;
    sequence = 0;
    propose(new Command.TakeOver(executor()));
    scheduler.resume().forEach(this::perform);
  }

  /** What another replica has, that came in by a snapshot. */
  private OwnerScheduler heir() {
    try {
      ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
      SnapshotCodec.encode(scheduler.image(), snapshot);
      Image image = SnapshotCodec.decode(new ByteArrayInputStream(snapshot.toByteArray()));
      OwnerScheduler heir = OwnerScheduler.restore(image);
      assertThat(heir.image()).isEqualTo(scheduler.image());
      return heir;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Result propose(Command command) {
    Entry entry =
        new Entry(
            executor(),
            sequence++,
            elapsedMicros,
            scheduler.appliedIndex(),
            writesLikeANode,
            writesLikeANode,
            List.of(command));
    elapsedMicros = 0;
    logBytes += writesLikeANode ? EntryCodec.encode(entry).size() : 0;
    Applied applied = scheduler.apply(term, scheduler.appliedIndex() + 1, entry);
    if (checksInvariants) {
      assertThat(scheduler.invariants()).isEmpty();
    }
    if (hasItems) {
      openItems.count(scheduler);
    }
    mostRecords = Math.max(mostRecords, scheduler.sizeBytes());
    applied.effects().forEach(this::perform);
    Result result = applied.results().get(0);
    assertThat(result).isNotInstanceOf(Result.Refused.class);
    return result;
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.Start start) {
      start(start);
    } else if (effect instanceof Effect.Continue next) {
      soon(() -> advance(next.branch(), next.signal()));
    } else if (effect instanceof Effect.Aim aim) {
      soon(() -> aim(aim.schedule()));
    } else if (effect instanceof Effect.Compare compare) {
      soon(() -> compare(compare));
    } else if (effect instanceof Effect.WakeAt wake) {
      boolean isNever = wake.cellTimeMicros() == Effect.WakeAt.NEVER;
      wakeAt = isNever ? OptionalLong.empty() : OptionalLong.of(wake.cellTimeMicros());
    } else if (effect instanceof Effect.Answer answer) {
      assertThat(over.add(answer.invocation()))
          .as("%s ends exactly once", answer.invocation())
          .isTrue();
      if (!answer.invocation().equals(ID)) {
        ended.put(answer.invocation(), answer.ending());
      } else if (answer.ending() instanceof Ending.Completed completed) {
        output = Optional.of(completed.output());
      } else if (answer.ending() instanceof Ending.Faulted faulted) {
        problem = Optional.of(faulted.problem());
      }
    }
  }

  private void soon(Runnable what) {
    later(0, new Due(what, false));
  }

  private void later(long micros, Due due) {
    agenda.computeIfAbsent(scheduler.cellTimeMicros() + micros, at -> new ArrayDeque<>()).add(due);
  }

  /** Something that a superpeer does at its time: takes the outcome of a call, or thinks. */
  private record Due(Runnable what, boolean isCall) {}

  private void start(Effect.Start start) {
    if (called.add(start.attempt().call())) {
      calls.add(start.call());
      callTimes.add(scheduler.cellTimeMicros());
    }
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    long latency = latencyMicros.applyAsLong(start.call());
    Runnable ends = () -> settle(start.attempt(), start.call(), start.branch(), latency);
    later(latency, new Due(ends, true));
  }

  private void settle(AttemptId attempt, CallSpec call, BranchView branch, long micros) {
    inFlight--;
    Outcome outcome = provider.apply(call);
    Optional<Transition> transition = Optional.empty();
    if (outcome instanceof Outcome.Success success) {
      transition = Optional.of(evaluate(later(branch, micros), returned(success)));
    }
    long endedBefore = callsEnded(branch.invocation());
    Result result = propose(new Command.Settle(attempt, outcome, micros, 512, transition));
    boolean isAwaited = callsEnded(branch.invocation()) > endedBefore;
    if (transition.isPresent() && isAwaited) {
      note(branch, returned((Outcome.Success) outcome), transition.get(), result);
    }
  }

  /** Tells the outcome that counts from one that nobody waits for any more. */
  private long callsEnded(InvocationId invocation) {
    return scheduler.status(invocation).map(InvocationView::callsEnded).orElse(0L);
  }

  private static Signal returned(Outcome.Success success) {
    return new Signal.Returned(success.result());
  }

  private static BranchView later(BranchView view, long micros) {
    return new BranchView(
        view.invocation(),
        view.composition(),
        view.branch(),
        view.step(),
        view.state(),
        view.context(),
        view.moment().later(micros));
  }

  private void advance(BranchView branch, Signal signal) {
    if (scheduler.status(branch.invocation()).flatMap(InvocationView::ending).isPresent()) {
      return;
    }
    Transition transition = evaluate(branch, signal);
    Result result = propose(new Command.Advance(branch.invocation(), transition));
    note(branch, signal, transition, result);
  }

  private Transition evaluate(BranchView branch, Signal signal) {
    Composition whose = others.getOrDefault(branch.composition(), composition);
    Transition transition = Interpreter.advance(whose, branch, signal, plan);
    if (checksInvariants) {
      assertThat(Interpreter.advance(whose, branch, signal, plan)).isEqualTo(transition);
    }
    noteEvaluated(transition);
    return transition;
  }

  private void noteEvaluated(Transition transition) {
    evaluations++;
    transitions.add(transition);
    hasItems |= transition.steps().stream().anyMatch(Step.Spread.class::isInstance);
  }

  private void note(BranchView branch, Signal signal, Transition transition, Result result) {
    if (result instanceof Result.Stale) {
      stale++;
    } else {
      noteApplied(branch.invocation(), Optional.of(signal), transition);
    }
  }

  private void noteApplied(InvocationId whose, Optional<Signal> given, Transition transition) {
    decisions.note(whose, given, transition);
    for (Step step : transition.steps()) {
      if (step instanceof Step.Remember remember) {
        states.add(remember.state());
      } else if (step instanceof Step.Emit emit) {
        emitted.add(emit.event());
      } else if (step instanceof Step.Open) {
        opened++;
      } else if (step instanceof Step.Spread spread) {
        opened += spread.items().size();
      }
    }
  }

  String outputJson() {
    assertThat(problem).isEmpty();
    return output.orElseThrow().json();
  }

  Problem fault() {
    assertThat(output).isEmpty();
    return problem.orElseThrow();
  }

  /** Cell time since the beginning; the commands before it took none. */
  long ageMicros() {
    return scheduler.cellTimeMicros();
  }

  /** What became of another invocation than the one that is played; empty where it is not known. */
  Optional<InvocationView> status(String id) {
    return scheduler.status(new InvocationId(id));
  }

  /** How long the log has become. */
  long entries() {
    return scheduler.appliedIndex();
  }

  /** How many entries the played invocation has cost, without those before its beginning. */
  long cost() {
    return entries() - setUp;
  }

  /** How many bytes these have, without what Ratis adds to each. */
  long costBytes() {
    return logBytes - setUpBytes;
  }

  /** What it cost, for people; entries have one command each here. */
  String cost(String what) {
    return what
        + ": "
        + entries()
        + " entries of one command, most state of a branch "
        + mostStateBytes()
        + " bytes, most records of the cell "
        + mostRecords
        + " bytes";
  }

  /** The most that any branch had to remember. */
  int mostStateBytes() {
    return states.stream().mapToInt(Payload::sizeBytes).max().orElse(0);
  }

  /** The most items of a parallel {@code for} that were open at any index of the log. */
  int mostOpenItems() {
    return openItems.most();
  }

  /** What was asked of providers, whenever and by whom: each call once, in no order. */
  List<String> callsMade() {
    return calls.stream()
        .map(call -> call.place() + " " + call.arguments().json())
        .sorted()
        .toList();
  }
}
