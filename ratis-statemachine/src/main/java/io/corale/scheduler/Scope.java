package io.corale.scheduler;

import io.corale.model.ScopeLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One scope of an account at work: its limit, the slots taken in it and below it, and what it
 * offers to the two lanes. It is open while fewer slots are taken than may be by its limit and its
 * {@link Gauges}, which may shut it for a time as well (rule 16), and fewer than a share of them by
 * what the executor has not seen started (rule 12).
 */
final class Scope<T> {
  /** Of its slots, one in so many may be filled unseen: so much stands still when a node dies. */
  private static final int TAIL_SHARE = 4;

  private final String name;
  private final @Nullable Scope<T> parent;
  private final int limit;
  private final Lane<T> main;
  private final Lane<T> late;

  private final int ordinal;

  /** So many scopes enclose it. */
  private final int depth;

  private final Openings<T> openings;
  private final SplayTree.Handle<Scope<T>> opening = new SplayTree.Handle<>(this);

  /** Null where nothing but its limit holds it: so it is for most. */
  private @Nullable Gauges gauges;

  /** So many slots may be taken by now. */
  private int cap;

  /** Before this cell time nothing starts, whatever ends; 0: time does not shut it. */
  private long opensAtMicros;

  /** Slots of attempts that run here or below; above the limit only after the limit was lowered. */
  private int taken;

  /** Slots of attempts whose calls name this very scope. */
  private int takenHere;

  /** Of the slots taken, those that the executor has not seen taken. */
  private int unseen;

  private int unseenHere;
  private int queued;

  /**
   * @param ordinal its place in its account
   * @param openings where it waits for its time
   */
  Scope(ScopeLimit limit, @Nullable Scope<T> parent, int ordinal, Openings<T> openings) {
    this.name = limit.scope();
    this.parent = parent;
    this.limit = limit.concurrency();
    this.cap = limit.concurrency();
    this.ordinal = ordinal;
    this.depth = parent == null ? 0 : parent.depth + 1;
    this.openings = openings;
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
    return taken < cap && opensAtMicros == 0;
  }

  private boolean isTailFull() {
    return unseen >= mostUnseen(cap);
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
    if (gauges != null) {
      openings.place(this);
    }
  }

  // What limits it beside its slots.

  Optional<Gauges> gauges() {
    return Optional.ofNullable(gauges);
  }

  int ordinal() {
    return ordinal;
  }

  int depth() {
    return depth;
  }

  SplayTree.Handle<Scope<T>> opening() {
    return opening;
  }

  int cap() {
    return cap;
  }

  long opensAtMicros() {
    return opensAtMicros;
  }

  /** When time will let a call start that waits here; {@link Openings#NEVER} where it does not. */
  long opensNextMicros() {
    if (gauges == null || queued == 0) {
      return Openings.NEVER;
    }
    return opensAtMicros > 0 ? opensAtMicros : gauges.growsAtMicros(taken, limit);
  }

  /** From now on it is limited by these. */
  void limitBy(Gauges next) {
    gauges = next;
    if (next.areMoving()) {
      openings.addMoving(this);
    }
    changed();
  }

  /** A call is about to be counted here that starts now; who counts it refreshes the edges. */
  void started(long nowMicros) {
    for (Scope<T> at = this; at != null; at = at.parent) {
      if (at.gauges != null) {
        at.gauges.started(at.taken + 1, nowMicros);
        at.read(at.gauges);
      }
    }
  }

  /** An entry is about to start calls. */
  void move(long nowMicros) {
    if (gauges != null) {
      gauges.move(taken, queued > 0, limit, nowMicros);
      if (gauges.cap(limit) != cap) {
        changed();
      } else {
        openings.place(this);
      }
    }
  }

  /** Its time has come. */
  void open(long nowMicros) {
    if (gauges != null) {
      gauges.open(nowMicros);
      changed();
    }
  }

  void tookOver(long nowMicros) {
    if (gauges != null) {
      gauges.tookOver(nowMicros);
      changed();
    }
  }

  /** Its provider has throttled an attempt, and wants no other until then. */
  void throttled(long untilMicros, long nowMicros) {
    if (gauges == null) {
      gauges = Gauges.none();
    }
    gauges.throttled(untilMicros, nowMicros);
    changed();
  }

  /** It learns from an attempt that was started then and refused. */
  void taught(long startedMicros, long nowMicros) {
    if (gauges != null) {
      gauges.taught(startedMicros, taken, limit, nowMicros);
      changed();
    }
  }

  /** The scope whose owner wants it to learn how many may run, from this one outwards. */
  Optional<Scope<T>> nearestThatLearns() {
    for (Scope<T> at = this; at != null; at = at.parent) {
      if (at.gauges != null && at.gauges.areLearning()) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  /** Attempts may run until then that hold no slot of this scope any more. */
  void ignoreUntil(long micros) {
    for (Scope<T> at = this; at != null; at = at.parent) {
      if (at.gauges != null) {
        at.gauges.ignoreUntil(micros);
      }
    }
  }

  boolean wasThrottledWithin(long micros, long nowMicros) {
    return gauges != null && gauges.throttling().areWithin(micros, nowMicros);
  }

  boolean isBeside(Scope<T> other) {
    return this != other && parent == other.parent;
  }

  Optional<Scope<T>> parent() {
    return Optional.ofNullable(parent);
  }

  /** The scope of this name, if it is this one or encloses it. */
  Optional<Scope<T>> enclosing(String wanted) {
    for (Scope<T> at = this; at != null; at = at.parent) {
      if (at.name.equals(wanted)) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  private void read(Gauges its) {
    cap = its.cap(limit);
    opensAtMicros = its.opensAtMicros();
  }

  private void changed() {
    if (gauges != null) {
      read(gauges);
    }
    for (Scope<T> at = this; at != null; at = at.parent) {
      at.refreshEdges();
    }
  }
}
