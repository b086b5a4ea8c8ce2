package io.corale.scheduler;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One scope of an account at work: its limit, the slots taken in it and below it, and what it
 * offers to the two lanes. It is open while fewer slots are taken than its limit (rule 16), and
 * fewer than a share of it by what the executor has not seen started (rule 12).
 */
final class Scope<T> {
  /** Of its slots, one in so many may be filled unseen: so much stands still when a node dies. */
  private static final int TAIL_SHARE = 4;

  private final String name;
  private final @Nullable Scope<T> parent;
  private final int limit;
  private final Lane<T> main;
  private final Lane<T> late;

  /** Slots of attempts that run here or below; above the limit only after the limit was lowered. */
  private int taken;

  /** Slots of attempts whose calls name this very scope. */
  private int takenHere;

  /** Of the slots taken, those that the executor has not seen taken. */
  private int unseen;

  private int unseenHere;
  private int queued;

  Scope(String name, @Nullable Scope<T> parent, int limit) {
    this.name = name;
    this.parent = parent;
    this.limit = limit;
    this.main = new Lane<>(parent == null ? null : parent.main);
    this.late = new Lane<>(parent == null ? null : parent.late);
  }

  String name() {
    return name;
  }

  int limit() {
    return limit;
  }

  int taken() {
    return taken;
  }

  int takenHere() {
    return takenHere;
  }

  int unseen() {
    return unseen;
  }

  int unseenHere() {
    return unseenHere;
  }

  /** So many slots of a scope with this limit may be filled unseen. */
  static int mostUnseen(int limit) {
    return Math.max(1, limit / TAIL_SHARE);
  }

  /** Calls that wait here or below. */
  int queued() {
    return queued;
  }

  int queuedHere() {
    return main.calls().size() + late.calls().size();
  }

  boolean isOpen() {
    return hasRoom() && !isTailFull();
  }

  boolean hasRoom() {
    return taken < limit;
  }

  private boolean isTailFull() {
    return unseen >= mostUnseen(limit);
  }

  /** Whether calls wait here for nothing but that the executor sees what it has started. */
  boolean isHeldByTail() {
    return queuedHere() > 0 && isPathHeldByTail();
  }

  private boolean isPathHeldByTail() {
    boolean isTailFull = false;
    for (Scope<T> at = this; at != null; at = at.parent) {
      if (!at.hasRoom()) {
        return false;
      }
      isTailFull |= at.isTailFull();
    }
    return isTailFull;
  }

  Lane<T> main() {
    return main;
  }

  Lane<T> late() {
    return late;
  }

  /** Takes out the calls that wait here; the scope is of no use after. */
  List<Ticket<T>> drain() {
    List<Ticket<T>> tickets = new ArrayList<>(queuedHere());
    for (Lane<T> lane : List.of(main, late)) {
      SplayTree.Handle<Ticket<T>> handle = lane.calls().removeFirst();
      while (handle != null) {
        tickets.add(handle.value());
        handle = lane.calls().removeFirst();
      }
    }
    return tickets;
  }

  /** Counts slots and waiting calls in and out on the whole path, then refreshes its edges. */
  void count(int slots, int calls) {
    if (takenHere + slots < 0) {
      throw new IllegalStateException("scope '" + name + "' has no slot to give back");
    }
    takenHere += slots;
    for (Scope<T> at = this; at != null; at = at.parent) {
      at.taken += slots;
      at.queued += calls;
      at.refreshEdges();
    }
  }

  /** Counts taken slots among the unseen, or no more; edges change where a share is used up. */
  void countUnseen(int slots) {
    if (unseenHere + slots < 0) {
      throw new IllegalStateException("scope '" + name + "' has no unseen slot");
    }
    unseenHere += slots;
    boolean changes = false;
    for (Scope<T> at = this; at != null; at = at.parent) {
      boolean wasOpen = at.isOpen();
      at.unseen += slots;
      changes |= at.isOpen() != wasOpen;
      if (changes) {
        at.refreshEdges();
      }
    }
  }

  private void refreshEdges() {
    main.refreshEdge(isOpen());
    late.refreshEdge(isOpen());
  }
}
