package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.InvocationId;
import io.corale.model.Problem;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.Command.Hold.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Answers questions about the records of a cell without changing anything. */
final class Reads {
  /** A line. */
  private static final int MAX_WORDS_CHARS = 200;

  private final Records records;
  private final Queues queues;
  private final Holds holds;

  Reads(Records records, Queues queues, Holds holds) {
    this.records = records;
    this.queues = queues;
    this.holds = holds;
  }

  InvocationView view(Invocation invocation, long nowMicros) {
    int running = 0;
    int outstanding = 0;
    int held = 0;
    int barred = 0;
    int incidents = 0;
    List<String> listensFor = new ArrayList<>();
    Branch root = records.branch(new Branch.Key(invocation.id(), 0));
    List<Branch> rest = new ArrayList<>();
    if (root != null) {
      rest.add(root);
    }
    while (!rest.isEmpty()) {
      Branch next = rest.remove(rest.size() - 1);
      rest.addAll(records.children(next));
      Optional<Call> call = records.callOf(next);
      outstanding += call.isPresent() ? 1 : 0;
      held += call.isPresent() && isHeld(call.get()) ? 1 : 0;
      barred += call.isPresent() && queues.breakers().holds(call.get().id()) ? 1 : 0;
      incidents += records.waitsForPerson(next.key()) ? 1 : 0;
      running += call.isPresent() && call.get().state() == Call.State.IN_FLIGHT ? 1 : 0;
      heard(next)
          .filter(words -> listensFor.size() < InvocationView.MAX_LISTENS)
          .ifPresent(listensFor::add);
    }
    Open open = new Open(outstanding - running, running, held, barred, incidents);
    return view(invocation, nowMicros, open, listensFor);
  }

  private boolean isHeld(Call call) {
    return holds.sinceMicros(call) != Standstill.GOES_ON;
  }

  /** For what a branch waits to hear. */
  private static Optional<String> heard(Branch branch) {
    Ears ears = branch.waiting().ears();
    return ears.hearing()
        .flatMap(hearing -> ears.find(hearing.ear()))
        .map(ear -> Problem.shortened(Ear.words(ear.subscriptions()), MAX_WORDS_CHARS));
  }

  /**
   * How many calls of an invocation wait, run, of the first are held, or barred; and how many have
   * failed and wait for a person.
   */
  private record Open(int queued, int running, int held, int barred, int incidents) {}

  private InvocationView view(
      Invocation invocation, long nowMicros, Open open, List<String> listensFor) {
    Invocation.Submission submission = invocation.submission();
    long until = invocation.ended().map(Invocation.Ended::atMicros).orElse(nowMicros);
    return new InvocationView(
        submission.id(),
        submission.composition(),
        invocation.ended().map(Invocation.Ended::ending),
        submission.caller(),
        submission.serviceClass(),
        submission.labels(),
        submission.parent(),
        submission.acceptedWallMillis(),
        until - submission.acceptedMicros(),
        open.queued(),
        open.running(),
        invocation.counts().callsEnded(),
        open.held(),
        open.barred(),
        open.incidents(),
        holds.view(invocation, nowMicros),
        invocation.counts().lastRun(),
        listensFor);
  }

  InvocationPage list(int limit, long after, Predicate<InvocationView> filter, long nowMicros) {
    long last = after;
    List<InvocationView> page = new ArrayList<>();
    for (Invocation invocation : records.invocations()) {
      if (page.size() == limit) {
        break;
      }
      if (invocation.submission().sequence() > after) {
        InvocationView view = view(invocation, nowMicros);
        if (filter.test(view)) {
          page.add(view);
          last = invocation.submission().sequence();
        }
      }
    }
    return new InvocationPage(page, last);
  }

  /** All holds: of the owner, of compositions, then of invocations, so many at most. */
  List<HoldView> holds(int limit, long nowMicros) {
    List<HoldView> views = new ArrayList<>(holds.views(nowMicros));
    for (Invocation invocation : records.invocations()) {
      if (views.size() >= limit) {
        break;
      }
      Target target = new Target.OfInvocation(invocation.id());
      invocation.held().ifPresent(held -> views.add(HoldView.of(target, held, nowMicros)));
    }
    return views.subList(0, Math.min(limit, views.size()));
  }

  /** Those of one invocation, or of all, with a number above this one; so many at most. */
  List<IncidentView> incidents(int limit, long after, Optional<InvocationId> of, long nowMicros) {
    List<IncidentView> views = new ArrayList<>();
    for (Incident incident : records.incidents()) {
      if (views.size() >= limit) {
        break;
      }
      InvocationId its = incident.branchKey().invocation();
      if (incident.isOpen()
          && incident.number() > after
          && (of.isEmpty() || of.get().equals(its))) {
        views.add(IncidentView.of(incident, records.require(its), nowMicros));
      }
    }
    return views;
  }

  List<AccountView> accounts(long nowMicros) {
    List<AccountView> views = new ArrayList<>();
    Map<AccountId, List<CircuitView>> circuits = circuits(nowMicros);
    for (Queues.Desk desk : queues.desks()) {
      Map<String, Integer> leased = leased(desk);
      List<AccountView.ScopeView> scopes = new ArrayList<>();
      for (Scope<?> scope : desk.queue().scopes()) {
        int leases = leased.getOrDefault(scope.name(), 0);
        scopes.add(
            new AccountView.ScopeView(
                scope.name(),
                scope.limit(),
                scope.queued(),
                scope.taken() - leases,
                leases,
                inForce(scope, nowMicros)));
      }
      Account account = desk.queue().account();
      views.add(
          new AccountView(
              account,
              scopes,
              circuits.getOrDefault(account.id(), List.of()),
              desk.retries().left()));
    }
    return views;
  }

  /** What does not answer, by account: once for all of them, for there may be many of both. */
  private Map<AccountId, List<CircuitView>> circuits(long nowMicros) {
    Map<AccountId, List<CircuitView>> circuits = new LinkedHashMap<>();
    for (CircuitView view : queues.breakers().views(nowMicros)) {
      circuits.computeIfAbsent(view.circuit().account(), its -> new ArrayList<>()).add(view);
    }
    return circuits;
  }

  private static InForce inForce(Scope<?> scope, long nowMicros) {
    return scope
        .gauges()
        .map(gauges -> gauges.inForce(scope.limit(), nowMicros))
        .orElseGet(() -> InForce.declared(scope.limit()));
  }

  private Map<String, Integer> leased(Queues.Desk desk) {
    Map<String, Optional<String>> parents = new LinkedHashMap<>();
    for (ScopeLimit scope : desk.queue().account().scopes()) {
      parents.put(scope.scope(), scope.parent());
    }
    Map<String, Integer> leased = new LinkedHashMap<>();
    for (Slot slot : records.slots()) {
      if (slot.isLeased() && slot.account().equals(desk.queue().account().id())) {
        Optional<String> scope = Optional.of(slot.scope());
        while (scope.isPresent()) {
          leased.merge(scope.get(), 1, Integer::sum);
          scope = parents.getOrDefault(scope.get(), Optional.empty());
        }
      }
    }
    return leased;
  }
}
