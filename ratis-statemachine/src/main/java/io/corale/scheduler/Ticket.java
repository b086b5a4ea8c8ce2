package io.corale.scheduler;

/** A call's place in a {@link ReadyQueue}, by which it is taken out again. */
final class Ticket<T> {
  private final T value;
  private final String scope;
  private final long deadlineMicros;
  private final long rankMicros;
  private final long sequence;
  private final SplayTree.Handle<Ticket<T>> place = new SplayTree.Handle<>(this);

  Ticket(T value, String scope, long deadlineMicros, long rankMicros, long sequence) {
    this.value = value;
    this.scope = scope;
    this.deadlineMicros = deadlineMicros;
    this.rankMicros = rankMicros;
    this.sequence = sequence;
  }

  T value() {
    return value;
  }

  String scope() {
    return scope;
  }

  long deadlineMicros() {
    return deadlineMicros;
  }

  long rankMicros() {
    return rankMicros;
  }

  long sequence() {
    return sequence;
  }

  SplayTree.Handle<Ticket<T>> place() {
    return place;
  }
}
