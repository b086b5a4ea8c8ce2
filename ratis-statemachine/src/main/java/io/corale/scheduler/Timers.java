package io.corale.scheduler;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What must happen at a cell time, in the order of time and then of sequence. Not for use by two
 * threads.
 */
final class Timers<T> {
  private final SplayTree<T> due = new SplayTree<>();

  /** A set timer, by which it is called off. */
  static final class Timer<T> {
    private final SplayTree.Handle<T> place;

    private Timer(SplayTree.Handle<T> place) {
      this.place = place;
    }

    T value() {
      return place.value();
    }

    long atMicros() {
      return place.key();
    }

    long sequence() {
      return place.tie();
    }

    /** That it has neither fired nor been called off. */
    boolean isSet() {
      return place.isQueued();
    }
  }

  /**
   * @param atMicros the cell time
   * @param sequence unique among the timers of one cell time; it orders them
   */
  Timer<T> set(long atMicros, long sequence, T value) {
    return new Timer<>(due.insert(atMicros, sequence, value));
  }

  /** Throws when the timer has fired or was called off before. */
  void callOff(Timer<T> timer) {
    due.remove(timer.place);
  }

  /** Takes out the first value whose time has come; ask again until empty. */
  Optional<T> popDue(long nowMicros) {
    SplayTree.Handle<T> first = due.first();
    if (first == null || first.key() > nowMicros) {
      return Optional.empty();
    }
    due.remove(first);
    return Optional.of(first.value());
  }

  /** The value that is due first. */
  Optional<T> first() {
    return Optional.ofNullable(due.first()).map(SplayTree.Handle::value);
  }

  /** When the first timer is due. */
  OptionalLong next() {
    SplayTree.Handle<T> first = due.first();
    return first == null ? OptionalLong.empty() : OptionalLong.of(first.key());
  }

  int size() {
    return due.size();
  }
}
