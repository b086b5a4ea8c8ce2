package io.corale.scheduler;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A few records of {@link Pages} in their order, in an array that is copied before its first change
 * after it was {@linkplain #take taken}. Where a record was removed there is a hole.
 */
final class Page<V> {
  /**
   * One KiB of references: copied in a tenth of a microsecond, and a million records are 4,000
   * pages, where there are no holes.
   */
  static final int PLACES = 256;

  private @Nullable V[] values = places();
  private boolean isTaken;
  private int size;

  /** The first place to which nothing was added yet. */
  private int end;

  private @Nullable Page<V> previous;
  private @Nullable Page<V> next;

  /** Where a record lies, which is told of its moves. */
  static final class Place<V> {
    private V value;
    private Page<V> page;
    private int at;

    private Place(V value, Page<V> page, int at) {
      this.value = value;
      this.page = page;
      this.at = at;
    }

    V value() {
      return value;
    }

    Page<V> page() {
      return page;
    }

    /** Another record lies here from now on. */
    void replace(V value) {
      this.value = value;
      page.own()[at] = value;
    }

    /** Leaves a hole. */
    void clear() {
      page.own()[at] = null;
      page.size--;
    }
  }

  @SuppressWarnings("unchecked")
  private static <V> @Nullable V[] places() {
    return (V[]) new Object[PLACES];
  }

  int size() {
    return size;
  }

  /** Whether nothing can be added, though there may be holes. */
  boolean isFull() {
    return end == PLACES;
  }

  Place<V> add(V value) {
    own()[end] = value;
    size++;
    return new Place<>(value, this, end++);
  }

  /** Takes a record over from the page where it lies. */
  void move(Place<V> place) {
    own()[end] = place.value;
    size++;
    place.page = this;
    place.at = end++;
  }

  private @Nullable V[] own() {
    if (isTaken) {
      values = values.clone();
      isTaken = false;
    }
    return values;
  }

  /** The places as they are now. Nobody writes to this array from now on. */
  @Nullable V[] take() {
    isTaken = true;
    return values;
  }

  /** The first place from this one on that is no hole; beyond the last of all where none is. */
  int nextFrom(int at) {
    int found = at;
    while (found < end && values[found] == null) {
      found++;
    }
    return found;
  }

  boolean reaches(int at) {
    return at < end;
  }

  @Nullable V at(int at) {
    return values[at];
  }

  void forEach(Consumer<V> each) {
    for (int at = 0; at < end; at++) {
      V value = values[at];
      if (value != null) {
        each.accept(value);
      }
    }
  }

  @Nullable Page<V> previous() {
    return previous;
  }

  @Nullable Page<V> next() {
    return next;
  }

  void follow(@Nullable Page<V> page) {
    previous = page;
  }

  void precede(@Nullable Page<V> page) {
    next = page;
  }
}
