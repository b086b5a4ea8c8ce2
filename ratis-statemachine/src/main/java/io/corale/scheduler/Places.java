package io.corale.scheduler;

import io.corale.model.AccountId;
import io.corale.model.CallId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where each queued call of a cell waits: in the queue of its account, or behind the breaker of
 * what it calls (ADR 34).
 */
final class Places {
  private final Function<AccountId, ReadyQueue<CallId>> queues;
  private final Map<CallId, Placed> placed = new LinkedHashMap<>();
  private final Breakers breakers = new Breakers();

  /** What those weigh that wait in queues. */
  private long sizeBytes;

  Places(Function<AccountId, ReadyQueue<CallId>> queues) {
    this.queues = queues;
  }

  /** A call that waits in a queue. */
  private record Placed(Ticket<CallId> ticket, Ready ready) {}

  Breakers breakers() {
    return breakers;
  }

  /** Queues a ready call where it belongs. */
  void insert(Ready ready, long nowMicros) {
    restore(ready);
    if (breakers.holds(ready.call())) {
      offer(ready, nowMicros);
    }
  }

  /** The same of one that was queued before: nobody leaves its place for it. */
  void restore(Ready ready) {
    if (breakers.bars(ready.circuit(), ready.call())) {
      breakers.add(ready);
    } else {
      enqueue(ready);
    }
  }

  private void enqueue(Ready ready) {
    Ticket<CallId> ticket =
        queue(ready)
            .insert(
                ready.call(),
                ready.circuit().scope(),
                ready.deadlineMicros(),
                ready.rankMicros(),
                ready.sequence());
    placed.put(ready.call(), new Placed(ticket, ready));
    sizeBytes += ready.sizeBytes();
  }

  /**
   * Of those that wait behind a breaker one is let through, and may have to wait for its slot. One
   * that would start before it must not wait for that: it is let through instead.
   */
  private void offer(Ready barred, long nowMicros) {
    breakers
        .waitingProbe(barred.circuit())
        .map(placed::get)
        .map(Placed::ready)
        .filter(probe -> precedence(barred.circuit(), nowMicros).compare(barred, probe) < 0)
        .ifPresent(
            probe -> {
              takeOut(probe.call());
              breakers.takesPlace(barred, probe);
              enqueue(barred);
            });
  }

  /** Takes a call out that is not to start, or not where it was. */
  void remove(CallId call, long nowMicros) {
    if (breakers.remove(call).isEmpty()) {
      breakers.left(takeOut(call), nowMicros);
    }
  }

  private Ready takeOut(CallId call) {
    Placed its = placed.remove(call);
    if (its == null) {
      throw new IllegalStateException(call + " is not queued");
    }
    queue(its.ready()).remove(its.ticket());
    sizeBytes -= its.ready().sizeBytes();
    return its.ready();
  }

  /** What happens before an entry starts calls: those are let through whose time has come. */
  void begin(long nowMicros, boolean isNewSecond) {
    if (isNewSecond) {
      breakers.waitingProbes().forEach(probe -> review(probe, nowMicros));
    }
    breakers
        .letThrough(nowMicros, circuit -> precedence(circuit, nowMicros))
        .forEach(this::enqueue);
  }

  /**
   * What is late may find no slot for as long as there is other work, and all that waits for it
   * would find none either. What waits behind breakers is in no order, so this looks at all of it:
   * once in a second.
   */
  private void review(CallId probe, long nowMicros) {
    Optional.ofNullable(placed.get(probe))
        .map(Placed::ready)
        .filter(its -> precedence(its.circuit(), nowMicros).isLate(its))
        .flatMap(its -> breakers.first(its.circuit(), precedence(its.circuit(), nowMicros)))
        .ifPresent(first -> offer(first, nowMicros));
  }

  private Precedence precedence(Circuit circuit, long nowMicros) {
    return new Precedence(queues.apply(circuit.account()).order(), nowMicros);
  }

  /** Its queue has given a call a slot. */
  void started(CallId call, long nowMicros) {
    Placed its = placed.remove(call);
    if (its == null) {
      throw new IllegalStateException(call + " started, and was not queued");
    }
    sizeBytes -= its.ready().sizeBytes();
    breakers.started(its.ready(), nowMicros);
  }

  /** An implementation answers. Says whether calls may go on for that. */
  boolean answered(Circuit circuit, long nowMicros) {
    Optional<List<Ready>> free = breakers.answered(circuit, nowMicros);
    free.ifPresent(calls -> calls.forEach(this::enqueue));
    return free.isPresent();
  }

  /** An implementation does not answer a call. Says what its breaker is where that opens it. */
  Optional<Breaker> failed(Circuit circuit, CallId call, long nowMicros) {
    Optional<Breaker> opened = breakers.failed(circuit, call, nowMicros);
    if (opened.isPresent()) {
      setAside(circuit);
    }
    return opened;
  }

  private void setAside(Circuit circuit) {
    List<Ready> barred =
        placed.values().stream()
            .map(Placed::ready)
            .filter(each -> each.circuit().equals(circuit))
            .toList();
    barred.forEach(each -> breakers.add(takeOut(each.call())));
  }

  /** The place of a call that waits in a queue. */
  Ticket<CallId> ticket(CallId call) {
    Placed its = placed.get(call);
    if (its == null) {
      throw new IllegalStateException(call + " is in no queue");
    }
    return its.ticket();
  }

  boolean holds(CallId call) {
    return placed.containsKey(call) || breakers.holds(call);
  }

  /** All that are queued. */
  int size() {
    return placed.size() + breakers.size();
  }

  /** Those that wait in queues, and for nothing but a slot. */
  int waiting() {
    return placed.size();
  }

  /** What those weigh together. */
  long waitingBytes() {
    return sizeBytes;
  }

  private ReadyQueue<CallId> queue(Ready ready) {
    return queues.apply(ready.circuit().account());
  }
}
