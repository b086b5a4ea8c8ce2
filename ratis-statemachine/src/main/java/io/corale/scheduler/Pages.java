package io.corale.scheduler;

import java.util.AbstractCollection;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Records by their keys, in the order in which the keys came: one that is replaced keeps its place.
 * What they are at a moment is had at the cost of one reference for each {@link Page} of them.
 *
 * <p>Pages are copied when they are written, as memory is between a process and its fork: {@link
 * #freeze} takes the arrays of all pages, and a page whose array was taken makes a copy of it
 * before its next change. So what was frozen stays as it was, and the first change of each page
 * after that costs the copy of one page.
 *
 * <p>Removed records leave holes, and the order says who is whose neighbour for ever. So that few
 * records which stay for long do not keep a page each, two neighbours become one when half a page
 * holds them both, and the last page is packed, where it is full of holes, before another one
 * follows. Hence any two neighbours have more than half a page of records between them: there are
 * less than four places for each record, and one page. Packing moves half a page at most: two pages
 * become one of which a whole page of additions was needed, and the last page is packed only after
 * half a page of additions became holes. So each addition pays for two moves at most.
 *
 * <p>An index says where each key lies; nobody walks over it. Not for use by two threads; what is
 * frozen may go anywhere.
 */
final class Pages<K, V> {
  private static final int HALF = Page.PLACES / 2;

  private final Function<V, K> key;
  private final Map<K, Page.Place<V>> places = new LinkedHashMap<>();
  private @Nullable Page<V> first;
  private @Nullable Page<V> last;
  private int pages;
  private long changes;

  /**
   * @param key of a record; all that it may change with is another record
   */
  Pages(Function<V, K> key) {
    this.key = key;
  }

  int size() {
    return places.size();
  }

  boolean has(K key) {
    return places.containsKey(key);
  }

  @Nullable V get(K key) {
    Page.Place<V> place = places.get(key);
    return place == null ? null : place.value();
  }

  /** Adds a record, or puts it where the one of its key is; gives that one. */
  @Nullable V put(V value) {
    K of = key.apply(value);
    Page.Place<V> place = places.get(of);
    if (place == null) {
      places.put(of, roomy().add(value));
      changes++;
      return null;
    }
    V before = place.value();
    place.replace(value);
    return before;
  }

  /** The last page, with room for one more. */
  private Page<V> roomy() {
    Page<V> page = last;
    if (page != null && page.isFull() && page.size() <= HALF) {
      return pack(page, page);
    }
    return page == null || page.isFull() ? append() : page;
  }

  private Page<V> append() {
    Page<V> page = new Page<>();
    link(last, page);
    link(page, null);
    pages++;
    return page;
  }

  /** Gives what was there. */
  @Nullable V remove(K key) {
    Page.Place<V> place = places.remove(key);
    if (place == null) {
      return null;
    }
    changes++;
    place.clear();
    tidy(place.page());
    return place.value();
  }

  /** A page has lost a record. */
  private void tidy(Page<V> page) {
    Page<V> previous = page.previous();
    Page<V> next = page.next();
    if (page.size() == 0 && next != null) {
      link(previous, next);
      pages--;
    } else if (previous != null && previous.size() + page.size() <= HALF) {
      pack(previous, page);
    } else if (next != null && page.size() + next.size() <= HALF) {
      pack(page, next);
    }
  }

  /** Makes one page without holes of two neighbours, or of one. */
  private Page<V> pack(Page<V> left, Page<V> right) {
    Page<V> packed = new Page<>();
    left.forEach(value -> packed.move(placeOf(value)));
    if (right != left) {
      right.forEach(value -> packed.move(placeOf(value)));
      pages--;
    }
    link(left.previous(), packed);
    link(packed, right.next());
    return packed;
  }

  private Page.Place<V> placeOf(V value) {
    Page.Place<V> place = places.get(key.apply(value));
    if (place == null) {
      throw new IllegalStateException(value + " lies in a page and has no place");
    }
    return place;
  }

  private void link(@Nullable Page<V> left, @Nullable Page<V> right) {
    if (left == null) {
      first = right;
    } else {
      left.precede(right);
    }
    if (right == null) {
      last = left;
    } else {
      right.follow(left);
    }
  }

  /** For records there is room, holes included, without another page. */
  int room() {
    return pages * Page.PLACES;
  }

  /** All records, in order; who walks over them while one is added or removed is told. */
  Collection<V> values() {
    return new AbstractCollection<>() {
      @Override
      public Iterator<V> iterator() {
        return new Walk();
      }

      @Override
      public int size() {
        return places.size();
      }
    };
  }

  /** All records, in order, as they are now and in this list will be for ever. */
  List<V> freeze() {
    FrozenPages.Builder<V> frozen = new FrozenPages.Builder<>(pages);
    for (Page<V> page = first; page != null; page = page.next()) {
      frozen.add(page.take(), page.size());
    }
    return frozen.build();
  }

  private final class Walk implements Iterator<V> {
    private final long begun = changes;
    private @Nullable Page<V> page = first;
    private int at;

    @Override
    public boolean hasNext() {
      return find() != null;
    }

    @Override
    public V next() {
      V found = find();
      if (found == null) {
        throw new NoSuchElementException();
      }
      at++;
      return found;
    }

    private @Nullable V find() {
      // Also where the end was reached: whether it was depends on where pages end, which is no
      // state.
      if (changes != begun) {
        throw new ConcurrentModificationException();
      }
      for (Page<V> here = page; here != null; here = here.next()) {
        if (here != page) {
          page = here;
          at = 0;
        }
        at = here.nextFrom(at);
        if (here.reaches(at)) {
          return here.at(at);
        }
      }
      page = null;
      return null;
    }
  }
}
