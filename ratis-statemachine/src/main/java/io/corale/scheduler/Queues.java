package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CallId;
import io.corale.model.Policy;
import io.corale.model.Refusal;
import io.corale.model.ScopeLimit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The ready queues of the accounts of a cell, with the place of every queued call: in one of them,
 * or behind the breaker of what it calls (ADR 34).
 */
final class Queues {
  /** Above what an owner can look after; each costs a walk in every entry. */
  static final int MAX_ACCOUNTS = 256;

  private final Map<AccountId, Desk> desks = new LinkedHashMap<>();
  private final Map<CallId, Placed> placed = new LinkedHashMap<>();
  private final Breakers breakers = new Breakers();

  /** What all calls weigh that are queued, behind breakers as well. */
  private long sizeBytes;

  private final Function<Policy, Order> orders;
  private final int retries;
  private boolean boundsRetries;

  /**
   * @param orders what the policies of accounts mean
   * @param retries that may begin at an account in one lump
   */
  Queues(Function<Policy, Order> orders, int retries) {
    this.orders = orders;
    this.retries = retries;
  }

  /** The log has a format by now in which there are few retries where much fails. */
  void boundRetries() {
    boundsRetries = true;
  }

  /** An account's queue, its retries, and the index of the entry that configured it last. */
  record Desk(ReadyQueue<CallId> queue, RetryBudget retries, long index) {}

  /** A call that waits in a queue. */
  private record Placed(Ticket<CallId> ticket, Ready ready) {}

  /**
   * Takes over a new version of an account; older ones and repeats change nothing. One that could
   * not be said to retry fast when it came is told so later, under the same version (rule 36).
   */
  Result configure(
      Account account, long index, long nowMicros, Supplier<Optional<String>> stranded) {
    Desk desk = desks.get(account.id());
    if (desk == null) {
      if (desks.size() >= MAX_ACCOUNTS) {
        return new Result.Refused(
            Refusal.of(
                Refusal.Code.OVERLOADED, "a cell keeps at most " + MAX_ACCOUNTS + " accounts"));
      }
      ReadyQueue<CallId> queue = new ReadyQueue<>(account, 0, orders, nowMicros);
      desks.put(account.id(), new Desk(queue, new RetryBudget(retries, 0), index));
      return new Result.Done();
    }
    if (!account.succeeds(desk.queue().account())) {
      return new Result.Done();
    }
    Optional<Refusal> refusal = objection(account, stranded);
    if (refusal.isPresent()) {
      return new Result.Refused(refusal.get());
    }
    desk.queue().reconfigure(account, nowMicros);
    desks.put(account.id(), new Desk(desk.queue(), desk.retries(), index));
    return new Result.Done();
  }

  /**
   * Why a version of an account would not be taken over at this moment.
   *
   * @param stranded see {@link #stranded}
   */
  Optional<Refusal> objection(Account account, Supplier<Optional<String>> stranded) {
    Desk desk = desks.get(account.id());
    return desk == null
        ? Optional.empty()
        : desk.queue()
            .refusal(account)
            .or(stranded)
            .map(why -> Refusal.of(Refusal.Code.CONFLICT, why));
  }

  /**
   * Says which scope an account must keep, for calls come back to it that are in no queue and have
   * no slot: they pause before they are tried again, or somebody holds them. Looks at all calls
   * where a scope is to go.
   */
  Optional<String> stranded(Account next, Collection<Call> calls) {
    Desk desk = desks.get(next.id());
    if (desk == null) {
      return Optional.empty();
    }
    Set<String> going = new LinkedHashSet<>();
    desk.queue().account().scopes().forEach(scope -> going.add(scope.scope()));
    next.scopes().forEach(scope -> going.remove(scope.scope()));
    return calls.stream()
        .filter(call -> !going.isEmpty() && call.spec().account().equals(next.id()))
        .map(call -> call.spec().scope())
        .filter(going::contains)
        .findFirst()
        .map(
            scope ->
                "account '%s': scope '%s' cannot go, calls of it are paused or come back later"
                    .formatted(next.id(), scope));
  }

