package io.corale.scheduler;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the calls that may go before some others: those that wait, in their lanes not behind all of
 * them, within the scopes that hold them. What waits beside a scope that has room is not in their
 * way.
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
   */
  record Found<T>(List<Ticket<T>> calls, boolean isMore) {
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
    for (Scope<T> scope : before.scopes(queue)) {
      before.collect(scope);
    }
    return new Found<>(List.copyOf(before.found), steps.areUsedUp());
  }

  /** Whether a call waits in the late lane, or would if anybody had looked. */
  static boolean isLate(Order order, Ticket<?> ticket, long nowMicros) {
    return order.hasLateLane() && order.key(ticket) < nowMicros;
  }

  /** Where calls wait that count; their own scopes first, for those say most. */
  private Set<Scope<T>> scopes(ReadyQueue<T> queue) {
    Set<Scope<T>> holding = new LinkedHashSet<>();
    Set<Scope<T>> scopes = new LinkedHashSet<>();
    for (Ticket<T> target : targets) {
      holding.add(outermostThatIsShut(target.scope()));
      scopes.add(target.scope());
    }
    Set<Scope<T>> within = new LinkedHashSet<>();
    for (Scope<T> scope : queue.scopes()) {
      boolean isWithin =
          holding.contains(scope) || scope.parent().filter(within::contains).isPresent();
      if (steps.take(1) && isWithin) {
        within.add(scope);
      }
    }
    within.stream().filter(scope -> scope.queuedHere() > 0).forEach(scopes::add);
    return scopes;
  }

  private Scope<T> outermostThatIsShut(Scope<T> leaf) {
    Scope<T> outermost = leaf;
    Optional<Scope<T>> at = Optional.of(leaf);
    while (at.isPresent() && steps.take(1)) {
      outermost = at.get().isOpen() ? outermost : at.get();
      at = at.get().parent();
    }
    return outermost;
  }

  private void collect(Scope<T> scope) {
    scope.late().calls().forEachWhile(ticket -> steps.take(2) && addOfLateLane(ticket));
    scope.main().calls().forEachWhile(ticket -> steps.take(2) && addOfMainLane(ticket));
  }

  private boolean addOfLateLane(Ticket<T> ticket) {
    if (lastLate != null && compareLate(ticket, lastLate) > 0) {
      return false;
    }
    found.add(ticket);
    return true;
  }

  /** Those whose time has passed come first in the main lane, as long as nobody has moved them. */
  private boolean addOfMainLane(Ticket<T> ticket) {
    if (isLate(ticket)) {
      addOfLateLane(ticket);
      return true;
    }
    if (lastTimely != null && compareTimely(ticket, lastTimely) > 0) {
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
