package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.Incarnation;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Retry;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A scheduler with the log that feeds it, for tests: one entry for each {@link #apply}. */
final class TestCell {
  static final CompositionRef COMPOSITION = new CompositionRef("shop", "1.0.0");
  static final AccountId ACCOUNT = new AccountId("lab");
  static final long SECOND = 1_000_000;
  static final long TIMEOUT = 5 * SECOND;
  static final long FENCE =
      TIMEOUT + Fences.SEND_GRACE_MICROS + Fences.DELIVERY_BOUND_MICROS + Fences.MARGIN_MICROS;

  OwnerScheduler scheduler;
  long term = 1;
  private long index;
  private long sequence;
  private final List<Entry> entries = new ArrayList<>();
  private boolean checksInvariants = true;
  private boolean boundsTail;
  private boolean keepsWaits;

  TestCell() {
    this(new OwnerScheduler());
  }

  TestCell(OwnerScheduler scheduler) {
    this.scheduler = scheduler;
    this.index = scheduler.appliedIndex();
  }

  /** An opened cell with one account of this limit, taken over in term 1. */
  static TestCell open(int limit) {
    return new TestCell().opened(account(1, limit));
  }

  TestCell opened(Account account) {
    apply(
        0,
        new Command.TakeOver(executor(term)),
        new Command.Opened(CellId.home(new OwnerId("acme")), 1),
        new Command.Configure(account),
        new Command.Define(COMPOSITION, Payload.ofJson("{}")));
    return this;
  }

  /** Looks at them no more after each entry: for tests that measure. */
  void withoutInvariants() {
    checksInvariants = false;
  }

  /** From now on it has the bound of rule 12, from which tests of other rules look away. */
  TestCell boundingTail() {
    boundsTail = true;
    return this;
  }

  /** From now on what it queues remembers since when it waits. */
  TestCell keepingWaits() {
    keepsWaits = true;
    return this;
  }

  /** The superpeer has seen all entries before this one. */
  Applied apply(long elapsedMicros, Command... commands) {
    return applyHaving(index, elapsedMicros, commands);
  }

  /** The superpeer had applied the entries up to {@code seen} when it packed this one. */
  Applied applyHaving(long seen, long elapsedMicros, Command... commands) {
    Entry entry =
        new Entry(
            executor(term),
            sequence++,
            elapsedMicros,
            seen,
            boundsTail,
            keepsWaits,
            List.of(commands));
    entries.add(entry);
    Applied applied = scheduler.apply(term, ++index, entry);
    List<String> broken = checksInvariants ? scheduler.invariants() : List.of();
    if (!broken.isEmpty()) {
      throw new AssertionError(broken.toString());
    }
    return applied;
  }

  /** All of its entries, of which each has the term of its proposer. */
  List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** Of the last entry. */
  long index() {
    return index;
  }

  /** A new superpeer leads in the next term. */
  Applied takeOver() {
    term++;
    sequence = 0;
    return apply(0, new Command.TakeOver(executor(term)));
  }

  /** Odd terms belong to one node, even ones to another. */
  static Executor executor(long term) {
    return new Executor(new Incarnation(new NodeId("n" + term % 2), 1), term);
  }

  static Account account(long version, int limit) {
    return new Account(
        ACCOUNT,
        "sim",
        version,
        Policy.LST_BL,
        new TreeMap<>(),
        List.of(
            new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), limit),
            new ScopeLimit("label", Optional.of(ScopeLimit.ROOT), limit)));
  }

  /** One that does not wait for the fences of a crashed executor. */
  static Account fastAccount(long version, int limit) {
    return account(version, limit).retryingFast();
  }

  static InvocationId id(String name) {
    return new InvocationId(name);
  }

  static AttemptId attempt(String invocation, long call, int number) {
    return new AttemptId(new CallId(id(invocation), call), number);
  }

  static CallSpec spec() {
    return spec(Retry.NEVER);
  }

  static CallSpec spec(Retry retry) {
    return new CallSpec(
        "resize",
        "cheap",
        ACCOUNT,
        "label",
        Payload.ofJson("{}"),
        TIMEOUT,
        SECOND,
        SECOND,
        retry,
        "/do/0/resize");
  }

  static Transition steps(Step... steps) {
    return new Transition(List.of(), List.of(steps));
  }

  static Transition at(int branch, long step, Step... steps) {
    return new Transition(List.of(new Guard(branch, step)), List.of(steps));
  }

  static Command submit(String id, Transition transition) {
    return submit(id, ServiceClass.STANDARD, transition);
  }

  static Command submit(String id, ServiceClass serviceClass, Transition transition) {
    return new Command.Submit(
        id(id),
        COMPOSITION,
        Payload.NULL,
        "ada",
        new TreeMap<>(),
        Optional.empty(),
        serviceClass,
        0,
        60 * SECOND,
        2 * SECOND,
        transition,
        1_700_000_000_000L,
        "");
  }

  /** One call, retried as {@code spec} says. */
  static Command submit(String id, CallSpec spec) {
    return submit(id, steps(new Step.Call(0, spec)));
  }

  static Command submit(String id) {
    return submit(id, spec());
  }

  static Command.Settle settle(AttemptId attempt, Outcome outcome) {
    return new Command.Settle(attempt, outcome, SECOND, 0, Optional.empty());
  }

  static Command.Settle settle(AttemptId attempt, Transition transition) {
    return new Command.Settle(attempt, success(), SECOND, 0, Optional.of(transition));
  }

  static Outcome success() {
    return new Outcome.Success(Payload.ofJson("1"));
  }

  /** Steps that open branches 1 to {@code width} below the root, each with a call. */
  static Step[] fork(int width, Step... more) {
    List<Step> steps = new ArrayList<>();
    for (int i = 1; i <= width; i++) {
      steps.add(new Step.Open(0));
    }
    for (int i = 1; i <= width; i++) {
      steps.add(new Step.Call(-i, spec()));
    }
    steps.addAll(List.of(more));
    return steps.toArray(new Step[0]);
  }

  /** What the interpretation of a branch's signal led to. */
  static Command.Advance advance(Effect.Continue next, Step... steps) {
    BranchView branch = next.branch();
    return new Command.Advance(branch.invocation(), at(branch.branch(), branch.step(), steps));
  }

  static Step end(int branch) {
    return new Step.End(branch, Payload.ofJson("\"out" + branch + "\""));
  }

  static <E extends Effect> List<E> effects(Applied applied, Class<E> kind) {
    List<E> found = new ArrayList<>();
    for (Effect effect : applied.effects()) {
      if (kind.isInstance(effect)) {
        found.add(kind.cast(effect));
      }
    }
    return found;
  }

  static Effect.Continue onlyContinue(Applied applied) {
    List<Effect.Continue> found = effects(applied, Effect.Continue.class);
    if (found.size() != 1) {
      throw new AssertionError("not one branch continues, but " + found);
    }
    return found.get(0);
  }

  static List<String> outputs(Effect.Continue joined) {
    return ((Signal.Joined) joined.signal()).outputs().stream().map(Payload::json).toList();
  }

  static List<AttemptId> starts(Applied applied) {
    return effects(applied, Effect.Start.class).stream().map(Effect.Start::attempt).toList();
  }

  /** Taken slots as {@code running + leased} of the account. */
  String slots() {
    AccountView.ScopeView root = scheduler.accountViews().get(0).scopes().get(0);
    return root.running() + "+" + root.leased();
  }

  /** The kinds of the last events of an invocation, oldest first. */
  List<TraceEvent.Kind> lastEvents(String id, int count) {
    List<TraceEvent> events = scheduler.trace(id(id)).orElseThrow().events();
    return events.subList(events.size() - count, events.size()).stream()
        .map(TraceEvent::kind)
        .toList();
  }

  /** Calls that wait for a slot of the account. */
  long queued() {
    return scheduler.accountViews().get(0).scopes().get(0).queued();
  }

  InvocationView status(String id) {
    return scheduler.status(id(id)).orElseThrow();
  }
}
