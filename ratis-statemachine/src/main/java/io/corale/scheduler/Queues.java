package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CallId;
import io.corale.model.Policy;
import io.corale.model.Refusal;
import io.corale.model.ScopeLimit;
import io.corale.model.ServiceClass;
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

/** The ready queues of the accounts of a cell, with the place of every queued call in them. */
final class Queues {
  /** Above what an owner can look after; each costs a walk in every entry. */
  static final int MAX_ACCOUNTS = 256;

  private final Map<AccountId, Desk> desks = new LinkedHashMap<>();
  private final Map<CallId, Ticket<CallId>> tickets = new LinkedHashMap<>();

  private final Function<Policy, Order> orders;

  /**
   * @param orders what the policies of accounts mean
   */
  Queues(Function<Policy, Order> orders) {
    this.orders = orders;
  }

  /** An account's queue and the index of the entry that configured it last. */
  record Desk(ReadyQueue<CallId> queue, long index) {}

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
      desks.put(account.id(), new Desk(new ReadyQueue<>(account, 0, orders, nowMicros), index));
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
    desks.put(account.id(), new Desk(desk.queue(), index));
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
    desks.put(configured.account().id(), new Desk(queue, configured.index()));
  }

  List<Image.Configured> image() {
    List<Image.Configured> image = new ArrayList<>(desks.size());
    for (Desk desk : desks.values()) {
      ReadyQueue<CallId> queue = desk.queue();
      image.add(new Image.Configured(queue.account(), desk.index(), queue.turn(), queue.states()));
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
    long rank = call.spec().rankMicros();
    long deadline = submission.deadlineMicros();
    if (submission.serviceClass() == ServiceClass.URGENT) {
      // The same latest start time; without rank it is urgent once that has passed.
      deadline = Math.max(deadline - rank, 0);
      rank = 0;
    }
    Ticket<CallId> ticket =
        queue(call.spec().account())
            .insert(call.id(), call.spec().scope(), deadline, rank, call.sequence());
    tickets.put(call.id(), ticket);
  }

  void remove(Call call) {
    Ticket<CallId> ticket = tickets.remove(call.id());
    if (ticket == null) {
      throw new IllegalStateException(call.id() + " is not queued");
    }
    queue(call.spec().account()).remove(ticket);
  }

  /** Takes slots for the best call of an account; null where none can start. */
  @Nullable CallId dispatch(Desk desk, long nowMicros) {
    CallId call = desk.queue().dispatch(nowMicros).orElse(null);
    if (call != null) {
      tickets.remove(call);
    }
    return call;
  }

  /** When time opens the next scope in which calls wait; empty where it opens none. */
  OptionalLong opensAt() {
    long first = Openings.NEVER;
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

  /** The place of a call that is queued. */
  Ticket<CallId> ticket(CallId call) {
    Ticket<CallId> ticket = tickets.get(call);
    if (ticket == null) {
      throw new IllegalStateException(call + " is not queued");
    }
    return ticket;
  }

  /** A call that waits, whichever: one among the first of those in its scope and lane. */
  Optional<CallId> any(RandomGenerator chance, Steps steps) {
    int at = tickets.isEmpty() ? 0 : chance.nextInt(tickets.size());
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
    return tickets.containsKey(call);
  }

  int size() {
    return tickets.size();
  }

  private ReadyQueue<CallId> queue(AccountId account) {
    Desk desk = desks.get(account);
    if (desk == null) {
      throw new IllegalStateException("account '" + account + "' is gone");
    }
    return desk.queue();
  }
}
