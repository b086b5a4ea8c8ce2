package io.corale.scheduler;

import io.corale.model.CallId;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The branches of an invocation and their calls as a {@link Draft} will leave them: what it has
 * written, and the records where it has not.
 */
final class Tree {
  private final Records records;
  private final Invocation invocation;
  private final Map<Integer, Branch> written = new LinkedHashMap<>();
  private final Set<Integer> removed = new LinkedHashSet<>();
  private final List<NewCall> calls = new ArrayList<>();
  private final List<Call> abandoned = new ArrayList<>();
  private final List<NewRun> runs = new ArrayList<>();
  private final List<InvocationId> orphans = new ArrayList<>();
  private final List<Ears.Hearing> unheard = new ArrayList<>();
  private int size;
  private int nextBranch;
  private long callsOpened;
  private long lastRun;

  /** A call to open, with its number. */
  record NewCall(CallId id, int branch, Transition.CallSpec spec) {}

  /** An invocation to begin, with its number. */
  record NewRun(long number, int branch, Transition.RunSpec spec) {}

  Tree(Records records, Invocation invocation) {
    this.records = records;
    this.invocation = invocation;
    this.size = invocation.counts().branches();
    this.nextBranch = invocation.counts().nextBranch();
    this.callsOpened = invocation.counts().callsOpened();
    this.lastRun = invocation.counts().lastRun();
  }

  Texts texts() {
    return records.texts();
  }

  Optional<Branch> find(int number) {
    if (number < 0 || removed.contains(number)) {
      return Optional.empty();
    }
    Branch branch = written.get(number);
    return branch != null ? Optional.of(branch) : Optional.ofNullable(records.branch(key(number)));
  }

  Branch parent(Branch child) {
    return find(child.parent()).orElseThrow();
  }

  void put(Branch branch) {
    written.put(branch.number(), branch);
  }

  /** How many branches there are. */
  int size() {
    return size;
  }

  /** One more child of a branch, which does not know of it yet. */
  Branch open(Branch parent, Payload state) {
    size++;
    return Branch.opened(key(nextBranch++), parent.number(), parent.children().last(), state);
  }

  /** The number of one more call. */
  long open(Branch branch, Transition.CallSpec spec) {
    long number = invocation.counts().callsBefore() + ++callsOpened;
    calls.add(new NewCall(new CallId(invocation.id(), number), branch.number(), spec));
    return number;
  }

  /**
   * The number of one more invocation that this one begins: the next of which the id is free, for
   * those that an earlier invocation of this id has begun, or attempts of theirs, may live still.
   */
  long open(Branch branch, Transition.RunSpec spec) {
    do {
      lastRun++;
    } while (records.isTaken(invocation.id().run(lastRun)));
    runs.add(new NewRun(lastRun, branch.number(), spec));
    return lastRun;
  }

  /** The children of a branch that are not joined, in the order of opening. */
  List<Branch> children(Branch parent) {
    List<Branch> children = new ArrayList<>();
    int next = parent.children().last();
    while (next != Branch.NONE) {
      Branch child = find(next).orElseThrow();
      children.add(child);
      next = child.elder();
    }
    Collections.reverse(children);
    return children;
  }

  /**
   * Ends whatever a branch waits for beside its timers: its descendants, its call, and what it runs
   * (rule 19).
   */
  void cut(Branch branch) {
    List<Branch> doomed = children(branch);
    while (!doomed.isEmpty()) {
      Branch next = doomed.remove(doomed.size() - 1);
      doomed.addAll(children(next));
      abandon(next);
      written.remove(next.number());
      removed.add(next.number());
      size--;
    }
    abandon(branch);
  }

  private void abandon(Branch branch) {
    branch.waiting().ears().hearing().ifPresent(unheard::add);
    if (branch.run() > invocation.counts().lastRun()) {
      runs.removeIf(run -> run.number() == branch.run());
    } else if (branch.run() > 0) {
      orphans.add(invocation.id().run(branch.run()));
    }
    if (branch.call() > invocation.counts().lastCall()) {
      calls.removeIf(call -> call.id().number() == branch.call());
    } else {
      records.callOf(branch).ifPresent(abandoned::add);
    }
  }

  private Branch.Key key(int number) {
    return new Branch.Key(invocation.id(), number);
  }

  /** The branches that were written and are there still. */
  Iterable<Branch> written() {
    return written.values();
  }

  /**
   * Writes the branches into the records, and how many there are; calls and runs are for others.
   */
  void commit(Branches branches) {
    Invocation grown =
        records.require(invocation.id()).grown(nextBranch, size, callsOpened, lastRun);
    records.put(grown);
    records.usedUpTo(grown.counts().lastCall());
    for (int number : removed) {
      Branch gone = records.branch(key(number));
      if (gone != null) {
        branches.remove(gone);
      }
    }
    written.values().forEach(branches::put);
  }

  /** What to open, in this order. */
  List<NewCall> calls() {
    return calls;
  }

  /** What nobody waits for any more. */
  List<Call> abandoned() {
    return abandoned;
  }

  /** What to begin, in this order. */
  List<NewRun> runs() {
    return runs;
  }

  /** The waits to hear that were cut. */
  List<Ears.Hearing> unheard() {
    return unheard;
  }

  /** The invocations that nobody awaits any more. */
  List<InvocationId> orphans() {
    return orphans;
  }
}