  void restore(Image.Configured configured) {
    ReadyQueue<CallId> queue = new ReadyQueue<>(configured.account(), configured.turn(), orders);
    queue.restore(configured.limits());
    RetryBudget budget = new RetryBudget(retries, configured.retriesSpent());
    desks.put(configured.account().id(), new Desk(queue, budget, configured.index()));
  }

  List<Image.Configured> image() {
    List<Image.Configured> image = new ArrayList<>(desks.size());
    for (Desk desk : desks.values()) {
      ReadyQueue<CallId> queue = desk.queue();
      image.add(
          new Image.Configured(
              queue.account(), desk.index(), queue.turn(), queue.states(), desk.retries().spent()));
    }
    return image;
  }

  Collection<Desk> desks() {
    return desks.values();
  }

  /** Whether calls at this account wait for no fence of an executor that has crashed. */
  boolean retriesFast(AccountId account) {
    return queue(account).account().retriesFast();
  }

  /** Why a call cannot be queued: what its account lacks. */
  Optional<String> lack(Transition.CallSpec spec) {
    Desk desk = desks.get(spec.account());
    if (desk == null) {
      return Optional.of("account '" + spec.account() + "' is not configured");
    }
    return desk.queue().hasScope(spec.scope())
        ? Optional.empty()
        : Optional.of("account '" + spec.account() + "' has no scope '" + spec.scope() + "'");
  }

  /** The slots of all accounts together, at least one. */
  int concurrency() {
    long sum = 0;
    for (Desk desk : desks.values()) {
      sum += desk.queue().account().concurrency();
    }
    return (int) Math.min(Math.max(sum, 1), ScopeLimit.MAX_CONCURRENCY);
  }

  /** Queues a ready call at its place: where it was before, if it was. */
  void insert(Invocation.Submission submission, Call call) {
    Ready ready = Ready.of(submission, call);
    sizeBytes += ready.sizeBytes();
    insert(ready);
  }

  private void insert(Ready ready) {
    if (breakers.bars(ready.circuit(), ready.call())) {
      breakers.add(ready);
      return;
    }
    Ticket<CallId> ticket =
        queue(ready.circuit().account())
            .insert(
                ready.call(),
                ready.circuit().scope(),
                ready.deadlineMicros(),
                ready.rankMicros(),
                ready.sequence());
    placed.put(ready.call(), new Placed(ticket, ready));
  }

  /** Takes a call out that is not to start, or not where it was. */
  void remove(Call call, long nowMicros) {
    Optional<Ready> barred = breakers.remove(call.id());
    sizeBytes -= barred.orElseGet(() -> withdraw(call, nowMicros)).sizeBytes();
  }

  private Ready withdraw(Call call, long nowMicros) {
    Placed its = placed.remove(call.id());
    if (its == null) {
      throw new IllegalStateException(call.id() + " is not queued");
    }
    queue(call.spec().account()).remove(its.ticket());
    breakers.left(its.ready(), nowMicros);
    return its.ready();
  }

  /** What happens before an entry starts calls: those are let through whose time has come. */
  void begin(long nowMicros) {
    breakers.letThrough(nowMicros).forEach(this::insert);
    desks.values().forEach(desk -> desk.queue().begin(nowMicros));
  }

  /** Takes slots for the best call of an account; null where none can start. */
  @Nullable CallId dispatch(Desk desk, long nowMicros) {
    CallId call = desk.queue().dispatch(nowMicros).orElse(null);
    Placed its = call == null ? null : placed.remove(call);
    if (its != null) {
      sizeBytes -= its.ready().sizeBytes();
      breakers.started(its.ready(), nowMicros);
    }
    return call;
  }

