package io.corale.scheduler;

import io.corale.model.AccountId;
import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.model.CompositionRef;
import io.corale.model.Incarnation;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.ServiceClass;
import io.corale.sim.Chance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** A superpeer on a desk: its clock, its log and its scheduler's answers are moved by hand. */
final class SuperpeerRig {
  static final Incarnation SELF = new Incarnation(new NodeId("a"), 1);
  static final Incarnation OTHER = new Incarnation(new NodeId("b"), 1);
  static final int CHECK_EVERY = 100;
  static final CompositionRef COMPOSITION = new CompositionRef("story", "1.0.0");

  final Superpeer superpeer =
      new Superpeer(SELF, new Chance(1).of("jitter"), SuperpeerRig::sizeBytes, CHECK_EVERY);
  long nowNanos = 5_000_000_000L;
  long index;

  /** What the actions of one kind were since they were last asked for. */
  <A extends Action> List<A> drain(Class<A> kind) {
    return superpeer.drain(nowNanos).stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  List<Entry> proposed() {
    return drain(Action.Propose.class).stream().map(Action.Propose::entry).toList();
  }

  void pass(long micros) {
    nowNanos += micros * 1_000;
  }

  /** Applies an entry in the term in which it was packed; every command is done. */
  void apply(Entry entry, Effect... effects) {
    apply(entry.proposer().term(), entry, effects);
  }

  void apply(long term, Entry entry, Effect... effects) {
    List<Result> results = new ArrayList<>();
    entry.commands().forEach(command -> results.add(new Result.Done()));
    applied(term, entry, results, effects);
  }

  void applied(long term, Entry entry, List<Result> results, Effect... effects) {
    superpeer.applied(term, ++index, entry, new Applied(0, results, List.of(effects)), nowNanos);
  }

  /** Leads this term, with the take-over applied and resumed. */
  void lead(long term) {
    superpeer.lead(term, nowNanos);
    apply(proposed().get(0));
    superpeer.resumed(List.of(new Effect.Active(Entry.NEWEST_FORMAT)), nowNanos);
    superpeer.drain(nowNanos);
  }

  static Entry takeOver(Incarnation node, long term) {
    Executor executor = new Executor(node, term);
    return new Entry(executor, 0, 0, 0, false, List.of(new Command.TakeOver(executor)));
  }

  static Entry entry(Incarnation node, long term, long sequence, Command... commands) {
    return new Entry(new Executor(node, term), sequence, 0, 0, false, List.of(commands));
  }

  static AttemptId attempt(long call) {
    return new AttemptId(new CallId(new InvocationId("one"), call), 1);
  }

  static BranchView branch(long step) {
    return new BranchView(
        new InvocationId("one"),
        COMPOSITION,
        0,
        step,
        Payload.NULL,
        BranchView.Context.NONE,
        new BranchView.Moment(0, 0));
  }

  static Effect.Start start(long call) {
    return new Effect.Start(attempt(call), spec(), branch(call), OptionalLong.empty());
  }

  static Transition.CallSpec spec() {
    return new Transition.CallSpec(
        "paint",
        "cheap",
        new AccountId("cheap"),
        "account",
        Payload.NULL,
        1_000_000,
        1,
        1,
        Transition.Retry.NEVER,
        "/do/0/paint");
  }

  static Outcome success() {
    return new Outcome.Success(Payload.ofJson("1"));
  }

  static Transition end(long step) {
    return new Transition(
        List.of(new Transition.Guard(0, step)), List.of(new Transition.Step.End(0, Payload.NULL)));
  }

  /** One that is said to take so many bytes of an entry. */
  static Command.Submit submit(String id, int sizeBytes) {
    return new Command.Submit(
        new InvocationId(id),
        COMPOSITION,
        Payload.ofJson("1"),
        "caller",
        new TreeMap<>(),
        Optional.empty(),
        ServiceClass.STANDARD,
        0,
        1,
        sizeBytes,
        end(0),
        0,
        "");
  }

  static Command.Settle settle(long call) {
    return new Command.Settle(attempt(call), success(), 1, 0, Optional.empty());
  }

  /** Counts what the tests vary, so that they can fill a batch to the byte. */
  private static int sizeBytes(Command command) {
    if (command instanceof Command.Submit submit) {
      return (int) submit.rankMicros();
    }
    if (command instanceof Command.Advance advance) {
      return advance.transition().steps().stream()
          .mapToInt(s -> s instanceof Transition.Step.End e ? e.output().sizeBytes() : 1)
          .sum();
    }
    return 1;
  }
}
