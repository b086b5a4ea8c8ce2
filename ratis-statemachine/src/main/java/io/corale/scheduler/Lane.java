package io.corale.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * What one scope offers to one lane of a {@link ReadyQueue}: the calls that sit at the scope itself
 * and the best keys of the open, non-empty scopes below it (rule 16).
 */
final class Lane<T> {
  private final @Nullable Lane<T> parent;
  private final SplayTree<Ticket<T>> calls = new SplayTree<>();
  private final SplayTree<Lane<T>> open = new SplayTree<>();

  /** Where this lane hangs in {@link #open} of its parent. */
  private final SplayTree.Handle<Lane<T>> edge = new SplayTree.Handle<>(this);

  Lane(@Nullable Lane<T> parent) {
    this.parent = parent;
  }

  SplayTree<Ticket<T>> calls() {
    return calls;
  }

  /** The best call that no shut scope below this one holds back; null where there is none. */
  @Nullable Ticket<T> best() {
    for (Lane<T> at = this; ; ) {
      SplayTree.Handle<?> best = at.first();
      SplayTree.Handle<Ticket<T>> call = at.calls.first();
      SplayTree.Handle<Lane<T>> child = at.open.first();
      if (best == call) {
        return call == null ? null : call.value();
      }
      if (child == null) {
        return null;
      }
      at = child.value();
    }
  }

  /** Brings this scope's edge in its parent up to date; says whether it changed. */
  boolean refreshEdge(boolean isOpen) {
    if (parent == null) {
      return false;
    }
    SplayTree.Handle<?> best = isOpen ? first() : null;
    if (best == null ? !edge.isQueued() : edge.isAt(best.key(), best.tie())) {
      return false;
    }
    if (edge.isQueued()) {
      parent.open.remove(edge);
    }
    if (best != null) {
      parent.open.insert(edge, best.key(), best.tie());
    }
    return true;
  }

  private SplayTree.@Nullable Handle<?> first() {
    SplayTree.Handle<Ticket<T>> call = calls.first();
    SplayTree.Handle<Lane<T>> child = open.first();
    if (call == null || (child != null && child.isBefore(call))) {
      return child;
    }
    return call;
  }
}
