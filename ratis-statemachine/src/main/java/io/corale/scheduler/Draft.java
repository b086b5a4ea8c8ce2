package io.corale.scheduler;

import io.corale.model.CallId;
import io.corale.model.Ending;
import io.corale.model.Payload;
import io.corale.model.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an invocation will be after a transition, built beside the records: either all of it goes
 * into them, or nothing (rule 18). A step that makes no sense throws {@link Faulty}.
 */
final class Draft {
  /** A fork wider than this is a job for a queue of invocations. */
  static final int MAX_BRANCHES = 4_096;

  private final Records records;
  private final Invocation invocation;
  private final Map<Integer, Branch> touched = new LinkedHashMap<>();
  private final Set<Integer> removed = new LinkedHashSet<>();
  private final Set<Integer> guarded = new LinkedHashSet<>();
  private final List<Integer> opened = new ArrayList<>();
  private final List<Integer> joined = new ArrayList<>();
  private final List<NewCall> calls = new ArrayList<>();
  private final List<Call> abandoned = new ArrayList<>();
  private int branches;
  private long callsOpened;
  private Optional<Ending> ending = Optional.empty();

  /** Why the invocation must fault instead. */
  static final class Faulty extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    Faulty(Problem problem) {
      super(problem.detail(), null, false, false);
      this.problem = problem;
    }

