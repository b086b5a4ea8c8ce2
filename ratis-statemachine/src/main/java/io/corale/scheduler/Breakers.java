package io.corale.scheduler;

import io.corale.model.CallId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The breakers of a cell (ADR 34), and the calls that wait behind the open ones: they are in no
 * queue, for one that was would have to be passed over at each dispatch.
 *
 * <p>State are the breakers alone: a call that is queued waits here if its breaker is open and it
 * is not the one that was let through. So whoever restores a queue puts each where it was.
 */
final class Breakers {
  /** Open at once, and closed after a failure: what a person looks after, and an entry walks. */
  static final int MAX = 1_000;

  /** Nobody has called for so long that nothing is known any more. */
  private static final long FORGET_AFTER_MICROS = 600_000_000;

  /** Those that have failed last come last. */
  private final Map<Circuit, Breaker> closed = new LinkedHashMap<>();

  private final Map<Circuit, Open> open = new LinkedHashMap<>();
  private final Map<CallId, Open> waiting = new LinkedHashMap<>();

  /** An open one with what waits behind it. */
  private static final class Open {
    private final Map<CallId, Ready> calls = new LinkedHashMap<>();
    private Breaker breaker;

    private Open(Breaker breaker) {
      this.breaker = breaker;
    }

    /**
     * What is risked next: what loses nothing by it, but each second time whatever else comes
     * first, or what can only fail and may do so often would stand before all others.
     */
    private Optional<Ready> next(Precedence precedence) {
      return calls.values().stream().min(breaker.risksAny() ? precedence : precedence.sparing());
    }

    /** Nobody waits for it: of one that was let through it may never be heard any more. */
    private boolean isIdle() {
      return calls.isEmpty() && !breaker.hasWaitingProbe();
    }
  }

  // The calls behind them.

  /** Whether a call is to wait here. */
  boolean bars(Circuit circuit, CallId call) {
    Open its = open.isEmpty() ? null : open.get(circuit);
    return its != null && !its.breaker.isProbe(call);
  }

  /** It is to wait here until it is let through, or its breaker closes. */
  void add(Ready barred) {
    Open its = open.get(barred.circuit());
    if (its == null) {
      throw new IllegalStateException(barred.circuit() + " has no open breaker");
    }
    its.calls.put(barred.call(), barred);
    waiting.put(barred.call(), its);
  }

  /** Takes a call out that waits no longer; empty where it was not here. */
  Optional<Ready> remove(CallId call) {
    Open its = waiting.remove(call);
    return its == null ? Optional.empty() : Optional.ofNullable(its.calls.remove(call));
  }

  boolean holds(CallId call) {
    return waiting.containsKey(call);
  }

  int size() {
    return waiting.size();
  }

  /** Behind what a call waits; empty where it does not wait here. */
  Optional<CircuitView> before(CallId call, long nowMicros) {
    return Optional.ofNullable(waiting.get(call))
        .map(its -> CircuitView.of(its.breaker, its.calls.size(), nowMicros));
  }

  /** The call that was let through and waits for its slot, if there is one. */
  Optional<CallId> waitingProbe(Circuit circuit) {
    return Optional.ofNullable(open.get(circuit))
        .map(its -> its.breaker)
        .filter(Breaker::hasWaitingProbe)
        .flatMap(Breaker::probe);
  }

  /** A call that waits here is let through in the place of the one that waits for its slot. */
  void takesPlace(Ready better, Ready probe) {
    Open its = waiting.get(better.call());
    if (its == null || !its.breaker.isProbe(probe.call())) {
      throw new IllegalStateException(better + " cannot take the place of " + probe);
    }
    remove(better.call());
    its.breaker = its.breaker.lettingThrough(better.call());
    add(probe);
  }

  /** All calls that were let through and wait for their slots. */
  List<CallId> waitingProbes() {
    return open.values().stream()
        .map(its -> its.breaker)
        .filter(Breaker::hasWaitingProbe)
        .flatMap(breaker -> breaker.probe().stream())
        .toList();
  }

  /** Of those that wait here for the answer of an implementation. */
  Optional<Ready> first(Circuit circuit, Precedence precedence) {
    return Optional.ofNullable(open.get(circuit))
        .flatMap(its -> its.calls.values().stream().min(precedence));
  }

  // What becomes of attempts.

  /** A call that was queued starts. */
  void started(Ready call, long nowMicros) {
    Open its = open.get(call.circuit());
    if (its != null && its.breaker.isProbe(call.call())) {
      its.breaker = its.breaker.probeStarted(nowMicros);
    }
  }

  /** A call that was queued waits no longer, and has not started. */
  void left(Ready call, long nowMicros) {
    Open its = open.get(call.circuit());
    if (its != null && its.breaker.isProbe(call.call())) {
      its.breaker = its.breaker.withoutProbe(nowMicros);
    }
  }

