package io.corale.scheduler;

import io.corale.model.InvocationId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

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
   * @param hearing its branches that wait to hear
   */
  record Part(
      InvocationId invocation,
      Optional<InvocationId> awaitedBy,
      List<Call> calls,
      List<Branch> hearing) {
    List<Call> callsIn(Call.State state) {
      return calls.stream().filter(call -> call.state() == state).toList();
    }
  }

  /** The one that a living invocation is a part of, and that nothing awaits; it may be itself. */
  InvocationId whole(Invocation part) {
    Invocation whole = part;
    Optional<Invocation> next = Optional.of(part);
    while (next.filter(Invocation::isLive).isPresent()) {
      whole = next.get();
      next = records.awaiting(whole);
    }
    return whole.id();
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

  private Part part(InvocationId id, Deque<InvocationId> awaited) {
    List<Call> calls = new ArrayList<>();
    List<Branch> hearing = new ArrayList<>();
    Deque<Branch> branches = new ArrayDeque<>();
    branches.add(records.require(new Branch.Key(id, 0)));
    while (!branches.isEmpty()) {
      Branch branch = branches.remove();
      branches.addAll(records.children(branch));
      records.callOf(branch).ifPresent(calls::add);
      if (branch.waiting().ears().isHearing()) {
        hearing.add(branch);
      }
      if (branch.run() > 0 && lives(id.run(branch.run()))) {
        awaited.add(id.run(branch.run()));
      }
    }
    Optional<InvocationId> awaitedBy =
        records.require(id).submission().descent().awaitedBy().map(Branch.Key::invocation);
    return new Part(id, awaitedBy, calls, hearing);
  }

  private boolean lives(InvocationId id) {
    Invocation invocation = records.invocation(id);
    return invocation != null && invocation.isLive();
  }
}
