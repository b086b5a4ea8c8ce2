package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.CallId;
import io.corale.model.ScopeLimit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What would start at an account if all took as long as expected and nobody came: a copy of its
 * queue, as far as some calls need it, that is run ahead of its time. It dispatches as the queue
 * itself does, because it is one: lanes, scopes that others shut, rates, ramps and what is learned
 * need no second set of rules. An immutable copy that any thread may run.
 *
 * @param account whose limits are those at that moment
 * @param order of its policy
 * @param turn of its queue
 * @param limits what its queue remembers of them
 * @param running what holds its slots
 * @param waiting the calls that are asked about, and those that may go before them
 * @param targets the calls that are asked about
 * @param late those of them that wait in the late lane
 * @param isMore whether more may go before them
 * @param nowMicros cell time of the copy
 */
record Rehearsal(
    Account account,
    Order order,
    int turn,
    List<ScopeState> limits,
    List<Running> running,
    List<Waiting> waiting,
    List<CallId> targets,
    List<CallId> late,
    boolean isMore,
    long nowMicros) {
  /** So many scopes on a path are one step more for each that starts or ends there. */
  private static final int SCOPES_OF_STEP = 8;

  Rehearsal {
    limits = List.copyOf(limits);
    running = List.copyOf(running);
    waiting = List.copyOf(waiting);
    targets = List.copyOf(targets);
    late = List.copyOf(late);
  }

  boolean isLate(CallId target) {
    return late.contains(target);
  }

  /** What holds a slot, and until when. */
  record Running(String scope, long endMicros) {}

  /** A call that waits, and how long it is expected to run. */
  record Waiting(
      CallId call,
      String scope,
      long deadlineMicros,
      long rankMicros,
      long sequence,
      long lastsMicros) {}

  /** A call has started. */
  record Started(CallId call, String scope, long atMicros) {}

  /**
   * How it went.
   *
   * @param started in order, until the last one that is asked about
   * @param holding of these, the scope that was shut last before each started; the outermost one
   */
  record Course(List<Started> started, Map<CallId, String> holding) {
    /** When a call has started; empty where that was not seen. */
    OptionalLong startMicros(CallId call) {
      return started.stream()
          .filter(each -> each.call().equals(call))
          .mapToLong(Started::atMicros)
          .findFirst();
    }
  }

  /**
   * Runs the copy.
   *
   * @param as with these limits, of the same scopes
   * @param until all of these have started
   */
  Course run(Account as, List<CallId> until, Steps steps) {
    Run run = new Run(until, steps);
    if (run.enter(as)) {
      run.goOn();
    }
    return new Course(List.copyOf(run.started), run.holding);
  }

  private final class Run {
    private final Steps steps;
    private final Map<CallId, Scope<Waiting>> left = new LinkedHashMap<>();
    private final ReadyQueue<Waiting> queue =
        new ReadyQueue<>(account, turn, policy -> order, nowMicros);
    private final SplayTree<Running> ends = new SplayTree<>();
    private final List<Started> started = new ArrayList<>();
    private final Map<CallId, String> holding = new LinkedHashMap<>();
    private final int moving;

    /** How many have run: what ends at one time does so in order. */
    private long ran;

    Run(List<CallId> until, Steps steps) {
      this.steps = steps;
      this.moving =
          (int)
              limits.stream()
                  .filter(its -> its.ramp().isPresent() || its.learned().isPresent())
                  .count();
      until.forEach(call -> left.put(call, queue.scope(ScopeLimit.ROOT)));
    }

    /** Takes its place; false where that is too much. */
    boolean enter(Account as) {
      queue.restore(limits);
      for (Running each : running) {
        if (!steps.take(weight(queue.scope(each.scope())))) {
          return false;
        }
        queue.occupy(each.scope());
        run(each);
      }
      for (Waiting each : waiting) {
        if (!steps.take(weight(queue.scope(each.scope())))) {
          return false;
        }
        queue.insert(each, each.scope(), each.deadlineMicros(), each.rankMicros(), each.sequence());
      }
      if (!as.equals(account)) {
        queue.reconfigure(as, nowMicros);
      }
      for (Waiting each : waiting) {
        left.computeIfPresent(each.call(), (call, none) -> queue.scope(each.scope()));
      }
      return true;
    }

    private void run(Running next) {
      ends.insert(next.endMicros(), ran++, next);
    }

    void goOn() {
      long at = nowMicros;
      while (steps.take(1 + moving / SCOPES_OF_STEP)) {
        queue.begin(at);
        start(at);
        if (left.isEmpty()) {
          return;
        }
        left.forEach(this::noteWhatHolds);
        long next = Math.min(endMicros(), queue.opensAtMicros());
        if (next == Openings.NEVER) {
          return;
        }
        at = Math.max(next, at + 1);
        release(at);
      }
    }

    private long endMicros() {
      SplayTree.Handle<Running> first = ends.first();
      return first == null ? Openings.NEVER : first.key();
    }

    private void start(long at) {
      Optional<Waiting> next = queue.dispatch(at);
      while (next.isPresent()) {
        Waiting call = next.get();
        if (!steps.take(weight(queue.scope(call.scope())))) {
          return;
        }
        started.add(new Started(call.call(), call.scope(), at));
        run(new Running(call.scope(), CellClock.later(at, call.lastsMicros())));
        left.remove(call.call());
        if (left.isEmpty()) {
          return;
        }
        next = queue.dispatch(at);
      }
    }

    private void noteWhatHolds(CallId call, Scope<Waiting> leaf) {
      steps.take(weight(leaf));
      for (Optional<Scope<Waiting>> at = Optional.of(leaf);
          at.isPresent();
          at = at.get().parent()) {
        if (!at.get().isOpen()) {
          holding.put(call, at.get().name());
        }
      }
    }

    private void release(long at) {
      for (SplayTree.Handle<Running> first = ends.first();
          first != null && first.key() <= at;
          first = ends.first()) {
        String scope = first.value().scope();
        steps.take(weight(queue.scope(scope)));
        queue.release(scope);
        ends.remove(first);
      }
    }

    private int weight(Scope<?> leaf) {
      return 1 + leaf.depth() / SCOPES_OF_STEP;
    }
  }
}
