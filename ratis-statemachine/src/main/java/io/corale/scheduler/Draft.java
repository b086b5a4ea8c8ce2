package io.corale.scheduler;

import io.corale.model.Ending;
import io.corale.model.Event;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an invocation will be after a transition, built beside the records: either all of it goes
 * into them, or nothing (rule 18). A step that makes no sense throws {@link Faulty}.
 *
 * <p>The first step that writes a branch consumes the signal that was pending at it.
 */
final class Draft {
  /** A list of {@link Transition.Step.Spread#MAX_ITEMS}, with room for forks inside its items. */
  static final int MAX_BRANCHES = 16_384;

  private final Records records;
  private final Runs runs;
  private final Pass pass;
  private final Invocation invocation;
  private final Tree tree;
  private final Family family;
  private final Set<Integer> guarded = new LinkedHashSet<>();
  private final Set<Integer> consumed = new LinkedHashSet<>();
  private final List<Integer> opened = new ArrayList<>();
  private final Map<Integer, Signal.Heard> heard = new LinkedHashMap<>();
  private final List<Event> emitted = new ArrayList<>();
  private long lastSequence;
  private boolean guardsContext;
  private Optional<BranchView.Context> context = Optional.empty();
  private Optional<Ending> ending = Optional.empty();

  Draft(Pass pass, Records records, Runs runs, Invocation invocation) {
    this.pass = pass;
    this.runs = runs;
    this.records = records;
    this.invocation = invocation;
    this.tree = new Tree(records, invocation);
    this.family = new Family(tree);
    this.lastSequence = records.lastSequence();
  }

  /** Begins with the root of an invocation that has no records yet. */
  Draft withRoot(Branch root) {
    tree.put(root);
    guarded.add(root.number());
    return this;
  }

  /** Begins at a branch that stands still. */
  Draft with(Branch branch) {
    guarded.add(branch.number());
    return this;
  }

  /** Notes what a transition guards; false where that does not hold, or waits for a person. */
  boolean guard(Transition transition) {
    for (Transition.Guard guard : transition.guards()) {
      Branch branch = tree.find(guard.branch()).orElse(null);
      if (branch == null || branch.hasEnded() || branch.step() != guard.step()) {
        return false;
      }
      guarded.add(guard.branch());
    }
    guardsContext = transition.contextVersion().isPresent();
    if (isOfWhatWaits(transition)) {
      return false;
    }
    return transition.contextVersion().orElse(contextNow().version()) == contextNow().version();
  }

  /**
   * A copy of what has failed, for one: the branch is where it was, and no more to go on from
   * there. Of who guards several, some are only read.
   */
  private boolean isOfWhatWaits(Transition transition) {
    List<Transition.Guard> guards = transition.guards();
    return guards.size() == 1
        && records.waitsForPerson(new Branch.Key(invocation.id(), guards.get(0).branch()));
  }

  private BranchView.Context contextNow() {
    return context.orElse(invocation.context());
  }

  void remember(int ref, Payload state) throws Faulty {
    tree.put(writable(ref).remembering(state));
  }

  void call(int ref, Transition.CallSpec spec) throws Faulty {
    Branch branch = writable(ref);
    require(branch.waiting().isForTimersOnly(), branch, "waits already");
    tree.put(branch.next(branch.waiting().forCall(tree.open(branch, spec))));
  }

  /** Begins another invocation; where that cannot be, its branch has to deal with it. */
  void run(int ref, Transition.RunSpec spec) throws Faulty {
    Branch branch = writable(ref);
    require(branch.waiting().isForTimersOnly(), branch, "waits already");
    Optional<Problem> problem = runs.problem(invocation, spec, tree.runs().size());
    if (problem.isPresent()) {
      signal(branch, new Signal.Failed(problem.get()));
      return;
    }
    long number = tree.open(branch, spec);
    if (spec.isAwaited()) {
      tree.put(branch.next(branch.waiting().forRun(number)));
    } else {
      signal(branch, new Signal.Returned(Payload.NULL));
    }
  }

  private void signal(Branch branch, Signal signal) {
    tree.put(branch.next(branch.waiting().forSignal(signal)));
    family.signalled(branch.number());
  }

