package io.corale.scheduler.simulated;

import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Branch;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Command;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.Result;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Step;
import io.corale.scheduler.Waiting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Watches how branches get from one index of the log to the next, by what stands in the log alone:
 * who may move them, when their timers go off, how many items of a list are open, and what becomes
 * of the context that they share.
 */
final class Moves {
  /** All branches at an index, and how many children each has that have not ended. */
  private record Watched(Map<Branch.Key, Branch> branches, Map<Branch.Key, Integer> open) {
    static Watched of(Image image) {
      Map<Branch.Key, Branch> branches = new LinkedHashMap<>();
      Map<Branch.Key, Integer> open = new LinkedHashMap<>();
      for (Branch branch : image.branches()) {
        branches.put(branch.key(), branch);
        if (branch.output().isEmpty()) {
          open.merge(new Branch.Key(branch.key().invocation(), branch.parent()), 1, Integer::sum);
        }
      }
      return new Watched(branches, open);
    }
  }

  /** How often branches came to what is watched. */
  record Tally(int races, int items, int timers, int failures, int exports) {
    static final Tally NONE = new Tally(0, 0, 0, 0, 0);

    Tally plus(Tally other) {
      return new Tally(
          races + other.races,
          items + other.items,
          timers + other.timers,
          failures + other.failures,
          exports + other.exports);
    }
  }

  private final Judge judge;
  private final long mostLateMicros;
  private Map<Branch.Key, Branch> before = new LinkedHashMap<>();

  /** Those that waited for a person. */
  private Set<Branch.Key> waited = Set.of();

  private final Map<InvocationId, BranchView.Context> contexts = new LinkedHashMap<>();
  private Tally tally = Tally.NONE;

  /**
   * @param mostLateMicros how long after its time, in cell time, a timer may go off
   */
  Moves(Judge judge, long mostLateMicros) {
    this.judge = judge;
    this.mostLateMicros = mostLateMicros;
  }

  Tally tally() {
    return tally;
  }

  /** An entry was applied; this is the state then. */
  void applied(Entry entry, Applied applied, Image image) {
    long nowMicros = applied.cellTimeMicros();
    Map<InvocationId, List<Transition>> transitions = transitions(entry);
    Set<Long> kept = Eavesdropper.kept(image);
    Watched now = Watched.of(image);
    Set<Branch.Key> waiting = Sentry.open(image).keySet();
    for (Branch branch : now.branches.values()) {
      InvocationId id = branch.key().invocation();
      Optional<Branch> was = Optional.ofNullable(before.get(branch.key()));
      List<Transition> its = transitions.getOrDefault(id, List.of());
      if (!isOvertaken(branch, was, kept) && !isTriedAgain(branch, entry)) {
        requireGuarded(branch, was, its);
      }
      requireTimers(branch, was, its, nowMicros);
      requireFamily(branch, now);
      count(branch, was);
    }
    requireContinues(entry, applied, now, waiting);
    image.invocations().forEach(this::requireContext);
    before = now.branches;
    waited = waiting;
  }

  /** A person has moved it on; whether that was right is for others to see. */
  private boolean isTriedAgain(Branch branch, Entry entry) {
    return waited.contains(branch.key())
        && entry.commands().stream()
            .anyMatch(
                command ->
                    command instanceof Command.Resolve resolve
                        && resolve.invocation().equals(branch.key().invocation()));
  }

  /** The transitions of an entry, by what they are to move. */
  static Map<InvocationId, List<Transition>> transitions(Entry entry) {
    Map<InvocationId, List<Transition>> all = new LinkedHashMap<>();
    for (Command command : entry.commands()) {
      if (command instanceof Command.Submit submit) {
        add(all, submit.invocation(), submit.transition());
      } else if (command instanceof Command.Advance advance) {
        add(all, advance.invocation(), advance.transition());
      } else if (command instanceof Command.Settle settle) {
        InvocationId id = settle.attempt().call().invocation();
        settle.transition().ifPresent(t -> add(all, id, t));
      }
    }
    return all;
  }

