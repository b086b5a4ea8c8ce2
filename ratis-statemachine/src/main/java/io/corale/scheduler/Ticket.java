package io.corale.scheduler;

/** A call's place in a {@link ReadyQueue}, by which it is taken out again. */
final class Ticket<T> {
  private final T value;
  private final long deadlineMicros;
  private final long rankMicros;
  private final long sequence;
  private final SplayTree.Handle<Ticket<T>> place = new SplayTree.Handle<>(this);

  /** Where it waits; another object, of the same name, once the account is configured anew. */
  private Scope<T> scope;

  Ticket(T value, Scope<T> scope, long deadlineMicros, long rankMicros, long sequence) {
    this.value = value;
    this.scope = scope;
    this.deadlineMicros = deadlineMicros;
    this.rankMicros = rankMicros;
    this.sequence = sequence;
  }

  T value() {
    return value;
  }

  Scope<T> scope() {
    return scope;
  }

  void moveTo(Scope<T> next) {
    scope = next;
  }

  long deadlineMicros() {
    return deadlineMicros;
  }

  long rankMicros() {
    return rankMicros;
  }

  /** Nobody gave it a rank: whatever else is late can wait for it. */
  boolean isUrgent() {
    return rankMicros == 0;
  }

  long sequence() {
    return sequence;
  }

  SplayTree.Handle<Ticket<T>> place() {
    return place;
  }
}