  /** Another executor took over: what was let through may be lost. */
  void tookOver(long nowMicros) {
    for (Open its : open.values()) {
      if (its.breaker.probe().isPresent() && !its.breaker.hasWaitingProbe()) {
        its.breaker = its.breaker.withoutProbe(nowMicros);
      }
    }
  }

  /** It answers. What has waited for that may go on; empty where that opens no way. */
  Optional<List<Ready>> answered(Circuit circuit, long nowMicros) {
    closed.remove(circuit);
    Open its = open.get(circuit);
    if (its == null || !its.breaker.closesAt(nowMicros)) {
      return Optional.empty();
    }
    open.remove(circuit);
    List<Ready> free = List.copyOf(its.calls.values());
    free.forEach(each -> waiting.remove(each.call()));
    return Optional.of(free);
  }

  /** It does not answer. Says what its breaker is by now where that opens it, or once more. */
  Optional<Breaker> failed(Circuit circuit, CallId call, long nowMicros) {
    Open its = open.get(circuit);
    if (its == null) {
      return failedWhileClosed(circuit, call, nowMicros);
    }
    if (!its.breaker.isProbe(call)) {
      return Optional.empty(); // It had started before.
    }
    its.breaker = its.breaker.openedAgain(nowMicros);
    return Optional.of(its.breaker);
  }

  private Optional<Breaker> failedWhileClosed(Circuit circuit, CallId call, long nowMicros) {
    Breaker was = closed.remove(circuit);
    Breaker is = was == null ? Breaker.first(circuit, call) : was.failedOnceMore(call);
    if (!is.hasFailedEnough() || !makesRoom()) {
      closed.put(circuit, is);
      forgetFirst();
      return Optional.empty();
    }
    Breaker opened = is.opened(nowMicros);
    open.put(circuit, new Open(opened));
    return Optional.of(opened);
  }

  private void forgetFirst() {
    if (closed.size() > MAX) {
      closed.remove(closed.keySet().iterator().next());
    }
  }

  /** Where too many are open, the first of those goes for which nobody waits, if there is one. */
  private boolean makesRoom() {
    if (open.size() < MAX) {
      return true;
    }
    Optional<Open> idle = open.values().stream().filter(Open::isIdle).findFirst();
    idle.ifPresent(its -> open.remove(its.breaker.circuit()));
    return idle.isPresent();
  }

  /** Nothing is known of an attempt: it was throttled, or never sent. */
  void unanswered(Circuit circuit, CallId call, long nowMicros) {
    Open its = open.get(circuit);
    if (its != null && its.breaker.isProbe(call)) {
      its.breaker = its.breaker.unanswered(nowMicros);
    }
  }

  // Time.

  /** Lets one call through of each whose time is over; to be done before calls are started. */
  List<Ready> letThrough(long nowMicros, Function<Circuit, Precedence> precedences) {
    List<Ready> probes = new ArrayList<>();
    for (Iterator<Open> each = open.values().iterator(); each.hasNext(); ) {
      Open its = each.next();
      Optional<Ready> probe =
          its.breaker.isDue(nowMicros)
              ? its.next(precedences.apply(its.breaker.circuit()))
              : Optional.empty();
      if (probe.isPresent()) {
        remove(probe.get().call());
        its.breaker = its.breaker.lettingThrough(probe.get().call());
        probes.add(probe.get());
      } else if (its.isIdle() && nowMicros - FORGET_AFTER_MICROS >= its.breaker.untilMicros()) {
        each.remove();
      }
    }
    return probes;
  }

  /** When the next call is let through; {@link Openings#NEVER} where none is to be. */
  long opensAtMicros() {
    long first = Openings.NEVER;
    for (Open its : open.values()) {
      if (!its.calls.isEmpty() && !its.breaker.hasWaitingProbe()) {
        first = Math.min(first, its.breaker.untilMicros());
      }
    }
    return first;
  }

  // Records and reports.

  /** The closed ones, then those that are open; in each the order is state. */
  List<Breaker> image() {
    List<Breaker> image = new ArrayList<>(closed.values());
    open.values().forEach(its -> image.add(its.breaker));
    return image;
  }

  /** To be done before any call is queued. */
  void restore(Breaker breaker) {
    if (breaker.isOpen()) {
      open.put(breaker.circuit(), new Open(breaker));
    } else {
      closed.put(breaker.circuit(), breaker);
    }
  }

  /** The open ones, in the order in which they opened. */
  List<CircuitView> views(long nowMicros) {
    return open.values().stream()
        .map(its -> CircuitView.of(its.breaker, its.calls.size(), nowMicros))
        .toList();
  }
}