  private static void add(
      Map<InvocationId, List<Transition>> all, InvocationId id, Transition transition) {
    all.computeIfAbsent(id, key -> new ArrayList<>()).add(transition);
  }

  /** Rule 18: who moves a branch saw where it was; but a timer that is due moves it as well. */
  private void requireGuarded(Branch branch, Optional<Branch> was, List<Transition> transitions) {
    if (was.isEmpty() || was.get().step() == branch.step() || hasElapsed(branch, was)) {
      return;
    }
    Guard guard = new Guard(branch.key().number(), was.get().step());
    judge.require(
        Check.MOVES,
        transitions.stream().anyMatch(t -> t.guards().contains(guard)),
        () -> branch.key() + " moved on from " + was + " and nobody had seen it there");
  }

  /** Another has taken the event that it had heard, so that it hears on. */
  static boolean isOvertaken(Branch branch, Optional<Branch> was, Set<Long> kept) {
    return was.flatMap(Branch::pending).orElse(null) instanceof Signal.Heard heard
        && heard.kept() != Signal.Heard.NOT_KEPT
        && !kept.contains(heard.kept())
        && branch.state().equals(was.get().state())
        && branch.output().isEmpty()
        && branch.waiting().timers().equals(was.get().waiting().timers());
  }

  private static boolean hasElapsed(Branch branch, Optional<Branch> was) {
    return branch.pending().orElse(null) instanceof Signal.Elapsed && isNews(branch, was);
  }

  /** Whether the branch has a signal that it did not have before. */
  private static boolean isNews(Branch branch, Optional<Branch> was) {
    return branch.pending().isPresent()
        && was.filter(b -> b.step() == branch.step() && b.pending().equals(branch.pending()))
            .isEmpty();
  }

