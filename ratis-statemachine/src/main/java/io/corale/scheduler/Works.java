package io.corale.scheduler;

import io.corale.model.InvocationId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Finds what an invocation has under way: its calls, and those that it awaits, to the last. */
final class Works {
  private final Records records;

  Works(Records records) {
    this.records = records;
  }

  /**
   * A living invocation that is a part of a work.
   *
   * @param calls those that it has open
   */
  record Part(InvocationId invocation, List<Call> calls) {
    List<Call> callsIn(Call.State state) {
      return calls.stream().filter(call -> call.state() == state).toList();
    }
  }

  /** The parts of the work of a living invocation, each before those that it awaits. */
  List<Part> of(InvocationId first) {
    List<Part> parts = new ArrayList<>();
    Deque<InvocationId> rest = new ArrayDeque<>();
    rest.add(first);
    while (!rest.isEmpty()) {
      parts.add(part(rest.remove(), rest));
    }
    return parts;
  }

  /** Its own calls alone. */
  Part alone(InvocationId invocation) {
    return part(invocation, new ArrayDeque<>());
  }

  private Part part(InvocationId id, Deque<InvocationId> awaited) {
    List<Call> calls = new ArrayList<>();
    Deque<Branch> branches = new ArrayDeque<>();
    branches.add(records.require(new Branch.Key(id, 0)));
    while (!branches.isEmpty()) {
      Branch branch = branches.remove();
      branches.addAll(records.children(branch));
      records.callOf(branch).ifPresent(calls::add);
      if (branch.run() > 0 && lives(id.run(branch.run()))) {
        awaited.add(id.run(branch.run()));
      }
    }
    return new Part(id, calls);
  }

  private boolean lives(InvocationId id) {
    Invocation invocation = records.invocation(id);
    return invocation != null && invocation.isLive();
  }
}
