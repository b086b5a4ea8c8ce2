package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The ready queue as its rules say it and nothing more: every question is answered by looking at
 * every waiting call and every running attempt. The reference of rule 38 (P11).
 */
final class QueueModel {
  private final List<Call> waiting = new ArrayList<>();

  /** The scope of each attempt that holds a slot. */
  private final List<String> running = new ArrayList<>();

  /** The scope of each of them that the executor has not seen start. */
  private final List<String> unseen = new ArrayList<>();

  private Account account;
  private Map<String, List<String>> paths;
  private int turn;
  private GaugeModel gauges = GaugeModel.none();

  /** A waiting call: all that is recorded of it. */
  record Call(String scope, long deadlineMicros, long rankMicros, long sequence) {}

  QueueModel(Account account) {
    this(account, 0);
  }

  QueueModel(Account account, int turn) {
    this.account = account;
    this.paths = paths(account);
    this.turn = turn;
  }

  List<Call> waiting() {
    return waiting;
  }

  List<String> running() {
    return running;
  }

  List<String> unseen() {
    return unseen;
  }

  Account account() {
    return account;
  }

  int turn() {
    return turn;
  }

  /** From now on its scopes are limited by these as well. */
  void limitBy(GaugeModel next) {
    gauges = next;
  }

  void insert(Call call) {
    waiting.add(call);
  }

  void remove(Call call) {
    waiting.remove(call);
  }

  void occupy(String scope) {
    running.add(scope);
  }

  void release(String scope) {
    running.remove(scope);
  }

  void markUnseen(String scope) {
    unseen.add(scope);
  }

  void markSeen(String scope) {
    unseen.remove(scope);
  }

  /** Whether a call fits only once the executor has seen what it has started (rule 12). */
  boolean isHeldByTail() {
    return waiting.stream().anyMatch(call -> hasRoom(call) && !fits(call));
  }

  Optional<Call> dispatch(long nowMicros) {
    List<Call> fitting = waiting.stream().filter(this::fits).toList();
    Optional<Call> timely =
        fitting.stream()
            .filter(call -> !isLate(call, nowMicros))
            .min(Comparator.comparingLong(this::key).thenComparingLong(Call::sequence));
    Optional<Call> late =
        fitting.stream()
            .filter(call -> isLate(call, nowMicros))
            .min(Comparator.comparingLong(Call::rankMicros).thenComparingLong(Call::sequence));
    boolean isUrgent = late.isPresent() && late.get().rankMicros() == 0;
    Optional<Call> chosen = turn == 7 || isUrgent ? late.or(() -> timely) : timely.or(() -> late);
    chosen.ifPresent(
        call -> {
          turn = (turn + 1) % 8;
          waiting.remove(call);
          running.add(call.scope());
          gauges.count(path(call.scope()), 1);
        });
    return chosen;
  }

  boolean refuses(Account next) {
    return waiting.stream().anyMatch(call -> !paths(next).containsKey(call.scope()))
        || running.stream().anyMatch(scope -> !paths(next).containsKey(scope));
  }

  void reconfigure(Account next) {
    account = next;
    paths = paths(next);
  }

  List<ReadyQueue.ScopeLoad> loads() {
    List<ReadyQueue.ScopeLoad> loads = new ArrayList<>();
    for (ScopeLimit limit : account.scopes()) {
      String scope = limit.scope();
      int queued = (int) waiting.stream().filter(call -> isWithin(call.scope(), scope)).count();
      loads.add(
          new ReadyQueue.ScopeLoad(
              scope, queued, taken(scope), unseen(scope), limit.concurrency()));
    }
    return loads;
  }

  /** Rule 16, and rule 12: a quarter of the slots may be taken unseen, but always one. */
  private boolean fits(Call call) {
    return hasRoom(call)
        && enclosing(call).noneMatch(l -> unseen(l.scope()) >= Math.max(1, gauges.cap(l) / 4));
  }

  /** What keeps a call waiting: each scope that is shut, by each limit that shuts it. */
  List<String> shut(Call call) {
    return enclosing(call).flatMap(this::shut).toList();
  }

  private Stream<String> shut(ScopeLimit limit) {
    List<String> by = new ArrayList<>();
    int taken = taken(limit.scope());
    if (taken >= limit.concurrency()) {
      by.add("Full");
    }
    by.addAll(gauges.shut(limit, taken));
    if (by.isEmpty() && unseen(limit.scope()) >= Math.max(1, gauges.cap(limit) / 4)) {
      by.add("Unseen");
    }
    return by.stream().map(word -> limit.scope() + " " + word);
  }

  private boolean hasRoom(Call call) {
    return enclosing(call)
        .noneMatch(limit -> taken(limit.scope()) >= gauges.cap(limit) || gauges.isShut(limit));
  }

  /** A scope and all that enclose it. */
  List<String> path(String scope) {
    return paths.getOrDefault(scope, List.of());
  }

  private Stream<ScopeLimit> enclosing(Call call) {
    return account.scopes().stream().filter(limit -> isWithin(call.scope(), limit.scope()));
  }

  private boolean isLate(Call call, long nowMicros) {
    return account.policy() == Policy.LST_BL && key(call) < nowMicros;
  }

  private long key(Call call) {
    return switch (account.policy()) {
      case FIFO -> call.sequence();
      case EDF -> call.deadlineMicros();
      case LST_BL -> call.deadlineMicros() - call.rankMicros();
    };
  }

  private int taken(String scope) {
    return (int) running.stream().filter(inner -> isWithin(inner, scope)).count();
  }

  private int unseen(String scope) {
    return (int) unseen.stream().filter(inner -> isWithin(inner, scope)).count();
  }

  private boolean isWithin(String inner, String outer) {
    return paths.getOrDefault(inner, List.of()).contains(outer);
  }

  /** Each scope with all that enclose it. */
  private static Map<String, List<String>> paths(Account account) {
    Map<String, List<String>> paths = new TreeMap<>();
    for (ScopeLimit limit : account.scopes()) {
      List<String> path = new ArrayList<>(List.of(limit.scope()));
      limit.parent().ifPresent(parent -> path.addAll(paths.getOrDefault(parent, List.of())));
      paths.put(limit.scope(), path);
    }
    return paths;
  }
}