  /** Rule 19: what is to be interpreted is said, and said again to who read what has changed. */
  private void requireContinues(
      Entry entry, Applied applied, Watched now, Set<Branch.Key> waiting) {
    Map<Branch.Key, Long> said = new LinkedHashMap<>();
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Continue next) {
        said.put(
            new Branch.Key(next.branch().invocation(), next.branch().branch()),
            next.branch().step());
      }
    }
    Set<Branch.Key> stale = new LinkedHashSet<>();
    for (int i = 0; i < entry.commands().size(); i++) {
      if (entry.commands().get(i) instanceof Command.Advance advance
          && applied.results().get(i) instanceof Result.Stale) {
        advance
            .transition()
            .guards()
            .forEach(guard -> stale.add(new Branch.Key(advance.invocation(), guard.branch())));
      }
    }
    for (Branch branch : now.branches.values()) {
      Optional<Branch> was = Optional.ofNullable(before.get(branch.key()));
      boolean isStale = stale.contains(branch.key()) && !waiting.contains(branch.key());
      boolean mustBeSaid = isNews(branch, was) || (branch.pending().isPresent() && isStale);
      judge.require(
          Check.MOVES,
          !mustBeSaid || said.getOrDefault(branch.key(), -1L) == branch.step(),
          () -> "nobody is told to continue " + branch);
    }
  }

  private void requireTimers(
      Branch branch, Optional<Branch> was, List<Transition> transitions, long nowMicros) {
    List<Waiting.Timer> earlier = was.map(b -> b.waiting().timers()).orElse(List.of());
    for (Waiting.Timer timer : branch.waiting().timers()) {
      boolean isAsked =
          earlier.contains(timer)
              ? timer.dueMicros() > nowMicros
              : transitions.stream().anyMatch(t -> arms(t, timer, nowMicros));
      judge.require(
          Check.TIMERS,
          isAsked,
          () -> branch.key() + " has " + timer + " at " + nowMicros + ", it had " + earlier);
    }
    int elapsed = Integer.MAX_VALUE;
    if (hasElapsed(branch, was)) {
      int number = ((Signal.Elapsed) branch.pending().orElseThrow()).timer();
      elapsed = number;
      judge.require(
          Check.MOVES,
          was.filter(b -> b.step() < branch.step()).isPresent(),
          () -> branch.key() + " is where it was before " + number + " went off");
      judge.require(
          Check.TIMERS,
          earlier.stream().anyMatch(t -> t.number() == number && isInTime(t, nowMicros)),
          () -> branch.key() + ": " + number + " went off at " + nowMicros + ", " + earlier);
    }
    requireKept(branch, earlier, elapsed, transitions);
  }

  /** A timer goes when it is called off, or one further out went off; or its branch ended. */
  private void requireKept(
      Branch branch, List<Waiting.Timer> earlier, int elapsed, List<Transition> transitions) {
    for (Waiting.Timer timer : earlier) {
      boolean mayBeGone =
          branch.output().isPresent()
              || timer.number() >= elapsed
              || transitions.stream().anyMatch(t -> callsOff(t, timer.number()));
      judge.require(
          Check.TIMERS,
          mayBeGone || branch.waiting().timers().contains(timer),
          () -> branch.key() + " has lost " + timer);
    }
  }

  private static boolean callsOff(Transition transition, int timer) {
    return transition.steps().stream()
        .anyMatch(
            step ->
                (step instanceof Step.Disarm disarm && disarm.timer() == timer)
                    || (step instanceof Step.Arm arm && arm.timer() == timer));
  }

  private static boolean arms(Transition transition, Waiting.Timer timer, long nowMicros) {
    return transition.steps().stream()
        .anyMatch(
            step ->
                step instanceof Step.Arm arm
                    && arm.timer() == timer.number()
                    && nowMicros + arm.micros() == timer.dueMicros());
  }

  private boolean isInTime(Waiting.Timer timer, long nowMicros) {
    return timer.dueMicros() <= nowMicros && nowMicros - timer.dueMicros() <= mostLateMicros;
  }

  /** Rule 20; and who has a signal has no children any more: no losers, no late ones. */
  private void requireFamily(Branch branch, Watched now) {
    int open = now.open.getOrDefault(branch.key(), 0);
    branch
        .waiting()
        .children()
        .spread()
        .ifPresent(
            list ->
                judge.require(
                    Check.FAMILIES,
                    open <= parallelism(list.seed()),
                    () -> branch.key() + " has " + open + " items open of " + list));
    judge.require(
        Check.FAMILIES,
        open == 0 || branch.pending().isEmpty(),
        () -> open + " children outlive " + branch);
  }

  /** As the program has it, which the seed quotes: {@code 0;0;0;#parallelism,body}. */
  private static int parallelism(Payload seed) {
    String json = seed.json();
    return Character.digit(json.charAt(json.indexOf('#') + 1), 10);
  }

  /** A context only grows, by one entry with each version, and no entry is in it twice. */
  private void requireContext(Invocation invocation) {
    InvocationId id = invocation.submission().id();
    if (invocation.ended().isPresent()) {
      contexts.remove(id);
      return;
    }
    BranchView.Context context = invocation.context();
    BranchView.Context was = contexts.getOrDefault(id, BranchView.Context.NONE);
    if (context.equals(was)) {
      return;
    }
    contexts.put(id, context);
    String text = ScriptWriter.entries(context);
    List<String> entries = Arrays.asList(text.split(",", -1));
    judge.require(
        Check.CONTEXT,
        text.startsWith(ScriptWriter.entries(was))
            && entries.size() == context.version()
            && new LinkedHashSet<>(entries).size() == entries.size(),
        () -> "the context of " + id + " is " + context + " after " + was);
    tally = tally.plus(new Tally(0, 0, 0, 0, (int) (context.version() - was.version())));
  }

  private void count(Branch branch, Optional<Branch> was) {
    Optional<Signal> signal = branch.pending();
    if (signal.isEmpty() || signal.equals(was.flatMap(Branch::pending))) {
      return;
    }
    boolean raced = was.filter(b -> b.waiting().children().isRace()).isPresent();
    tally =
        tally.plus(
            new Tally(
                raced && signal.get() instanceof Signal.Joined ? 1 : 0,
                signal.get() instanceof Signal.Item ? 1 : 0,
                signal.get() instanceof Signal.Elapsed ? 1 : 0,
                signal.get() instanceof Signal.Failed ? 1 : 0,
                0));
  }
}
