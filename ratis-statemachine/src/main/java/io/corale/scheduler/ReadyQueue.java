package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one owner that wait for a slot at one provider account, and the slots: it gives out
 * the best call that fits every limit on its path (rule 16).
 *
 * <p>LST-BL: the key of a call is its latest start time, its deadline less its rank (the expected
 * time from its start to the end of the invocation). Cell time passes equally for all, so a key
 * never changes while its call waits. A call whose latest start time has passed would, under
 * overload, make every other one late as well; it goes to the <i>late lane</i>, shortest rank
 * first, which has one dispatch in eight, and all while the main lane offers nothing. A call
 * without rank is urgent: late, it is first in its lane, and that lane has every dispatch.
 *
 * <p>State is what the calls carry, the slots taken, which of them are unseen, and {@link #turn()};
 * neither the shapes of the trees nor the lanes are. A call moves to the late lane when it comes to
 * the head of the main one and its time has passed: the lane of every call that could be dispatched
 * follows from its key and cell time, which never goes back. So a queue rebuilt from its calls in
 * any order continues as the first one would have.
 *
 * <p>Each operation costs O(depth x log n), amortised. Not for use by two threads.
 */
final class ReadyQueue<T> {
  /** One dispatch in so many serves the late lane, where both lanes have a call. */
  static final int LATE_SHARE = 8;

  /** To come to a call takes a walk over those before it. */
  private static final int NEAR = 256;

  private Account account;
  private Openings<T> openings = new Openings<>();
  private Map<String, Scope<T>> scopes;
  private Scope<T> root;
  private int turn;
  private final Function<Policy, Order> orders;
  private Order order;

  /**
   * @param turn what {@link #turn()} was when the queue was recorded; 0 for a new one
   * @param orders what the policy of the account means
   */
  ReadyQueue(Account account, int turn, Function<Policy, Order> orders) {
    this(account, turn, orders, 0);
  }

  /**
   * @param nowMicros when the account was configured first
   */
  ReadyQueue(Account account, int turn, Function<Policy, Order> orders, long nowMicros) {
    if (turn < 0 || turn >= LATE_SHARE) {
      throw new IllegalArgumentException("turn must be below " + LATE_SHARE + ", was " + turn);
    }
    this.account = account;
    this.scopes = build(account, openings);
    this.root = root(scopes);
    Limits.begin(account.scopes(), scopes, nowMicros);
    this.turn = turn;
    this.orders = orders;
    this.order = orders.apply(account.policy());
  }

  Account account() {
    return account;
  }

  /** By what it compares. */
  Order order() {
    return order;
  }

  /** Dispatches so far, modulo {@value #LATE_SHARE}; recorded with the queue. */
  int turn() {
    return turn;
  }

  /** All waiting calls. */
  int size() {
    return root.queued();
  }

  boolean hasScope(String scope) {
    return scopes.containsKey(scope);
  }

  /**
   * Queues a call at a scope that {@link #hasScope}; a call that returns to its place comes with
   * the numbers it had.
   *
   * @param deadlineMicros of its invocation, in cell time, corrected for its flow's backlog
   * @param rankMicros expected time from the start of this call to the end of its invocation
   * @param sequence unique among the calls of this queue; it breaks ties
   */
  Ticket<T> insert(T value, String scope, long deadlineMicros, long rankMicros, long sequence) {
    if (deadlineMicros < 0 || rankMicros < 0) {
      throw new IllegalArgumentException("deadline and rank are never negative");
    }
    Ticket<T> ticket = new Ticket<>(value, scope(scope), deadlineMicros, rankMicros, sequence);
    insert(ticket);
    return ticket;
  }

  /** Opens what time opens by now; to be asked before calls are dispatched in an entry. */
  void begin(long nowMicros) {
    openings.begin(nowMicros);
  }

  /** When the next scope in which calls wait opens; {@link Openings#NEVER} where none is to. */
  long opensAtMicros() {
    return openings.firstMicros();
  }

  /** Takes a slot in each scope on the path of the best call that fits, and hands it out. */
  Optional<T> dispatch(long nowMicros) {
    if (!root.isOpen()) {
      return Optional.empty();
    }
    Ticket<T> timely = timely(nowMicros);
    Ticket<T> late = root.late().best();
    boolean isLatesTurn = turn == LATE_SHARE - 1 || (late != null && late.isUrgent());
    Ticket<T> chosen = timely == null || (isLatesTurn && late != null) ? late : timely;
    if (chosen == null) {
      return Optional.empty();
    }
    turn = (turn + 1) % LATE_SHARE;
    Scope<T> scope = chosen.scope();
    (chosen == late ? scope.late() : scope.main()).calls().remove(chosen.place());
    scope.started(nowMicros);
    scope.count(1, -1);
    return Optional.of(chosen.value());
  }

  /** Takes a waiting call out. Throws when it waits no longer. */
  void remove(Ticket<T> ticket) {
    Scope<T> scope = ticket.scope();
    Lane<T> lane = scope.late().calls().holds(ticket.place()) ? scope.late() : scope.main();
    lane.calls().remove(ticket.place());
    scope.count(0, -1);
  }

  /** Takes a slot for an attempt that runs already: its record is being restored. */
  void occupy(String scope) {
    scope(scope).count(1, 0);
  }

  /** An attempt that ran in this scope has ended for certain. */
  void release(String scope) {
    scope(scope).count(-1, 0);
  }

  /** The executor has not seen that one of the slots taken in this scope is (rule 12). */
  void markUnseen(String scope) {
    scope(scope).countUnseen(1);
  }

  /** By now it has, or the slot is about to be given back. */
  void markSeen(String scope) {
    scope(scope).countUnseen(-1);
  }

  /**
   * Whether a call waits for nothing but that the executor sees what it has started. Looks at every
   * scope, where there is any of both.
   */
  boolean isHeldByTail() {
    return root.unseen() > 0
        && root.queued() > 0
        && root.hasRoom()
        && scopes.values().stream().anyMatch(Scope::isHeldByTail);
  }

  /** Why this queue cannot go over to {@code next} now; empty where it can. */
  Optional<String> refusal(Account next) {
    Map<String, Scope<T>> future = build(next, new Openings<>());
    for (Scope<T> scope : scopes.values()) {
      boolean isInUse = scope.queuedHere() > 0 || scope.takenHere() > 0;
      if (isInUse && !future.containsKey(scope.name())) {
        return Optional.of(
            "account '"
                + next.id()
                + "': scope '"
                + scope.name()
                + "' cannot go, it has "
                + scope.queuedHere()
                + " calls waiting and "
                + scope.takenHere()
                + " slots taken");
      }
    }
    return Optional.empty();
  }

  /**
   * Goes over to other limits, another tree or another policy. Tickets stay good. A scope with more
   * slots taken than its new limit stays shut until enough have ended.
   */
  void reconfigure(Account next, long nowMicros) {
    Optional<String> refusal = refusal(next);
    if (!next.id().equals(account.id()) || refusal.isPresent()) {
      throw new IllegalArgumentException(refusal.orElse("another account: " + next.id()));
    }
    Map<String, Scope<T>> past = scopes;
    account = next;
    order = orders.apply(next.policy());
    openings = new Openings<>();
    scopes = build(next, openings);
    root = root(scopes);
    for (Scope<T> scope : past.values()) {
      for (Ticket<T> ticket : scope.drain()) {
        ticket.moveTo(scope(scope.name()));
        insert(ticket);
      }
      if (scope.takenHere() > 0) {
        scope(scope.name()).count(scope.takenHere(), 0);
      }
      if (scope.unseenHere() > 0) {
        scope(scope.name()).countUnseen(scope.unseenHere());
      }
    }
    Limits.goOn(next.scopes(), past, scopes, nowMicros);
  }

  /** Its scopes, parents before children. */
  Collection<Scope<T>> scopes() {
    return scopes.values();
  }

  /** How many scopes wait for their time. */
  int openings() {
    return openings.size();
  }

  /** What must be remembered of those that are limited by more than slots. */
  List<ScopeState> states() {
    List<ScopeState> states = new ArrayList<>();
    for (Scope<T> scope : scopes.values()) {
      scope.gauges().ifPresent(gauges -> states.add(gauges.state(scope.name())));
    }
    return states;
  }

  /** What was remembered of them, before any call is queued or slot taken. */
  void restore(List<ScopeState> states) {
    Limits.restore(account.scopes(), scopes, states);
  }

  /**
   * One of the calls that wait, among the first of its scope and lane.
   *
   * @param number below {@link #size}
   */
  Optional<T> any(int number, RandomGenerator chance, Steps steps) {
    int at = number;
    for (Scope<T> scope : scopes.values()) {
      for (SplayTree<Ticket<T>> lane : List.of(scope.main().calls(), scope.late().calls())) {
        if (at < lane.size()) {
          int near = at < NEAR ? at : chance.nextInt(NEAR);
          steps.take(near);
          return lane.at(near).map(Ticket::value);
        }
        at -= lane.size();
      }
      steps.take(1);
    }
    return Optional.empty();
  }

  /** What a report says of each scope, parents before children. */
  List<ScopeLoad> loads() {
    List<ScopeLoad> loads = new ArrayList<>(scopes.size());
    for (Scope<T> scope : scopes.values()) {
      loads.add(
          new ScopeLoad(
              scope.name(), scope.queued(), scope.taken(), scope.unseen(), scope.limit()));
    }
    return List.copyOf(loads);
  }

  /**
   * How full one scope is, with all below it.
   *
   * @param taken above {@code limit} only after the limit was lowered
   * @param unseen of the taken, those that the executor has not seen taken
   */
  record ScopeLoad(String scope, int queued, int taken, int unseen, int limit) {}

  private void insert(Ticket<T> ticket) {
    Scope<T> scope = ticket.scope();
    scope.main().calls().insert(ticket.place(), order.key(ticket), ticket.sequence());
    scope.count(0, 1);
  }

  /** The best call of the main lane, after those whose time has passed have left it. */
  private @Nullable Ticket<T> timely(long nowMicros) {
    Ticket<T> best = root.main().best();
    while (best != null && order.hasLateLane() && best.place().key() < nowMicros) {
      Scope<T> scope = best.scope();
      scope.main().calls().remove(best.place());
      scope.late().calls().insert(best.place(), best.rankMicros(), best.sequence());
      scope.count(0, 0);
      best = root.main().best();
    }
    return best;
  }

  /** The scope of this name, which {@link #hasScope}. */
  Scope<T> scope(String name) {
    Scope<T> scope = scopes.get(name);
    if (scope == null) {
      throw new IllegalArgumentException(
          "account '" + account.id() + "' has no scope '" + name + "'");
    }
    return scope;
  }

  private static <T> Scope<T> root(Map<String, Scope<T>> scopes) {
    return Objects.requireNonNull(scopes.get(ScopeLimit.ROOT), "every account has its root");
  }

  private static <T> Map<String, Scope<T>> build(Account account, Openings<T> openings) {
    Map<String, Scope<T>> scopes = new LinkedHashMap<>();
    for (ScopeLimit limit : account.scopes()) {
      Scope<T> parent = limit.parent().map(scopes::get).orElse(null);
      scopes.put(limit.scope(), new Scope<>(limit, parent, scopes.size(), openings));
    }
    return scopes;
  }
}
