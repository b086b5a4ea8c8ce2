package io.corale.scheduler;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the calls that may go before some others: those that wait, in their lanes not behind all of
 * them, within the scopes that hold them or may come to. While a scope of theirs is shut, those
 * behind them go before as well, where they wait beside it. What waits beside a scope that cannot
 * be shut is not in their way.
 *
 * <p>Trees are walked in order; there are no sizes of subtrees, which every rotation would have to
 * keep. So the walk is bounded: each scope that it comes by is a step, and each call is two, since
 * what is known of it is looked up after.
 */
final class Predecessors<T> {
  private final Order order;
  private final List<Ticket<T>> targets;
  private final long nowMicros;
  private final Steps steps;
  private final Set<Ticket<T>> found;

  /** Behind this one nothing of the main lane goes before; null where all of it may. */
  private final @Nullable Ticket<T> lastTimely;

  /** The same of what is late. */
  private final @Nullable Ticket<T> lastLate;

  private boolean isCut;

  private Predecessors(Order order, List<Ticket<T>> targets, long nowMicros, Steps steps) {
    this.order = order;
    this.targets = targets;
    this.nowMicros = nowMicros;
    this.steps = steps;
    this.found = new LinkedHashSet<>(targets);
    boolean isAnyLate = targets.stream().anyMatch(this::isLate);
    boolean areAllLate = targets.stream().allMatch(this::isLate);
    // Late ones have their turn beside timely ones, and the other way round.
    this.lastTimely = isAnyLate ? null : targets.stream().max(this::compareTimely).orElse(null);
    this.lastLate =
        areAllLate ? targets.stream().max(Predecessors::compareLate).orElse(null) : null;
  }

  /**
   * What was found.
   *
   * @param calls those that were asked about among them
   * @param isMore whether that was too long a walk to find all of them
   * @param isCut whether others wait in the main lane behind them: when one of them comes to be
   *     late those go before it, too
   */
  record Found<T>(List<Ticket<T>> calls, boolean isMore, boolean isCut) {
    Found {
      calls = List.copyOf(calls);
    }
  }

  /**
   * Walks all that waits within the scopes that hold some calls.
   *
   * @param targets calls that wait there, at least one
   */
  static <T> Found<T> of(
      ReadyQueue<T> queue, List<Ticket<T>> targets, long nowMicros, Steps steps) {
    Predecessors<T> before = new Predecessors<>(queue.order(), targets, nowMicros, steps);
    before.scopes(queue).forEach(before::collect);
    return new Found<>(List.copyOf(before.found), steps.areUsedUp(), before.isCut);
  }

  /** Whether a call waits in the late lane, or would if anybody had looked. */
  static boolean isLate(Order order, Ticket<?> ticket, long nowMicros) {
    return order.hasLateLane() && order.key(ticket) < nowMicros;
  }

  /**
   * Where calls wait that count, and whether all of them do; their own scopes first, for those say
   * most.
   */
  private Map<Scope<T>, Boolean> scopes(ReadyQueue<T> queue) {
    Set<Scope<T>> outermost = new LinkedHashSet<>();
    Set<Scope<T>> innermost = new LinkedHashSet<>();
    Map<Scope<T>, Boolean> scopes = new LinkedHashMap<>();
    for (Ticket<T> target : targets) {
      List<Scope<T>> shut = thatMayShut(target.scope());
      innermost.add(shut.get(0));
      outermost.add(shut.get(shut.size() - 1));
      scopes.put(target.scope(), false);
    }
    Map<Scope<T>, Integer> within = new LinkedHashMap<>();
    for (Scope<T> scope : queue.scopes()) {
      Optional<Scope<T>> parent = scope.parent().filter(within::containsKey);
      if (steps.take(1) && (parent.isPresent() || outermost.contains(scope))) {
        int around = parent.map(within::get).orElse(0) + (innermost.contains(scope) ? 1 : 0);
        within.put(scope, around);
        if (scope.queuedHere() > 0) {
          scopes.put(scope, around < innermost.size());
        }
      }
    }
    return scopes;
  }

  /** Of a scope and those around it, from within; the scope itself where none may. */
  private List<Scope<T>> thatMayShut(Scope<T> leaf) {
    List<Scope<T>> shut = new ArrayList<>();
    Optional<Scope<T>> at = Optional.of(leaf);
    while (at.isPresent() && steps.take(1)) {
      at.filter(Scope::mayShut).ifPresent(shut::add);
      at = at.get().parent();
    }
    return shut.isEmpty() ? List.of(leaf) : shut;
  }

  private void collect(Scope<T> scope, boolean areAll) {
    scope.late().calls().forEachWhile(ticket -> steps.take(2) && addOfLateLane(ticket, areAll));
    scope.main().calls().forEachWhile(ticket -> steps.take(2) && addOfMainLane(ticket, areAll));
  }

  private boolean addOfLateLane(Ticket<T> ticket, boolean areAll) {
    if (!areAll && lastLate != null && compareLate(ticket, lastLate) > 0) {
      return false;
    }
    found.add(ticket);
    return true;
  }

  /** Those whose time has passed come first in the main lane, as long as nobody has moved them. */
  private boolean addOfMainLane(Ticket<T> ticket, boolean areAll) {
    if (isLate(ticket)) {
      addOfLateLane(ticket, areAll);
      return true;
    }
    if (!areAll && lastTimely != null && compareTimely(ticket, lastTimely) > 0) {
      isCut = true;
      return false;
    }
    found.add(ticket);
    return true;
  }

  private boolean isLate(Ticket<T> ticket) {
    return isLate(order, ticket, nowMicros);
  }

  private int compareTimely(Ticket<T> one, Ticket<T> other) {
    int byKey = Long.compare(order.key(one), order.key(other));
    return byKey != 0 ? byKey : Long.compare(one.sequence(), other.sequence());
  }

  private static int compareLate(Ticket<?> one, Ticket<?> other) {
    int byRank = Long.compare(one.rankMicros(), other.rankMicros());
    return byRank != 0 ? byRank : Long.compare(one.sequence(), other.sequence());
  }
}