  void open(int ref) throws Faulty {
    Branch parent = writable(ref);
    require(parent.waiting().isFree(), parent, "waits already");
    require(parent.children().spread().isEmpty(), parent, "has a list of children already");
    Branch child = family.open(parent, Payload.NULL);
    opened.add(child.number());
    tree.put(child);
    tree.put(parent.next(parent.waiting().forChildren(parent.children().and(child.number()))));
  }

  void race(int ref) throws Faulty {
    Branch parent = writable(ref);
    require(parent.children().open() > 0, parent, "has no open children that could race");
    family.race(parent);
  }

  void spread(int ref, Spread list) throws Faulty {
    Branch parent = writable(ref);
    require(parent.waiting().isForTimersOnly(), parent, "waits already");
    family.spread(parent, list);
  }

  void end(int ref, Payload output) throws Faulty {
    Branch branch = writable(ref);
    family.end(branch, output);
    if (branch.parent() == Branch.NONE) {
      ending = Optional.of(new Ending.Completed(output));
    }
  }

  void fail(int ref, Problem problem) throws Faulty {
    Branch branch = writable(ref);
    if (branch.parent() == Branch.NONE) {
      fault(problem);
    } else {
      family.fail(branch, problem);
    }
  }

  void fault(Problem problem) {
    ending = Optional.of(new Ending.Faulted(problem));
  }

  void complete(Payload output) throws Faulty {
    if (guarded.isEmpty()) {
      throw Faulty.senseless("a step completes the invocation from no branch");
    }
    ending = Optional.of(new Ending.Completed(output));
  }

  void arm(int ref, int timer, long micros) throws Faulty {
    Branch branch = writable(ref);
    Waiting without = branch.waiting().without(timer);
    require(
        without.timers().size() < Waiting.MAX_TIMERS,
        branch,
        "has " + Waiting.MAX_TIMERS + " timers set, the most there are");
    long dueMicros = CellClock.later(pass.nowMicros(), micros);
    tree.put(branch.next(without.with(new Waiting.Timer(timer, dueMicros, ++lastSequence))));
  }

  void disarm(int ref, int timer) throws Faulty {
    Branch branch = writable(ref);
    tree.put(branch.next(branch.waiting().without(timer)));
  }

  void resume(int ref) throws Faulty {
    Branch branch = writable(ref);
    require(branch.waiting().isForTimersOnly(), branch, "waits already");
    signal(branch, new Signal.Resumed());
  }

  void listen(int ref, int number, List<Subscription> subscriptions) throws Faulty {
    Branch branch = writable(ref);
    Ears ears = branch.waiting().ears();
    Ears next;
    if (subscriptions.isEmpty()) {
      next = ears.without(number);
    } else {
      require(ears.find(number).isEmpty(), branch, "has ear " + number + " open already");
      require(ears.all().size() < Ears.MAX_EARS, branch, "has too many ears open");
      next = ears.with(Ear.of(number, ++lastSequence, subscriptions));
      family.note(TraceEvent.Kind.LISTENING, "for " + Ear.words(subscriptions));
    }
    tree.put(branch.next(branch.waiting().with(next)));
  }

  void hear(int ref, int number, boolean passes) throws Faulty {
    Branch branch = writable(ref);
    Waiting waiting = branch.waiting();
    Optional<Ear> ear = waiting.ears().find(number);
    require(waiting.isForTimersOnly(), branch, "waits already");
    require(ear.isPresent(), branch, "listens with no ear " + number);
    if (passes) {
      heard.remove(branch.number());
    }
    Optional<Ear.Next> next = ear.orElseThrow().next(kept());
    if (next.isPresent()) {
      Waiting without = waiting.with(waiting.ears().with(next.get().ear()));
      signal(branch.now(without), next.get().signal());
    } else {
      long left = invocation.submission().deadlineMicros() - pass.nowMicros();
      Ears hearing = waiting.ears().hearing(new Ears.Hearing(number, left));
      tree.put(branch.next(waiting.with(hearing)));
    }
  }

  /** What is addressed to the invocation and not taken. */
  private List<Mail> kept() {
    return invocation.kept().stream()
        .filter(mail -> heard.values().stream().noneMatch(it -> it.kept() == mail.sequence()))
        .toList();
  }

  void emit(Event event) {
    emitted.add(event);
  }

