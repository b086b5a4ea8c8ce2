package io.corale.scheduler;

/** Breaks the trees of a scheduler as a bug in their upkeep would: see {@code Planted}. */
public final class LostEdges {
  private LostEdges() {}

  /** No scope is offered to the one that encloses it, until something of it changes. */
  public static void of(OwnerScheduler scheduler) {
    for (Queues.Desk desk : scheduler.queues().desks()) {
      for (Scope<?> scope : desk.queue().scopes()) {
        scope.main().refreshEdge(false);
        scope.late().refreshEdge(false);
      }
    }
  }
}