    Problem problem() {
      return problem;
    }
  }

  /** A call to open, with its number. */
  record NewCall(CallId id, int branch, Transition.CallSpec spec) {}

  Draft(Records records, Invocation invocation) {
    this.records = records;
    this.invocation = invocation;
    this.branches = invocation.branches();
    this.callsOpened = invocation.callsOpened();
  }

  /** Begins with the root of an invocation that has no records yet. */
  Draft withRoot(Branch root) {
    touched.put(root.number(), root);
    guarded.add(root.number());
    return this;
  }

  /** Notes the guards; false where one does not hold. */
  boolean guard(List<Transition.Guard> guards) {
    for (Transition.Guard guard : guards) {
      Branch branch = find(guard.branch()).orElse(null);
      if (branch == null || branch.hasEnded() || branch.step() != guard.step()) {
        return false;
      }
      guarded.add(guard.branch());
    }
    return true;
  }

  void remember(int ref, Payload state) throws Faulty {
    put(writable(ref).remembering(state));
  }

  void call(int ref, Transition.CallSpec spec) throws Faulty {
    Branch branch = writable(ref);
    require(branch.call() == 0 && branch.openChildren() == 0, branch, "waits already");
    long number = ++callsOpened;
    calls.add(new NewCall(new CallId(invocation.id(), number), branch.number(), spec));
    put(branch.calling(number));
  }

  void open(int ref) throws Faulty {
    Branch parent = writable(ref);
    require(parent.call() == 0, parent, "waits for a call");
    require(branches < MAX_BRANCHES, parent, "is one of " + MAX_BRANCHES + ", the most there are");
    int number = invocation.nextBranch() + opened.size();
    opened.add(number);
    branches++;
    put(
        Branch.opened(
            new Branch.Key(invocation.id(), number),
            parent.number(),
            parent.lastChild(),
            Payload.NULL));
    put(parent.withChild(number));
  }

  void end(int ref, Payload output) throws Faulty {
    Branch branch = writable(ref);
    dropChildren(branch);
    dropCall(branch);
    put(branch.ended(output));
    if (branch.parent() == Branch.NONE) {
      ending = Optional.of(new Ending.Completed(output));
      return;
    }
    Branch parent = find(branch.parent()).orElseThrow().withChildEnded();
    put(parent.openChildren() == 0 ? join(parent) : parent);
  }

  void fault(Problem problem) {
    ending = Optional.of(new Ending.Faulted(problem));
  }

  /** Every branch that was written must have something to wait for. */
  void requireProgress() throws Faulty {
    if (ending.isPresent()) {
      return;
    }
    for (Branch branch : touched.values()) {
      if (!branch.hasEnded()) {
        require(branch.waits(), branch, "has nothing to wait for");
      }
    }
  }

  private Branch join(Branch parent) {
    List<Branch> children = children(parent);
    List<Payload> outputs = new ArrayList<>(children.size());
    for (Branch child : children) {
      outputs.add(child.output().orElseThrow());
      drop(child);
    }
    joined.add(parent.number());
    return parent.joined(new Signal.Joined(outputs));
  }

  private void dropChildren(Branch branch) {
    List<Branch> doomed = new ArrayList<>(children(branch));
    while (!doomed.isEmpty()) {
      Branch next = doomed.remove(doomed.size() - 1);
      doomed.addAll(children(next));
      dropCall(next);
      drop(next);
    }
  }

  private void drop(Branch branch) {
    touched.remove(branch.number());
    removed.add(branch.number());
    branches--;
  }

  private void dropCall(Branch branch) {
    if (branch.call() > invocation.callsOpened()) {
      calls.removeIf(call -> call.id().number() == branch.call());
    } else {
      records.callOf(branch).ifPresent(abandoned::add);
    }
  }

  private List<Branch> children(Branch parent) {
    List<Branch> children = new ArrayList<>();
    int next = parent.lastChild();
    while (next != Branch.NONE) {
      Branch child = find(next).orElseThrow();
      children.add(child);
      next = child.elder();
    }
    Collections.reverse(children);
    return children;
  }

  private Branch writable(int ref) throws Faulty {
    int number = ref >= 0 ? ref : opened(ref);
    if (ref >= 0 && !guarded.contains(ref)) {
      throw new Faulty(
          Problem.configuration("a step writes branch " + ref + " without a guard", ""));
    }
    Branch branch = find(number).orElse(null);
    if (branch == null || branch.hasEnded()) {
      throw new Faulty(
          Problem.configuration("a step writes branch " + number + ", which has ended", ""));
    }
    return branch;
  }

  private int opened(int ref) throws Faulty {
    int position = -1 - ref;
    if (position < 0 || position >= opened.size()) {
      throw new Faulty(
          Problem.configuration("a step names branch " + ref + " before it opens", ""));
    }
    return opened.get(position);
  }

  private Optional<Branch> find(int number) {
    if (number < 0 || removed.contains(number)) {
      return Optional.empty();
    }
    Branch branch = touched.get(number);
    return branch != null
        ? Optional.of(branch)
        : Optional.ofNullable(records.branch(new Branch.Key(invocation.id(), number)));
  }

  private void put(Branch branch) {
    touched.put(branch.number(), branch);
  }

  private static void require(boolean holds, Branch branch, String problem) throws Faulty {
    if (!holds) {
      throw new Faulty(Problem.configuration("branch " + branch.number() + " " + problem, ""));
    }
  }

  /** Writes everything but calls and ending into the records. */
  void commit(Pass pass) {
    records.put(
        records
            .require(invocation.id())
            .grown(invocation.nextBranch() + opened.size(), branches, callsOpened));
    for (int number : removed) {
      Branch gone = records.branch(new Branch.Key(invocation.id(), number));
      if (gone != null) {
        records.remove(gone);
      }
    }
    touched.values().forEach(records::put);
    if (!opened.isEmpty()) {
      trace(pass, TraceEvent.Kind.FORKED, opened.size() + " branches opened");
    }
    for (int parent : joined) {
      trace(pass, TraceEvent.Kind.JOINED, "at branch " + parent);
      pass.signalled(new Branch.Key(invocation.id(), parent));
    }
  }

  private void trace(Pass pass, TraceEvent.Kind kind, String detail) {
    Invocation now = records.require(invocation.id());
    records.put(now.with(pass.event(now, kind, detail)));
  }

  List<NewCall> calls() {
    return calls;
  }

  List<Call> abandoned() {
    return abandoned;
  }

  Optional<Ending> ending() {
    return ending;
  }
}