  /** When time lets the next of the calls that wait start; empty where it lets none. */
  OptionalLong opensAt() {
    long first = breakers.opensAtMicros();
    for (Desk desk : desks.values()) {
      first = Math.min(first, desk.queue().opensAtMicros());
    }
    return first == Openings.NEVER ? OptionalLong.empty() : OptionalLong.of(first);
  }

  /**
   * Another executor took over: what the last one has started just now may arrive late (rule 15).
   */
  void tookOver(long nowMicros) {
    for (Desk desk : desks.values()) {
      desk.queue().scopes().forEach(scope -> scope.tookOver(nowMicros));
    }
    breakers.tookOver(nowMicros);
  }

  /** An implementation answers. Says whether calls may go on for that. */
  boolean answered(Circuit circuit) {
    Optional<List<Ready>> free = breakers.answered(circuit);
    free.ifPresent(calls -> calls.forEach(this::insert));
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
    List<Placed> barred =
        placed.values().stream().filter(each -> each.ready().circuit().equals(circuit)).toList();
    for (Placed each : barred) {
      placed.remove(each.ready().call());
      queue(circuit.account()).remove(each.ticket());
      breakers.add(each.ready());
    }
  }

  Breakers breakers() {
    return breakers;
  }

  /** A call is attempted first at this account. */
  void firstAttempted(AccountId account) {
    desk(account).retries().earn(RetryBudget.USUAL_PERCENT);
  }

  /** Takes one of the retries of an account; says whether there was one. */
  boolean takesRetry(AccountId account) {
    return !boundsRetries || desk(account).retries().take();
  }

  /** The attempt of a slot that is given back may run until then (rule 12). */
  void runsBeside(Slot slot, long untilMicros) {
    queue(slot.account()).scope(slot.scope()).ignoreUntil(untilMicros);
  }

  ReadyQueue<CallId> queueOf(Slot slot) {
    return queue(slot.account());
  }

  void occupy(Slot slot) {
    queue(slot.account()).occupy(slot.scope());
  }

  void release(Slot slot) {
    queue(slot.account()).release(slot.scope());
  }

  void markUnseen(Slot slot) {
    queue(slot.account()).markUnseen(slot.scope());
  }

  void markSeen(Slot slot) {
    queue(slot.account()).markSeen(slot.scope());
  }

  /** Whether a call waits for nothing but that the executor sees what it has started (rule 12). */
  boolean isHeldByTail() {
    return desks.values().stream().anyMatch(desk -> desk.queue().isHeldByTail());
  }

  /** The place of a call that waits for a slot. */
  Ticket<CallId> ticket(CallId call) {
    Placed its = placed.get(call);
    if (its == null) {
      throw new IllegalStateException(call + " is in no queue");
    }
    return its.ticket();
  }

  /**
   * A call that waits for a slot, whichever: one among the first of those in its scope and lane.
   */
  Optional<CallId> any(RandomGenerator chance, Steps steps) {
    int at = placed.isEmpty() ? 0 : chance.nextInt(placed.size());
    for (Desk desk : desks.values()) {
      if (at < desk.queue().size()) {
        return desk.queue().any(at, chance, steps);
      }
      at -= desk.queue().size();
    }
    return Optional.empty();
  }

  ReadyQueue<CallId> queueOf(Call call) {
    return queue(call.spec().account());
  }

  boolean holds(CallId call) {
    return placed.containsKey(call) || breakers.holds(call);
  }

  int size() {
    return placed.size() + breakers.size();
  }

  /** What all those weigh together. */
  long sizeBytes() {
    return sizeBytes;
  }

  private ReadyQueue<CallId> queue(AccountId account) {
    return desk(account).queue();
  }

  private Desk desk(AccountId account) {
    Desk desk = desks.get(account);
    if (desk == null) {
      throw new IllegalStateException("account '" + account + "' is gone");
    }
    return desk;
  }
}