  void export(Payload value) throws Faulty {
    if (!guardsContext) {
      throw Faulty.senseless("a step replaces the context without a guard");
    }
    context = Optional.of(new BranchView.Context(value, contextNow().version() + 1));
  }

  /** This timer of a branch is due: whatever else the branch waits for ends (rule 19). */
  void elapse(int number, int timer) {
    Branch branch = tree.find(number).orElseThrow();
    Waiting before = branch.waiting();
    Waiting waiting = before.outside(timer);
    boolean wasAlone =
        before.isForTimersOnly() && before.timers().size() == waiting.timers().size();
    family.note(
        wasAlone ? TraceEvent.Kind.WAITED : TraceEvent.Kind.TIMED_OUT, "at branch " + number);
    tree.cut(branch);
    tree.put(branch.next(waiting.forSignal(new Signal.Elapsed(timer))));
    family.signalled(number);
  }

  /** Every branch that was written must have something to wait for. */
  void requireProgress() throws Faulty {
    if (ending.isPresent()) {
      return;
    }
    for (Branch branch : tree.written()) {
      require(branch.hasEnded() || branch.waits(), branch, "has nothing to wait for");
    }
  }

  private Branch writable(int ref) throws Faulty {
    int number = ref >= 0 ? ref : opened(ref);
    if (ref >= 0 && !guarded.contains(ref)) {
      throw Faulty.senseless("a step writes branch " + ref + " without a guard");
    }
    Branch branch = tree.find(number).orElse(null);
    if (branch == null || branch.hasEnded()) {
      throw Faulty.senseless("a step writes branch " + number + ", which has ended");
    }
    if (!consumed.add(number)) {
      return branch;
    }
    if (branch.pending().orElse(null) instanceof Signal.Heard signal) {
      heard.put(number, signal);
    }
    return branch.now(branch.waiting().withoutSignal());
  }

  private int opened(int ref) throws Faulty {
    int position = -1 - ref;
    if (position < 0 || position >= opened.size()) {
      throw Faulty.senseless("a step names branch " + ref + " before it opens");
    }
    return opened.get(position);
  }

  private static void require(boolean holds, Branch branch, String problem) throws Faulty {
    if (!holds) {
      throw Faulty.senseless("branch " + branch.number() + " " + problem);
    }
  }

  /** Writes everything but calls, runs and ending into the records. */
  void commit(Branches branches) {
    records.used(lastSequence);
    tree.commit(branches);
    context.ifPresent(now -> records.put(records.require(invocation.id()).with(now)));
    heard.values().forEach(this::take);
    if (!opened.isEmpty()) {
      trace(TraceEvent.Kind.FORKED, opened.size() + " branches opened");
    }
    family.notes().forEach(note -> trace(note.kind(), note.detail()));
    for (int number : family.signalled()) {
      pass.signalled(new Branch.Key(invocation.id(), number));
    }
  }

  private void take(Signal.Heard signal) {
    if (signal.kept() != Signal.Heard.NOT_KEPT) {
      records.put(records.require(invocation.id()).without(signal.kept()));
    }
    trace(TraceEvent.Kind.HEARD, signal.event().toString());
  }

  private void trace(TraceEvent.Kind kind, String detail) {
    records.trace(invocation.id(), pass.event(records.require(invocation.id()), kind, detail));
  }

  /** What to open, in this order. */
  List<Tree.NewCall> calls() {
    return tree.calls();
  }

  /** What nobody waits for any more. */
  List<Call> abandoned() {
    return tree.abandoned();
  }

  /** What was addressed to the invocation and is taken now, by sequence. */
  List<Long> taken() {
    if (heard.isEmpty()) {
      return List.of();
    }
    return heard.values().stream()
        .map(Signal.Heard::kept)
        .filter(sequence -> sequence != Signal.Heard.NOT_KEPT)
        .toList();
  }

  /** The wait to hear that ends by this and left most time; empty where none does. */
  Optional<Ears.Hearing> unheard() {
    return Ears.Hearing.first(tree.unheard());
  }

  /** What to announce then, in this order. */
  List<Event> emitted() {
    return emitted;
  }

  /** What to begin, in this order. */
  List<Tree.NewRun> runs() {
    return tree.runs();
  }

  /** The invocations that nobody awaits any more. */
  List<InvocationId> orphans() {
    return tree.orphans();
  }

  Optional<Ending> ending() {
    return ending;
  }
}
