package io.corale.scheduler;

import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Ends invocations: once each, with everything that is still open in them, and with those that they
 * await (rules 19 and 21). Whoever awaits one that ends has its signal in the same entry.
 */
final class Endings {
  private final Records records;
  private final Branches branches;
  private final Calls calls;
  private final Flows flows;
  private final Receipts receipts;
  private final Schedules schedules;
  private final Deadlines deadlines;
  private final Lifecycle lifecycle;

  Endings(
      Records records,
      Branches branches,
      Calls calls,
      Flows flows,
      Receipts receipts,
      Schedules schedules,
      Lifecycle lifecycle) {
    this.records = records;
    this.branches = branches;
    this.calls = calls;
    this.flows = flows;
    this.receipts = receipts;
    this.schedules = schedules;
    this.deadlines = new Deadlines(records);
    this.lifecycle = lifecycle;
  }

  void fault(Pass pass, InvocationId id, Problem problem) {
    end(pass, id, new Ending.Faulted(problem));
  }

  /** Ends an invocation that lives still as cancelled. */
  void cancel(Pass pass, InvocationId id, String reason) {
    Invocation invocation = records.invocation(id);
    if (invocation != null && invocation.isLive()) {
      end(pass, id, new Ending.Cancelled(reason));
    }
  }

  /** Without recursion: those that run each other are many levels deep. */
  void end(Pass pass, InvocationId id, Ending how) {
    List<InvocationId> orphans = endOne(pass, id, how);
    String reason = "invocation " + id + " has ended";
    while (!orphans.isEmpty()) {
      InvocationId orphan = orphans.remove(orphans.size() - 1);
      orphans.addAll(endOne(pass, orphan, new Ending.Cancelled(reason)));
    }
  }

  /** Gives those that it awaited. */
  private List<InvocationId> endOne(Pass pass, InvocationId id, Ending how) {
    Invocation before = records.require(id);
    List<Branch> dropped = dropBranches(pass, id);
    waited(pass, before, dropped);
    Invocation living = records.require(id);
    flows.subtract(living.submission().flow(), living.submission().rankMicros());
    Invocation traced = living.with(pass.event(living, TraceEvent.Kind.ENDED, word(how)));
    Invocation ended = traced.ended(new Invocation.Ended(how, pass.nowMicros()));
    records.put(ended);
    receipts.keep(ended);
    pass.emit(new Effect.Answer(id, how));
    lifecycle.ended(pass, ended);
    schedules.ended(pass, id);
    ended.submission().descent().awaitedBy().ifPresent(key -> tell(pass, key, id, how));
    return dropped.stream()
        .filter(branch -> branch.run() > 0)
        .map(branch -> id.run(branch.run()))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private void waited(Pass pass, Invocation before, List<Branch> dropped) {
    List<Ears.Hearing> all =
        dropped.stream().flatMap(branch -> branch.waiting().ears().hearing().stream()).toList();
    Ears.Hearing.first(all).ifPresent(hearing -> deadlines.waited(pass, before, hearing));
  }

  private List<Branch> dropBranches(Pass pass, InvocationId id) {
    List<Branch> dropped = new ArrayList<>();
    Branch root = records.branch(new Branch.Key(id, 0));
    List<Branch> doomed = new ArrayList<>();
    if (root != null) {
      doomed.add(root);
    }
    while (!doomed.isEmpty()) {
      Branch next = doomed.remove(doomed.size() - 1);
      doomed.addAll(records.children(next));
      records.callOf(next).ifPresent(call -> calls.abandon(pass, call));
      branches.remove(next);
      dropped.add(next);
    }
    return dropped;
  }

  /**
   * Tells a branch of the end that it awaits; it may be gone, or wait for something else by now.
   */
  private void tell(Pass pass, Branch.Key key, InvocationId ended, Ending how) {
    Branch branch = records.branch(key);
    if (branch == null || branch.run() == 0 || !key.invocation().run(branch.run()).equals(ended)) {
      return;
    }
    branches.put(branch.signalled(signal(ended, how)));
    pass.signalled(key);
    Invocation parent = records.require(key.invocation());
    records.put(parent.with(pass.event(parent, TraceEvent.Kind.RETURNED, ended + " " + word(how))));
  }

  private static Signal signal(InvocationId id, Ending how) {
    if (how instanceof Ending.Completed completed) {
      return new Signal.Returned(completed.output());
    }
    return new Signal.Failed(
        how instanceof Ending.Faulted faulted
            ? faulted.problem()
            : Problem.runtime(
                "invocation " + id + " was cancelled: " + ((Ending.Cancelled) how).reason(), ""));
  }

  private static String word(Ending how) {
    if (how instanceof Ending.Faulted faulted) {
      return "faulted: " + faulted.problem().title() + " " + faulted.problem().detail();
    }
    return how instanceof Ending.Cancelled cancelled
        ? "cancelled: " + cancelled.reason()
        : "completed";
  }
}
